import type { Channel, Runtime } from "../../adapters/runtime.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { VirtualTime } from "../virtual-time.ts";

/** A promise of its own each time: one for all would hold on to whatever ever waited for it. */
const never = (): Promise<never> => new Promise<never>(() => undefined);

/** What an app's process takes from its device. */
export interface ProcessParts {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly fetch: Runtime["fetch"];
  /** ms by which the device's clock is wrong */
  readonly clockOffset: () => number;
}

interface Ear {
  readonly name: string;
  readonly listener: (message: unknown) => void;
}

/** One run of an app on a device, with all its tabs. Once it is killed nothing of it goes on: timers never fire, answers never come. */
export class AppProcess {
  readonly runtime: Runtime;
  #killed = false;
  readonly #online = new Set<() => void>();
  readonly #ears = new Set<Ear>();
  /** the last of those who have or wait for a lock, by its name */
  readonly #locks = new Map<string, Promise<unknown>>();

  constructor({ time, random, fetch, clockOffset }: ProcessParts) {
    this.runtime = {
      now: () => Math.floor(time.now()) + clockOffset(),
      monotonic: () => time.elapsed(),
      random,
      randomBytes: (count) => random.bytes(count),
      sleep: (ms, signal) => this.#whileItLives(time.sleep(ms, signal)),
      fetch: (url, init) => this.#whileItLives(fetch(url, init)),
      onOnline: (listener) => {
        this.#online.add(listener);
        return () => this.#online.delete(listener);
      },
      withLock: (name, options, work) => this.#withLock(name, options, work),
      locksReachAll: true,
      openChannel: (name, listener) => this.#openChannel({ name, listener }),
    };
  }

  kill(): void {
    this.#killed = true;
    this.#online.clear();
    this.#ears.clear();
  }

  /** The platform believes that the network came back. */
  tellOnline(): void {
    for (const listener of this.#online) listener();
  }

  async #whileItLives<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      if (this.#killed) await never();
    }
  }

  async #withLock<T>(
    name: string,
    { wait, signal }: { readonly wait: boolean; readonly signal?: AbortSignal | undefined },
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    const before = this.#locks.get(name);
    if (before !== undefined && !wait) return undefined;
    const mine = Promise.withResolvers<void>();
    const last = (before ?? Promise.resolve()).then(() => mine.promise);
    this.#locks.set(name, last);
    try {
      await Promise.race([before, aborted(signal)]);
      return await work();
    } finally {
      mine.resolve();
      if (this.#locks.get(name) === last) this.#locks.delete(name);
    }
  }

  #openChannel(ear: Ear): Channel {
    this.#ears.add(ear);
    return {
      post: (message) => {
        for (const other of this.#ears) {
          if (other === ear || other.name !== ear.name) continue;
          queueMicrotask(() => {
            if (this.#ears.has(other)) other.listener(structuredClone(message));
          });
        }
      },
      close: () => {
        this.#ears.delete(ear);
      },
    };
  }
}

/** Rejects once the signal is aborted; never settles without one. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  if (signal === undefined) return never();
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new DOMException("aborted", "AbortError"));
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
