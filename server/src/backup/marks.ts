import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";

/**
 * What devices have to know about backups. They keep the operations they hold as applied until a verified backup covers them, and when the epoch changes (a
 * backup was restored) they offer again what lies beyond it.
 */

/**
 * Notes that a backup begun at an instant was verified (restored somewhere and looked at). Operations decided before it are in it.
 * @param begunAt ms since 1970, by the database's clock
 * @returns how many streams' marks moved
 */
export async function markBackupVerified(pool: DatabasePool, begunAt: number): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const { changedRows } = await tx.write(
      `UPDATE stream s JOIN (SELECT stream_id, MAX(number) AS number FROM operation WHERE decided_at < ? GROUP BY stream_id) o ON o.stream_id = s.id
       SET s.durable_through = o.number WHERE s.durable_through < o.number`,
      [begunAt],
    );
    return changedRows;
  });
}

/**
 * Begins a new epoch: run once after a backup was restored, before the server starts on it.
 * @returns the new epoch
 */
export async function beginEpoch(pool: DatabasePool): Promise<number> {
  return inTransaction(pool, async (tx) => {
    await tx.write("UPDATE server_state SET value = value + 1 WHERE name = 'epoch'");
    const [row] = await tx.query<{ epoch: string }>(
      "SELECT value AS epoch FROM server_state WHERE name = 'epoch'",
    );
    return Number(row?.epoch);
  });
}
