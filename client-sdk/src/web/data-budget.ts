import { platformPage } from "../adapters/platform-page.ts";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import { type LineSocket, type OpenSocket, platformSocket } from "../adapters/platform-socket.ts";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { type Observable, Value } from "../observable.ts";
import { tell } from "../tell.ts";
import { bodyBytes, counted, type DataKind, HEADS_BYTES, kindOf } from "./byte-count.ts";
import { countOf, type DayCount, keepCount, totalOf, untilMidnight } from "./day-count.ts";
import type { Page } from "./page.ts";
import { UrgentOnly } from "./urgent-only.ts";

/** How much data an app may use. */
export interface DataBudgetOptions {
  /** of what is counted, as `patient`: one count for all tabs of the app */
  readonly name: string;
  /** bytes a day, sent and received, from which on only what is urgent goes */
  readonly dailyBytes: number;
  /** while the user has asked her browser for less data (Save-Data): photos and voice notes wait until she says so (default), or go */
  readonly filesWhenSaving?: "wait" | "go" | undefined;
  readonly runtime?: Runtime | undefined;
  readonly openSocket?: OpenSocket | undefined;
  readonly page?: Page | undefined;
}

/** What was used today, and what that means. */
export interface DataBudgetState {
  /** bytes since midnight by this device's clock, of all tabs; bodies as the browser shows them and about 400 bytes for the heads of each request, so rather too many than too few */
  readonly usedToday: number;
  readonly byKind: Readonly<Record<DataKind, number>>;
  readonly limit: number;
  /** the phone says that its line is a mobile one; `undefined` where it says nothing */
  readonly metered: boolean | undefined;
  /** the user has asked her browser for less data */
  readonly saveData: boolean;
  /** the limit is reached: what is urgent goes, the rest waits until tomorrow, or until `allowToday` */
  readonly paused: boolean;
  /** photos and voice notes wait, for that or to save data */
  readonly filesWait: boolean;
}

/** A daily limit on data. */
export interface DataBudget {
  readonly state: Observable<DataBudgetState>;
  /** what to open the device (or its line) with: counts every byte, and holds back what waits */
  readonly runtime: Runtime;
  /** what to open a line with, so that its bytes count as well; `undefined` where the platform has no sockets */
  readonly openSocket: OpenSocket | undefined;
  /**
   * Starts and stops a device as the limit says; open it with `autoSync: false`. Beyond the limit its `urgent` lane goes on; a call of `sync()` is the user's word, and goes as well.
   * @returns how to stop
   */
  govern(hb: GovernedDevice): () => void;
  /** The user says so: the limit does not hold today. */
  allowToday(): void;
  setLimit(dailyBytes: number): void;
  /** Ends watching the clock and the line; counting goes on. */
  stop(): void;
}

/** What is governed of a device. */
export type GovernedDevice = Pick<HealthBridge, "start" | "status" | "stop" | "sync">;

/** A clock can be set, and a tab sleep: it is looked at least so often. */
const LOOK_EVERY_MS = 3_600_000;

/**
 * Keeps an app within so many bytes a day.
 *
 * @example
 * const budget = dataBudget({ name: "patient", dailyBytes: 1_000_000 });
 * const hb = await HealthBridge.open({ url, store, runtime: budget.runtime, autoSync: false });
 * budget.govern(hb); // starts it, and stops it when the limit is reached
 * budget.state.subscribe(({ usedToday, limit, paused }) => show(usedToday, limit, paused));
 * button.onclick = () => budget.allowToday(); // "Send everything now"
 */
export function dataBudget(options: DataBudgetOptions): DataBudget {
  return new Budget(options);
}

class Budget implements DataBudget {
  readonly state: Value<DataBudgetState>;
  readonly runtime: Runtime;
  readonly openSocket: OpenSocket | undefined;
  readonly #options: DataBudgetOptions;
  readonly #page: Page;
  readonly #real: Runtime;
  readonly #stopping = new AbortController();
  readonly #sockets = new Set<LineSocket>();
  /** those who wait for the network wait for leave as well */
  readonly #pokes = new Set<(nothing: undefined) => void>();
  #limit: number;

  constructor(options: DataBudgetOptions) {
    const { page = platformPage(), runtime = platformRuntime(), dailyBytes } = options;
    const { openSocket = platformSocket() } = options;
    this.#options = options;
    this.#page = page;
    this.#real = runtime;
    this.#limit = dailyBytes;
    this.state = new Value(this.#now());
    this.runtime = this.#governedRuntime(runtime);
    this.openSocket = openSocket && ((url, protocols) => this.#open(openSocket, url, protocols));
    const refresh = (): void => this.#refresh();
    page.connection?.addEventListener?.("change", refresh);
    const stopWatching = page.onVisibility(refresh);
    this.#stopping.signal.addEventListener("abort", () => {
      page.connection?.removeEventListener?.("change", refresh);
      stopWatching();
    });
    void this.#watchClock();
  }

