import type { StreamId } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction, type Transaction } from "../database/transaction.ts";
import { markOf, NO_MARK } from "../operations/pruned-marks.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { paceOf } from "./pace.ts";

/** Rows looked at in one transaction. */
const ROWS_AT_ONCE = 200;
const CANDIDATES_AT_ONCE = 2_000;

/** Applied, and nothing was said of it but what stands in the thing itself: of a message its number. */
const SAID_NO_MORE = "applied = 1 AND (outcome IS NULL OR type = 'message.send')";

/**
 * Clears away what is known of operations that were applied as asked so long ago that nobody needs the audit trail any more, messages included. The stream's settled mark stays, and a
 * few characters of each fingerprint, so a replay is recognised for ever, and what is none as well; rejections, and outcomes that said more, stay too and go on
 * being answered. Cleared is always all of a stream up to a number, which the stream notes.
 */
export function pruneOperationsJob(pool: DatabasePool, keptDays: number): Job {
  return {
    name: "prune operations",
    schedule: "20 1 * * *",
    atStart: false,
    due: async () =>
      countRows(pool, `operation WHERE decided_at < ? AND ${SAID_NO_MORE}`, [
        (await databaseNow(pool)) - keptDays * DAY_MS,
      ]),
    async run(signal) {
      const before = (await databaseNow(pool)) - keptDays * DAY_MS;
      const pace = paceOf(pool, signal);
      let pruned = 0;
      let since = 0;
      while (!signal.aborted) {
        const found = await candidates(pool, since, before);
        let here = 0;
        for (const stream of new Set(found.map(({ stream }) => stream))) {
          if (signal.aborted) break;
          here += await inTransaction(pool, (tx) => pruneStream(tx, stream, before));
          await pace.rest();
        }
        pruned += here;
        const last = found.at(-1)?.decidedAt;
        if (last === undefined) break;
        // What could not be cleared now (another process has the stream, or it is younger before it) is left behind.
        if (here === 0) since = last + 1;
      }
      return { pruned };
    },
  };
}

interface Candidate {
  readonly stream: StreamId;
  readonly decidedAt: number;
}

function candidates(pool: DatabasePool, since: number, before: number): Promise<readonly Candidate[]> {
  return read(pool, (reader) =>
    reader.query<Candidate>(
      `SELECT stream_id AS stream, decided_at AS decidedAt FROM operation
       WHERE decided_at >= ? AND decided_at < ? AND ${SAID_NO_MORE} ORDER BY decided_at LIMIT ${String(CANDIDATES_AT_ONCE)}`,
      [since, before],
    ),
  );
}

/** Clears the next rows of a stream, unless somebody has it. Answers how many went. */
async function pruneStream(tx: Transaction, stream: StreamId, before: number): Promise<number> {
  const [row] = await tx.query<{ through: number }>(
    "SELECT pruned_through AS through FROM stream WHERE id = ? FOR UPDATE SKIP LOCKED",
    [stream],
  );
  if (row === undefined) return 0;
  const rows = await tx.query<{ number: number; decidedAt: number; fingerprint: string }>(
    `SELECT number, decided_at AS decidedAt, fingerprint FROM operation WHERE stream_id = ? AND number > ? ORDER BY number LIMIT ${String(ROWS_AT_ONCE)}`,
    [stream, row.through],
  );
  let through = row.through;
  let marks = "";
  for (const { number, decidedAt, fingerprint } of rows) {
    if (number !== through + 1 || decidedAt >= before) break;
    through = number;
    marks += markOf(fingerprint);
  }
  if (through === row.through) return clearBehind(tx, stream, through);
  // An earlier version kept no marks of what it pruned.
  await tx.write(
    "INSERT INTO pruned_marks (stream_id, marks) VALUES (?, ?) ON DUPLICATE KEY UPDATE stream_id = stream_id",
    [stream, NO_MARK.repeat(row.through)],
  );
  await tx.write("UPDATE pruned_marks SET marks = CONCAT(marks, ?) WHERE stream_id = ?", [marks, stream]);
  const { affectedRows } = await tx.write(
    `DELETE FROM operation WHERE stream_id = ? AND number > ? AND number <= ? AND ${SAID_NO_MORE}`,
    [stream, row.through, through],
  );
  await tx.write("UPDATE stream SET pruned_through = ? WHERE id = ?", [through, stream]);
  return affectedRows;
}

/** Clears what an earlier version passed by, which kept what was said of messages: the stream notes and marks it already. */
async function clearBehind(tx: Transaction, stream: StreamId, through: number): Promise<number> {
  const rows = await tx.query<{ number: number }>(
    `SELECT number FROM operation WHERE stream_id = ? AND number <= ? AND ${SAID_NO_MORE} ORDER BY number LIMIT ${String(ROWS_AT_ONCE)}`,
    [stream, through],
  );
  if (rows.length === 0) return 0;
  const numbers = rows.map(({ number }) => number);
  const { affectedRows } = await tx.write("DELETE FROM operation WHERE stream_id = ? AND number IN (?)", [
    stream,
    numbers,
  ]);
  return affectedRows;
}
