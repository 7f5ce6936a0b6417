import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";
import { countRows, databaseNow, type Job } from "./job.ts";
import { paceOf } from "./pace.ts";

const ROWS_AT_ONCE = 500;

/** Removes tickets for sockets that nobody used: they have been over since half a minute after they were given. */
export function clearTicketsJob(pool: DatabasePool): Job {
  return {
    name: "clear tickets",
    schedule: "25 * * * *",
    atStart: false,
    due: async () => countRows(pool, "ticket WHERE expires_at < ?", [await databaseNow(pool)]),
    async run(signal) {
      const now = await databaseNow(pool);
      const pace = paceOf(pool, signal);
      let cleared = 0;
      while (!signal.aborted) {
        const here = await clearSome(pool, now);
        cleared += here;
        if (here < ROWS_AT_ONCE) break;
        await pace.rest();
      }
      return { cleared };
    },
  };
}

async function clearSome(pool: DatabasePool, now: number): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const over = await tx.query<{ digest: string }>(
      `SELECT digest FROM ticket WHERE expires_at < ? ORDER BY expires_at LIMIT ${String(ROWS_AT_ONCE)} FOR UPDATE SKIP LOCKED`,
      [now],
    );
    if (over.length === 0) return 0;
    const { affectedRows } = await tx.write("DELETE FROM ticket WHERE digest IN (?)", [
      over.map(({ digest }) => digest),
    ]);
    return affectedRows;
  });
}