  govern(hb: GovernedDevice): () => void {
    const urgentOnly = new UrgentOnly(hb, this.#real);
    let paused: boolean | undefined;
    const stop = this.state.subscribe((state) => {
      if (state.paused === paused) return;
      paused = state.paused;
      if (paused) urgentOnly.begin();
      else urgentOnly.end();
    });
    return () => {
      stop();
      urgentOnly.end();
    };
  }

  allowToday(): void {
    this.#keep((count) => ({ ...count, allowed: true }));
  }

  setLimit(dailyBytes: number): void {
    this.#limit = dailyBytes;
    this.#refresh();
  }

  stop(): void {
    this.#stopping.abort(ENOUGH);
  }

  #governedRuntime(real: Runtime): Runtime {
    return {
      now: () => real.now(),
      monotonic: () => real.monotonic(),
      random: () => real.random(),
      randomBytes: (count) => real.randomBytes(count),
      sleep: (ms, signal) => real.sleep(ms, signal),
      fetch: (url, init) => this.#fetch(url, init),
      holdsBack: (url) => this.#waits(kindOf(url)),
      onOnline: (listener) => {
        const poke = (): void => listener();
        this.#pokes.add(poke);
        const stop = real.onOnline(listener);
        return () => {
          this.#pokes.delete(poke);
          stop();
        };
      },
      withLock: (name, options, work) => real.withLock(name, options, work),
      locksReachAll: real.locksReachAll,
      openChannel: (name, listener) => real.openChannel(name, listener),
    };
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const kind = kindOf(url);
    this.#refresh();
    // To whoever asked it is as if there were no network: what waits is kept, and tried again.
    if (this.#waits(kind)) throw new TypeError("waits for data: the daily limit, or Save-Data");
    this.#count(kind, HEADS_BYTES + bodyBytes(init));
    return counted(await this.#real.fetch(url, init), (bytes) => this.#count(kind, bytes));
  }

  /** `sync` is stopped by stopping the device: what is urgent must go, and so must a sync the user asks for. */
  #waits(kind: DataKind): boolean {
    const { paused, filesWait } = this.state.get();
    return kind === "files" ? filesWait : paused && (kind === "documents" || kind === "live");
  }

  #open(openSocket: OpenSocket, url: string, protocols: string[]): LineSocket {
    const socket = openSocket(url, protocols);
    this.#sockets.add(socket);
    this.#count("live", HEADS_BYTES);
    socket.addEventListener("message", ({ data }) => this.#count("live", sizeOf(data)));
    socket.addEventListener("close", () => this.#sockets.delete(socket));
    const send = socket.send.bind(socket);
    socket.send = (frame) => {
      this.#count("live", sizeOf(frame));
      send(frame);
    };
    return socket;
  }

  #count(kind: DataKind, bytes: number): void {
    if (bytes === 0) return;
    this.#keep((count) => ({ ...count, byKind: { ...count.byKind, [kind]: count.byKind[kind] + bytes } }));
  }

  #keep(change: (count: DayCount) => DayCount): void {
    const { keepsake } = this.#page;
    const { name } = this.#options;
    keepCount(keepsake, name, change(countOf(keepsake, name, this.#real.now())));
    this.#refresh();
  }

  #refresh(): void {
    const before = this.state.get();
    const state = this.#now();
    if (JSON.stringify(state) === JSON.stringify(before)) return;
    this.state.set(state);
    if (state.paused && !before.paused) for (const socket of this.#sockets) socket.close();
    if ((before.paused && !state.paused) || (before.filesWait && !state.filesWait))
      tell(this.#pokes, undefined);
  }

  #now(): DataBudgetState {
    const { keepsake, connection } = this.#page;
    const { name, filesWhenSaving = "wait" } = this.#options;
    const count = countOf(keepsake, name, this.#real.now());
    const usedToday = totalOf(count);
    const saveData = connection?.saveData === true;
    const paused = usedToday >= this.#limit && !count.allowed;
    const type = connection?.type;
    return {
      usedToday,
      byKind: count.byKind,
      limit: this.#limit,
      metered: type === undefined ? undefined : type === "cellular",
      saveData,
      paused,
      filesWait: paused || (saveData && filesWhenSaving === "wait" && !count.allowed),
    };
  }

  async #watchClock(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const ms = Math.min(LOOK_EVERY_MS, untilMidnight(this.#real.now()));
      await this.#real.sleep(ms, signal).catch(() => undefined); // stopped
      this.#refresh();
    }
  }
}

function sizeOf(frame: unknown): number {
  if (typeof frame === "string") return frame.length;
  return frame instanceof ArrayBuffer || ArrayBuffer.isView(frame) ? frame.byteLength : 0;
}
