import type { DatabasePool } from "../database/pool.ts";

/** Keeps a job from taking the database for itself. */
export interface Pace {
  /** Between two batches: waits as long as the last one took. Over at once when the job is called off. */
  rest(): Promise<void>;
}

/**
 * A job's pace: half of the time is everybody else's, however fast or slow the database is. Nobody waits for what a job clears away, and people wait for their
 * bookings.
 */
export function paceOf({ runtime }: Pick<DatabasePool, "runtime">, signal: AbortSignal): Pace {
  let since = runtime.now();
  return {
    async rest() {
      const took = runtime.now() - since;
      // Called off it rejects; whoever works looks at the signal next.
      await runtime.sleep(took, signal).catch(() => undefined);
      since = runtime.now();
    },
  };
}
