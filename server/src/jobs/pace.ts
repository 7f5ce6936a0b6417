import type { DatabasePool } from "../database/pool.ts";

/** A batch is followed by so many times its length of rest. With equal rest, the slowest of a hundred bookings took over twice as long as without the job. */
const RESTS = 2;

/** Keeps a job from taking the database for itself. */
export interface Pace {
  /** Between two batches: waits twice as long as the last one took. Over at once when the job is called off. */
  rest(): Promise<void>;
}

/**
 * A job's pace: two thirds of the time are everybody else's, however fast or slow the database is. Nobody waits for what a job clears away, and people wait for
 * their bookings.
 */
export function paceOf({ runtime }: Pick<DatabasePool, "runtime">, signal: AbortSignal): Pace {
  let since = runtime.now();
  return {
    async rest() {
      const took = runtime.now() - since;
      // Called off it rejects; whoever works looks at the signal next.
      await runtime.sleep(RESTS * took, signal).catch(() => undefined);
      since = runtime.now();
    },
  };
}
