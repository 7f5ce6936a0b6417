import { platformPage } from "../adapters/platform-page.ts";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import { type OpenDevice, runtimeOf } from "../carriers/signed-call.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { type Observable, Value } from "../observable.ts";
import type { Page } from "./page.ts";
import { keyFor } from "./request-key.ts";
import {
  deleteSentinel,
  type Eviction,
  evictionOf,
  lookAt,
  markOf,
  readSentinel,
  writeSentinel,
} from "./sentinel.ts";
import type { TellingStore } from "./telling-store.ts";

/** What is watched. */
export interface StorageOptions extends Pick<OpenDevice, "store" | "runtime"> {
  /** the store's name, as `indexedDbStore` has it */
  readonly name: string;
  readonly hb: Pick<HealthBridge, "status">;
  /** the store that the device writes to, where it was made by `tellingStore`: then a full device is known from the write that failed */
  readonly room?: Pick<TellingStore, "room"> | undefined;
  /** when the browser is asked to keep this site's data: by itself when something waits to be sent for the first time (default), or only by `askToPersist` */
  readonly ask?: "when-work-waits" | "never" | undefined;
  readonly page?: Page | undefined;
}

/** How safe what is kept here is. */
export interface StorageState {
  /** the browser has promised to delete nothing by itself; `undefined` where it does not say */
  readonly persisted: boolean | undefined;
  /** bytes this site uses, as the browser estimates; `undefined` where it does not say. How much it may use is not shown: that estimate has been found wrong by three powers of ten */
  readonly usedBytes: number | undefined;
  /**
   * - `ok`: there is room
   * - `tight`: the device was full, and the store has thrown off its reserve: small, urgent things still fit; keep nothing else
   * - `full`: a write was refused. It stays so after one that succeeds, which may only have been smaller, until the reserve is whole again; a store without a reserve goes by its last write
   */
  readonly quota: "ok" | "tight" | "full";
  /** the browser has emptied the store since it was opened last; until `acknowledge` */
  readonly evicted: Eviction | undefined;
}

/** Watches over what is kept. */
export interface WatchedStorage {
  readonly state: Observable<StorageState>;
  /** Asks the browser to delete nothing by itself; some ask the user, so best from a click of hers. Whether it has promised. */
  askToPersist(): Promise<boolean>;
  /** The user has been told what was lost. */
  acknowledge(): void;
  /** The store is deleted on purpose (a wipe, the last user left): its absence is no loss. Ends watching. */
  forget(): void;
  stop(): void;
}

/** What `navigator.storage` says changes slowly, and a look at the reserve opens a database. */
const LOOK_EVERY_MS = 30_000;

/**
 * Watches over a store that a browser may empty: asks the browser to keep it, notes outside of IndexedDB how it looked last, and tells what was lost where it is found empty, and
 * whether there is room.
 *
 * @throws HealthBridgeError or StoreError `store_full`, `store_closed`, `store_blocked`, `store_failed`
 * @example
 * const storage = await watchStorage({ name: "patient", hb, store });
 * storage.state.subscribe(({ evicted, quota }) => {
 *   if (evicted) say(`This browser deleted what the app kept: ${evicted.waiting} things still waited.`);
 *   if (quota !== "ok") say("This phone is nearly full: photos are not kept, messages and bookings still are.");
 * });
 */
export async function watchStorage(options: StorageOptions): Promise<WatchedStorage> {
  const watching = new Watching(options);
  await watching.begin();
  return watching;
}

class Watching implements WatchedStorage {
  readonly state = new Value<StorageState>({
    persisted: undefined,
    usedBytes: undefined,
    quota: "ok",
    evicted: undefined,
  });
  readonly #options: StorageOptions;
  readonly #page: Page;
  readonly #runtime: Runtime;
  readonly #stopping = new AbortController();
  #mark = "";
  /** one look at a time; what happens meanwhile is looked at after it */
  #looking: Promise<void> | undefined;
  #again = false;
  #measuredAt = -Infinity;
  /** the reserve of the store was there once, in this run or before */
  #reserveSeen = false;
  #asked = false;

  constructor(options: StorageOptions) {
    this.#options = options;
    this.#page = options.page ?? platformPage();
    this.#runtime = runtimeOf(options);
  }

