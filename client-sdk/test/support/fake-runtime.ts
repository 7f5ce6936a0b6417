import { watchPacking } from "../../src/adapters/packing.ts";
import { platformRuntime, type Runtime } from "../../src/index.ts";

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** A runtime with a clock that moves only when a test moves it; network, locks and channels are the platform's. */
export class FakeRuntime implements Runtime {
  wall = Date.UTC(2026, 10, 20, 6, 0);
  mono = 0;
  chance = 0.5;
  locksReachAll = true;
  readonly #device: string;
  readonly sleeps: number[] = [];
  readonly #real = platformRuntime();
  readonly #sleepers = new Set<Sleeper>();
  readonly #online = new Set<() => void>();

  /** @param device locks and channels of another device are others, whatever their names */
  constructor(device = "") {
    this.#device = device;
  }

  now = (): number => this.wall;
  monotonic = (): number => this.mono;
  random = (): number => this.chance;
  randomBytes = (count: number): Uint8Array => this.#real.randomBytes(count);
  fetch: Runtime["fetch"] = (url, init) => this.#real.fetch(url, init);
  withLock: Runtime["withLock"] = (name, options, work) =>
    this.#real.withLock(this.#device + name, options, work);
  openChannel: Runtime["openChannel"] = (name, listener) =>
    this.#real.openChannel(this.#device + name, listener);
  onOnline = (listener: () => void): (() => void) => {
    this.#online.add(listener);
    return () => this.#online.delete(listener);
  };
  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    this.sleeps.push(ms);
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.mono + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      const abort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(new DOMException("aborted", "AbortError"));
      };
      if (signal?.aborted === true) abort();
      signal?.addEventListener("abort", abort);
    });
  };

  /** Lets time pass and whatever is due run. */
  async advance(ms: number): Promise<void> {
    this.mono += ms;
    this.wall += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.mono) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settled();
  }

  goOnline(): void {
    for (const listener of this.#online) listener();
  }
}

/** Work that goes on beside the program: packing, and what the server is at. */
let busy = 0;
watchPacking((packing) => void whileBusy(packing));

/** Counts some work as under way until it is through. */
export function whileBusy<T>(work: Promise<T>): Promise<T> {
  busy += 1;
  const end = (): void => {
    busy -= 1;
  };
  work.then(end, end);
  return work;
}

/** Lets what is under way (stores, msw, streams, packing) come to rest. */
export async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 15; quiet = busy > 0 ? 0 : quiet + 1)
    await new Promise((resolve) => setTimeout(resolve, 2));
}
