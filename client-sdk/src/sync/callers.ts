import type { Runtime } from "../adapters/runtime.ts";
import type { Counters } from "./engine.ts";
import type { SyncOptions, SyncReport } from "./status.ts";

interface Ending {
  readonly done: boolean;
  readonly problem?: SyncReport["problem"];
}

interface Caller {
  readonly until: SyncOptions["until"];
  readonly budget: number | undefined;
  /** by the clock that never jumps: no further attempt after a failure once this has passed */
  readonly deadline: number;
  readonly end: (ending: Ending) => void;
}

/** A call of `sync()` that waits. */
export interface Call {
  readonly ended: Promise<Ending>;
  /** what happened since it began */
  counted(): Counters;
}

/** Those who called `sync()` and still wait for their report. */
export class Callers {
  readonly #runtime: Runtime;
  readonly #counters: Counters;
  readonly #waiting = new Set<Caller>();

  constructor(runtime: Runtime, counters: Counters) {
    this.#runtime = runtime;
    this.#counters = counters;
  }

  /** @param onLeft called once when the caller has its ending */
  add({ until, budget, tryFor = 0, signal }: SyncOptions, onLeft: () => void): Call {
    const before = { ...this.#counters };
    const ended = Promise.withResolvers<Ending>();
    const caller: Caller = {
      until,
      budget,
      deadline: this.#runtime.monotonic() + tryFor,
      end: (ending) => {
        if (!this.#waiting.delete(caller)) return;
        ended.resolve(ending);
        onLeft();
      },
    };
    this.#waiting.add(caller);
    const abort = (): void => {
      caller.end({ done: false, problem: { code: "aborted" } });
    };
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) queueMicrotask(abort);
    return { ended: ended.promise, counted: () => difference(this.#counters, before) };
  }

  /** Ends those whom the test accepts, with a problem or without. */
  endAll(problem: SyncReport["problem"], accepts: (caller: Caller) => boolean): void {
    for (const caller of this.#waiting) {
      if (accepts(caller)) caller.end(problem === undefined ? { done: true } : { done: false, problem });
    }
  }

  /** The smallest budget anybody named. */
  budget(): number | undefined {
    const named = [...this.#waiting].flatMap(({ budget }) => budget ?? []);
    return named.length === 0 ? undefined : Math.min(...named);
  }

  /** ms the most patient caller goes on trying. */
  longestPatience(): number {
    const now = this.#runtime.monotonic();
    return Math.max(0, ...[...this.#waiting].map(({ deadline }) => deadline - now));
  }
}

function difference(now: Counters, before: Counters): Counters {
  return {
    applied: now.applied - before.applied,
    rejected: now.rejected - before.rejected,
    pulled: now.pulled - before.pulled,
    bytesSent: now.bytesSent - before.bytesSent,
    bytesReceived: now.bytesReceived - before.bytesReceived,
  };
}
