import { platformPage } from "../adapters/platform-page.ts";
import { ENOUGH } from "../adapters/runtime.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { type Observable, Value } from "../observable.ts";
import {
  messageOf,
  NOT_SENT,
  PERIODIC_TAG,
  SENT,
  SYNC_TAG,
  SYNCS,
  WAKE,
} from "../service-worker/messages.ts";
import type { Page, WorkerMessageEvent, WorkerRegistration } from "./page.ts";

/** What wakes an app. */
export interface WakeOptions {
  readonly hb: Pick<HealthBridge, "status" | "sync">;
  /** ms between two looks for news while the app is closed, at least; browsers make it longer. Default: half a day; `false`: none */
  readonly newsEvery?: number | false | undefined;
  readonly page?: Page | undefined;
}

/**
 * What the browser does while the app is closed; Chromium alone has both.
 * - `unsupported`: it has no such thing
 * - `refused`: it could, and does not for this app (periodic: not until the app is installed and used)
 * - `on`: it wakes the app
 */
export type WakeState = "unsupported" | "refused" | "on";

/** How the browser was asked to wake the app, and how to end that. */
export interface Wakes {
  readonly state: Observable<{ readonly whenOnline: WakeState; readonly forNews: WakeState }>;
  stop(): void;
}

const HALF_DAY_MS = 43_200_000;

/**
 * Has the browser wake the app's service worker when something waits and a network comes back (Background Sync), and now and then for news (Periodic Background Sync), and syncs
 * when the worker asks, if the device syncs by itself. Needs `registerServiceWorker`; where a browser has neither, the app syncs while it is open, as always. `stop` it where the
 * device is closed or its vault locks: a page that goes on listening says that it syncs.
 *
 * @example
 * const wakes = wakeOnSync({ hb });
 */
export function wakeOnSync(options: WakeOptions): Wakes {
  return new Waking(options);
}

class Waking implements Wakes {
  readonly state = new Value<{ readonly whenOnline: WakeState; readonly forNews: WakeState }>({
    whenOnline: "unsupported",
    forNews: "unsupported",
  });
  readonly #hb: WakeOptions["hb"];
  readonly #stopping = new AbortController();
  /** the browser knows that something waits, and has not given up */
  #asked = false;

  constructor({ hb, newsEvery = HALF_DAY_MS, page = platformPage() }: WakeOptions) {
    this.#hb = hb;
    const { serviceWorker } = page;
    if (serviceWorker === undefined) return;
    const onMessage = ({ data, ports }: WorkerMessageEvent): void => {
      const message = messageOf(data);
      if (message?.type === WAKE) void this.#sync(ports?.[0], message.lastChance);
    };
    serviceWorker.addEventListener("message", onMessage);
    this.#stopping.signal.addEventListener("abort", () =>
      serviceWorker.removeEventListener("message", onMessage),
    );
    void this.#begin(serviceWorker.ready, newsEvery);
  }

  stop(): void {
    this.#stopping.abort(ENOUGH);
  }

  async #begin(ready: Promise<WorkerRegistration>, newsEvery: number | false): Promise<void> {
    const registration = await ready;
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    const { periodicSync } = registration;
    if (newsEvery !== false && periodicSync !== undefined) {
      const forNews = await outcomeOf(periodicSync.register(PERIODIC_TAG, { minInterval: newsEvery }));
      this.state.set({ ...this.state.get(), forNews });
    }
    const { sync } = registration;
    if (sync === undefined || signal.aborted) return;
    // Once for all that waits: the worker reports what could not be sent, and the browser tries again by itself. Asked while it has a network, it wakes at once.
    const stop = this.#hb.status.subscribe(({ waiting }) => {
      if (waiting.total === 0) this.#asked = false;
      else if (!this.#asked) {
        this.#asked = true;
        void outcomeOf(sync.register(SYNC_TAG)).then((whenOnline) =>
          this.state.set({ ...this.state.get(), whenOnline }),
        );
      }
    });
    signal.addEventListener("abort", stop);
  }

  /** Syncs for the worker, and tells it how that ended. */
  async #sync(worker: Pick<MessagePort, "postMessage"> | undefined, lastChance: boolean): Promise<void> {
    worker?.postMessage(SYNCS);
    // One that was stopped (by a data budget) is left so, and trying again would not help.
    const { started, state } = this.#hb.status.get();
    // One that sends just now is not asked to do it once more: a browser with a network wakes the app for whatever is queued, while that is being sent.
    const done = !started || (state === "sending" ? await this.#sent() : (await this.#hb.sync()).done);
    worker?.postMessage(done ? SENT : NOT_SENT);
    if (lastChance) this.#asked = false; // what still waits is asked for with the app's next attempt
  }

  /** Whether all is sent once the device has come to rest. */
  async #sent(): Promise<boolean> {
    const { signal } = this.#stopping;
    const rests = Promise.withResolvers<boolean>();
    const stop = this.#hb.status.subscribe(({ state, waiting }) => {
      if (state !== "sending") rests.resolve(waiting.total === 0);
    });
    const stopped = (): void => rests.resolve(false);
    signal.addEventListener("abort", stopped);
    const sent = await rests.promise;
    signal.removeEventListener("abort", stopped);
    stop();
    return sent;
  }
}

async function outcomeOf(registering: Promise<void>): Promise<WakeState> {
  return registering.then(
    () => "on" as const,
    () => "refused" as const,
  );
}
