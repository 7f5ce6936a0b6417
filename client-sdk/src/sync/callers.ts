import type { Device } from "../device.ts";
import type { Counters, SyncOptions, SyncReport } from "./status.ts";

type Problem = SyncReport["problem"];

/** Bytes of changes that a server takes for a budget at most. */
const LARGEST_BUDGET = 524_288;

interface Caller {
  readonly until: SyncOptions["until"];
  readonly budget: number | undefined;
  /** by the clock that never jumps: no further attempt after a failure once this has passed */
  readonly deadline: number;
  readonly end: (problem: Problem) => void;
}

/** A call of `sync()` that waits. */
export interface Call {
  /** with the problem that ended it early */
  readonly ended: Promise<Problem>;
  /** what happened since it began */
  counted(): Counters;
}

/** Those who called `sync()` and still wait for their report. */
export class Callers {
  readonly #device: Device;
  readonly #waiting = new Set<Caller>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** @param onLeft called once when the caller has its ending */
  add({ until, budget, tryFor = 0, signal }: SyncOptions, onLeft: () => void): Call {
    const { runtime, counters } = this.#device;
    const before = { ...counters };
    const ended = Promise.withResolvers<Problem>();
    const caller: Caller = {
      until,
      budget,
      deadline: runtime.monotonic() + tryFor,
      end: (problem) => {
        if (!this.#waiting.delete(caller)) return;
        signal?.removeEventListener("abort", abort);
        ended.resolve(problem);
        onLeft();
      },
    };
    this.#waiting.add(caller);
    const abort = (): void => {
      caller.end({ code: "aborted" });
    };
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) queueMicrotask(abort);
    return {
      ended: ended.promise,
      counted: () => ({
        applied: counters.applied - before.applied,
        rejected: counters.rejected - before.rejected,
        pulled: counters.pulled - before.pulled,
        bytesSent: counters.bytesSent - before.bytesSent,
        bytesReceived: counters.bytesReceived - before.bytesReceived,
      }),
    };
  }

  /** Ends those whom the test accepts, with a problem or without. */
  endAll(problem?: Problem, accepts: (caller: Caller) => boolean = () => true): void {
    for (const caller of this.#waiting) if (accepts(caller)) caller.end(problem);
  }

  /** The smallest budget anybody named; what cannot be one counts as none, so that it is no trouble to the others. */
  budget(): number | undefined {
    const least = Math.min(
      ...[...this.#waiting].map(({ until, budget = Infinity }) =>
        budget >= (until === "settled" ? 0 : 1) ? budget : Infinity,
      ),
    );
    return least <= LARGEST_BUDGET ? Math.round(least) : undefined;
  }

  /** ms the most patient caller goes on trying. */
  longestPatience(): number {
    const latest = Math.max(...[...this.#waiting].map(({ deadline }) => deadline));
    return Math.max(0, latest - this.#device.runtime.monotonic());
  }
}
