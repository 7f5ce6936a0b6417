import type { Clock } from "../../src/adapters/clock.ts";
import type { Timers } from "../../src/adapters/timers.ts";

interface Due {
  readonly at: number;
  readonly action: () => void;
}

/** Time for sockets that passes only when a test says so. Its wall clock begins at the machine's, which dates the sessions. */
export class HandMovedTime {
  #passed = 0;
  readonly #due = new Set<Due>();

  readonly clock: Clock = {
    now: () => Date.now() + this.#passed,
    monotonic: () => this.#passed,
  };

  readonly timers: Timers = {
    after: (ms, action) => {
      const due = { at: this.#passed + ms, action };
      this.#due.add(due);
      return () => this.#due.delete(due);
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const callOff = this.timers.after(ms, resolve);
        const abort = (): void => {
          callOff();
          reject(new DOMException("aborted", "AbortError"));
        };
        if (signal?.aborted === true) abort();
        else signal?.addEventListener("abort", abort);
      }),
  };

  /** Lets time pass, and what is due happen, in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.#passed + ms;
    for (;;) {
      const [next] = [...this.#due]
        .filter(({ at }) => at <= end)
        .toSorted((left, right) => left.at - right.at);
      if (next === undefined) break;
      this.#due.delete(next);
      this.#passed = Math.max(this.#passed, next.at);
      next.action();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#passed = end;
  }
}
