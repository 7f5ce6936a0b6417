import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";

/** How long a session that is over is kept, so that an operator can see why somebody was signed out. */
const KEPT_DAYS = 30;
const ROWS_AT_ONCE = 200;
const IS_OLD = "(ended_at < ? OR expires_at < ?)";

/** Removes sessions that ended or ran out long ago. Their tokens are refused without them as well. */
export function clearSessionsJob(pool: DatabasePool): Job {
  return {
    name: "clear sessions",
    schedule: "50 1 * * *",
    atStart: false,
    async due() {
      const before = (await databaseNow(pool)) - KEPT_DAYS * DAY_MS;
      return countRows(pool, `session WHERE ${IS_OLD}`, [before, before]);
    },
    async run(signal) {
      const before = (await databaseNow(pool)) - KEPT_DAYS * DAY_MS;
      let cleared = 0;
      let after = "";
      while (!signal.aborted) {
        const ids = await oldSessions(pool, after, before);
        if (ids.length === 0) break;
        after = ids.at(-1) ?? after;
        cleared += await removeSessions(pool, ids, before);
      }
      return { cleared };
    },
  };
}

async function oldSessions(pool: DatabasePool, after: string, before: number): Promise<readonly string[]> {
  const statement = `SELECT id FROM session WHERE id > ? AND ${IS_OLD} ORDER BY id LIMIT ${String(ROWS_AT_ONCE)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, [after, before, before]));
  return rows.map(({ id }) => id);
}

async function removeSessions(pool: DatabasePool, ids: readonly string[], before: number): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const claimed = await tx.query<{ id: string }>(
      `SELECT id FROM session WHERE id IN (?) AND ${IS_OLD} ORDER BY id FOR UPDATE SKIP LOCKED`,
      [[...ids], before, before],
    );
    if (claimed.length === 0) return 0;
    const { affectedRows } = await tx.write("DELETE FROM session WHERE id IN (?)", [
      claimed.map(({ id }) => id),
    ]);
    return affectedRows;
  });
}
