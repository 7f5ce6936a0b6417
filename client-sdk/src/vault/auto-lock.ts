import { ENOUGH, type Runtime } from "../adapters/runtime.ts";

/** Timers cannot be set for months. */
const LOOK_AGAIN_MS = 3_600_000;

/**
 * Notices that nobody has used the app for a while. By both clocks: the one that never jumps may stand still while a phone sleeps in a pocket, and the wall's may be set
 * back. Whichever says that the time is over, it is; too early does no harm.
 */
export class AutoLock {
  readonly #runtime: Runtime;
  readonly #afterMs: number;
  readonly #lock: () => void;
  #timer = new AbortController();
  #touched: { readonly mono: number; readonly wall: number } | undefined;

  constructor(runtime: Runtime, afterMs: number, lock: () => void) {
    this.#runtime = runtime;
    this.#afterMs = afterMs;
    this.#lock = lock;
  }

  /** From now on. */
  start(): void {
    this.stop();
    this.touch();
    if (this.#afterMs < Infinity) void this.#watch();
  }

  stop(): void {
    this.#timer.abort(ENOUGH);
    this.#touched = undefined;
  }

  /** Somebody is using the app. */
  touch(): void {
    this.#touched = { mono: this.#runtime.monotonic(), wall: this.#runtime.now() };
  }

  /** ms until it is time to lock; 0 if it is. */
  left(): number {
    const touched = this.#touched;
    if (touched === undefined) return this.#afterMs;
    const passed = Math.max(this.#runtime.monotonic() - touched.mono, this.#runtime.now() - touched.wall);
    return Math.max(0, this.#afterMs - passed);
  }

  async #watch(): Promise<void> {
    const timer = (this.#timer = new AbortController());
    while (!timer.signal.aborted) {
      const left = this.left();
      if (left === 0) return this.#lock();
      await this.#runtime.sleep(Math.min(left, LOOK_AGAIN_MS), timer.signal).catch(() => undefined); // stopped
    }
  }
}
