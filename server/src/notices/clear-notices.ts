import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "../jobs/job.ts";
import { paceOf } from "../jobs/pace.ts";

/** How long it can be looked up what somebody was told, and why something did not go. */
const KEPT_DAYS = 90;
const ROWS_AT_ONCE = 500;

/** Removes notices that were sent, dropped or given up long ago. Only then could one be written and sent a second time, of a start that has passed by then. */
export function clearNoticesJob(pool: DatabasePool): Job {
  return {
    name: "clear notices",
    schedule: "55 1 * * *",
    atStart: false,
    due: async () =>
      countRows(pool, "notice WHERE ended_at < ?", [(await databaseNow(pool)) - KEPT_DAYS * DAY_MS]),
    async run(signal) {
      const before = (await databaseNow(pool)) - KEPT_DAYS * DAY_MS;
      const pace = paceOf(pool, signal);
      let cleared = 0;
      while (!signal.aborted) {
        const here = await clearSome(pool, before);
        cleared += here;
        if (here < ROWS_AT_ONCE) break;
        await pace.rest();
      }
      return { cleared };
    },
  };
}

async function clearSome(pool: DatabasePool, before: number): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const old = await tx.query<{ id: string }>(
      `SELECT id FROM notice WHERE ended_at < ? ORDER BY ended_at LIMIT ${String(ROWS_AT_ONCE)} FOR UPDATE SKIP LOCKED`,
      [before],
    );
    if (old.length === 0) return 0;
    const { affectedRows } = await tx.write("DELETE FROM notice WHERE id IN (?)", [old.map(({ id }) => id)]);
    return affectedRows;
  });
}
