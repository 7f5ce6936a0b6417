import { describe, expect, test } from "vitest";
import type { DatabasePool } from "../../src/database/pool.ts";
import { paceOf } from "../../src/jobs/pace.ts";

/** A pool of which a pace sees the clock alone. */
function timedPool() {
  const slept: number[] = [];
  const time = { now: 0, slept };
  const runtime = {
    now: () => time.now,
    random: () => 0,
    after: () => () => undefined,
    sleep: (milliseconds: number, signal?: AbortSignal) => {
      if (signal?.aborted === true) return Promise.reject(new Error("called off"));
      time.slept.push(milliseconds);
      time.now += milliseconds;
      return Promise.resolve();
    },
  };
  const pool: Pick<DatabasePool, "runtime"> = { runtime };
  return { pool, time };
}

describe("the pace of a job", () => {
  test("rests after each batch twice as long as the batch took", async () => {
    const { pool, time } = timedPool();
    const pace = paceOf(pool, new AbortController().signal);
    time.now += 30;
    await pace.rest();
    time.now += 70;
    await pace.rest();
    expect(time.slept).toEqual([60, 140]);
  });

  test("is over at once when the job is called off", async () => {
    const { pool, time } = timedPool();
    const pace = paceOf(pool, AbortSignal.abort());
    time.now += 30;
    await pace.rest();
    expect(time.slept).toEqual([]);
  });
});
