import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { paceOf } from "./pace.ts";

/** Rows cleared in one transaction, and documents looked up in one statement. */
const ROWS_AT_ONCE = 500;
const DOCUMENTS_AT_ONCE = 200;

/**
 * Clears away the updates of documents that are so old that nobody needs to know any more who wrote what and when, and that a snapshot holds. The document stays as it is, and
 * so does whose each id of Yjs is.
 */
export function pruneDocumentsJob(pool: DatabasePool, keptDays: number): Job {
  return {
    name: "prune documents",
    schedule: "50 1 * * *",
    atStart: false,
    due: async () =>
      countRows(pool, "document_update WHERE written_at < ?", [
        (await databaseNow(pool)) - keptDays * DAY_MS,
      ]),
    async run(signal) {
      const before = (await databaseNow(pool)) - keptDays * DAY_MS;
      const pace = paceOf(pool, signal);
      let pruned = 0;
      let after = "";
      while (!signal.aborted) {
        const documents = await withOldUpdates(pool, after, before);
        for (const document of documents) {
          for (let here = ROWS_AT_ONCE; here === ROWS_AT_ONCE && !signal.aborted; pruned += here) {
            here = await pruneDocument(pool, document, before);
            await pace.rest();
          }
          after = document;
        }
        if (documents.length === 0) break;
      }
      return { pruned };
    },
  };
}

async function withOldUpdates(pool: DatabasePool, after: string, before: number): Promise<readonly string[]> {
  const rows = await read(pool, (reader) =>
    reader.query<{ document: string }>(
      `SELECT DISTINCT document_id AS document FROM document_update WHERE written_at < ? AND document_id > ?
       ORDER BY document_id LIMIT ${String(DOCUMENTS_AT_ONCE)}`,
      [before, after],
    ),
  );
  return rows.map(({ document }) => document);
}

/** Answers how many went. */
function pruneDocument(pool: DatabasePool, document: string, before: number): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const [held] = await tx.query<{ seq: number | null }>(
      "SELECT MAX(seq) AS seq FROM document_snapshot WHERE document_id = ?",
      [document],
    );
    const { affectedRows } = await tx.write(
      `DELETE FROM document_update WHERE document_id = ? AND seq <= ? AND written_at < ? ORDER BY seq LIMIT ${String(ROWS_AT_ONCE)}`,
      [document, held?.seq ?? 0, before],
    );
    return affectedRows;
  });
}
