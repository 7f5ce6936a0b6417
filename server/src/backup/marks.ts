import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";
import { WrongInstant } from "./instant.ts";

/**
 * What devices have to know about backups. They keep the operations they hold as applied until a verified backup covers them, and when the epoch changes (a
 * backup was restored) they offer again what lies beyond it.
 */

/** Longer than any transaction of a server takes from its decision to its commit. */
export const LONGEST_TRANSACTION_MS = 60_000;

/**
 * Notes that a backup begun at an instant was verified (restored somewhere and looked at). Operations decided a while before it are in it; those decided shortly before
 * may have been committed after it began.
 * @param begunAt ms since 1970, by the database's clock
 * @param longest ms that a transaction can take from its decision to its commit
 * @returns how many streams' marks moved
 * @throws WrongInstant where it lies in the future
 */
export async function markBackupVerified(
  pool: DatabasePool,
  begunAt: number,
  longest = LONGEST_TRANSACTION_MS,
): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const [row] = await tx.query<{ now: number }>(
      "SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now",
    );
    if (begunAt > (row?.now ?? 0))
      throw new WrongInstant("The backup's beginning lies in the future by the database's clock.");
    const { changedRows } = await tx.write(
      `UPDATE stream s JOIN (SELECT stream_id, MAX(number) AS number FROM operation WHERE decided_at < ? GROUP BY stream_id) o ON o.stream_id = s.id
       SET s.durable_through = o.number WHERE s.durable_through < o.number`,
      [begunAt - longest],
    );
    return changedRows;
  });
}

/**
 * Begins a new epoch: run once after a backup was restored, before the server starts on it. The number is never one that a device has seen: the backup may be
 * older than an epoch that was begun before, so it is taken from the clock.
 * @returns the new epoch
 */
export async function beginEpoch(pool: DatabasePool): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const [row] = await tx.query<{ epoch: string; now: number }>(
      "SELECT value AS epoch, CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now FROM server_state WHERE name = 'epoch' FOR UPDATE",
    );
    const epoch = Math.max(Number(row?.epoch ?? 0) + 1, row?.now ?? 0);
    await tx.write("UPDATE server_state SET value = ? WHERE name = 'epoch'", [String(epoch)]);
    return epoch;
  });
}
