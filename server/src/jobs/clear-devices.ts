import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";

const ROWS_AT_ONCE = 200;
/**
 * Nothing was heard of it for as long as any session lives, nor was it made since, and no session is left: whoever comes back signs in, as another device. When it was
 * made says the operation whose id it has; one that was pruned is older still.
 */
const DEAD = `device d LEFT JOIN session s ON s.device_id = d.id
   LEFT JOIN operation o ON o.stream_id = LEFT(d.id, 16) AND o.number = CAST(SUBSTRING(d.id, 18) AS SIGNED) AND o.decided_at >= ?
   WHERE d.last_seen_at < ? AND s.id IS NULL AND o.stream_id IS NULL`;

/** Removes devices that nobody can be signed in on any more. What they sent stays, under the streams they wrote. */
export function clearDevicesJob(pool: DatabasePool, sessionDays: number): Job {
  const longAgo = async (): Promise<number> => (await databaseNow(pool)) - sessionDays * DAY_MS;
  return {
    name: "clear devices",
    schedule: "55 1 * * *",
    atStart: false,
    async due() {
      const before = await longAgo();
      return countRows(pool, DEAD, [before, before]);
    },
    async run(signal) {
      const before = await longAgo();
      let cleared = 0;
      while (!signal.aborted) {
        const ids = await deadDevices(pool, before);
        if (ids.length === 0) break;
        cleared += await inTransaction(pool, async (tx) => {
          await tx.write("DELETE FROM push_subscription WHERE device_id IN (?)", [[...ids]]);
          return (await tx.write("DELETE FROM device WHERE id IN (?)", [[...ids]])).affectedRows;
        });
      }
      return { cleared };
    },
  };
}

async function deadDevices(pool: DatabasePool, before: number): Promise<readonly string[]> {
  const statement = `SELECT d.id FROM ${DEAD} ORDER BY d.id LIMIT ${String(ROWS_AT_ONCE)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, [before, before]));
  return rows.map(({ id }) => id);
}