  async begin(): Promise<void> {
    const { hb, room } = this.#options;
    await this.#recognise();
    // An eviction is noted before anything else is, so that it is told again until it was acknowledged.
    await this.#look();
    let seen = "";
    this.#onStop(
      hb.status.subscribe(({ waiting, account, lastProblem }) => {
        const now = JSON.stringify([waiting, account?.id, lastProblem?.code]);
        if (now !== seen) this.#lookSoon();
        seen = now;
      }),
    );
    const shown = (): void => {
      this.#measuredAt = -Infinity; // she may have made room meanwhile
      this.#lookSoon();
    };
    this.#onStop(this.#page.onVisibility(shown));
    if (room !== undefined) this.#onStop(room.room.subscribe(() => this.#lookSoon()));
  }

  async askToPersist(): Promise<boolean> {
    this.#asked = true;
    const persisted = await this.#page.storage?.persist?.().catch(() => false);
    this.#set({ persisted });
    return persisted === true;
  }

  acknowledge(): void {
    this.#set({ evicted: undefined });
    const { keepsake } = this.#page;
    const sentinel = readSentinel(keepsake, this.#options.name);
    if (sentinel !== undefined)
      writeSentinel(keepsake, this.#options.name, { ...sentinel, evicted: undefined });
  }

  forget(): void {
    this.stop();
    deleteSentinel(this.#page.keepsake, this.#options.name);
  }

  stop(): void {
    this.#stopping.abort(ENOUGH);
  }

  /** A store whose mark is not the one that was noted has been emptied. */
  async #recognise(): Promise<void> {
    const { name, store } = this.#options;
    this.#mark = await markOf(store, () => keyFor(this.#runtime));
    const before = readSentinel(this.#page.keepsake, name);
    this.#reserveSeen = before?.mark === this.#mark && before.reserve === true;
    const evicted = before && (before.mark === this.#mark ? before.evicted : evictionOf(name, before));
    this.#set({ evicted });
  }

  #lookSoon(): void {
    if (this.#looking !== undefined) this.#again = true;
    else void this.#look().catch(() => undefined); // the store is closed, or fails: its user hears of it
  }

  async #look(): Promise<void> {
    this.#looking = this.#lookAround();
    try {
      await this.#looking;
    } finally {
      this.#looking = undefined;
    }
    if (!this.#again || this.#stopping.signal.aborted) return;
    this.#again = false;
    await this.#look();
  }

  async #lookAround(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { mark, ...seen } = await lookAt(this.#options.store);
    // Emptied under the open app: what is noted is what was lost, and is told before anything else is noted.
    if (mark !== this.#mark) await this.#recognise();
    await this.#measure();
    if (this.#stopping.signal.aborted) return; // forgotten meanwhile
    // Another tab may have acknowledged what was lost.
    const before = readSentinel(this.#page.keepsake, this.#options.name);
    if (before?.mark === this.#mark) this.#set({ evicted: before.evicted });
    writeSentinel(this.#page.keepsake, this.#options.name, {
      mark: this.#mark,
      notedAt: this.#runtime.now(),
      ...seen,
      ...(this.#reserveSeen ? { reserve: true } : {}),
      evicted: this.state.get().evicted,
    });
    if (seen.waiting > 0) await this.#askOnce();
  }

  async #measure(): Promise<void> {
    const { name, hb, room } = this.#options;
    const { storage, reserve } = this.#page;
    const isFull = room?.room.get() === "full" || hb.status.get().lastProblem?.code === "store_full";
    const now = this.#runtime.monotonic();
    const calm = !isFull && this.state.get().quota === "ok" && this.#reserveSeen;
    if (calm && now - this.#measuredAt < LOOK_EVERY_MS) return;
    this.#measuredAt = now;
    const [persisted, estimate, whole] = await Promise.all([
      storage?.persisted?.().catch(() => undefined),
      storage?.estimate?.().catch(() => undefined),
      reserve?.(name),
    ]);
    if (whole === true) this.#reserveSeen = true;
    // A store that is new has no reserve yet.
    const tight = whole === false && this.#reserveSeen;
    const full = isFull || (tight && this.state.get().quota === "full");
    this.#set({ persisted, usedBytes: estimate?.usage, quota: full ? "full" : tight ? "tight" : "ok" });
  }

  /** The first work of hers that waits here is a reason that a browser, and a person, can see. */
  async #askOnce(): Promise<void> {
    if (this.#asked || this.#options.ask === "never" || this.state.get().persisted === true) return;
    await this.askToPersist();
  }

  #set(changes: Partial<StorageState>): void {
    this.state.set({ ...this.state.get(), ...changes });
  }

  #onStop(work: () => void): void {
    this.#stopping.signal.addEventListener("abort", work);
  }
}
