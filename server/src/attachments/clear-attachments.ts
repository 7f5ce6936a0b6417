import { ATTACHMENT_LIMITS, type EntityId } from "@healthbridge/schema";
import { appointment, attachment, conversation } from "@healthbridge/schema/tables";
import { and, asc, eq, gt, inArray, isNull, lt } from "drizzle-orm";
import { DatabaseError } from "../database/database-error.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { DAY_MS, databaseNow, type Job } from "../jobs/job.ts";
import { paceOf } from "../jobs/pace.ts";
import { type AttachmentRow, AttachmentRows } from "./attachment-rows.ts";
import type { AttachmentEvents } from "./events.ts";
import { type Named, namingIn } from "./named-attachments.ts";
import { removeAttachment } from "./remove-attachment.ts";
import { type AttachmentStorage, StorageError } from "./storage.ts";

export interface ClearAttachmentsParts {
  readonly pool: DatabasePool;
  readonly storage: AttachmentStorage;
  readonly events: AttachmentEvents;
  readonly named: Named;
}

const ROWS_AT_ONCE = 100;
/** Days for which it is known how much an account sent in a day. */
const TOTALS_KEPT_DAYS = 2;

/**
 * Removes uploads that stood still for a week, what was refused, attachments that no message of their sender's came to name, and those whose conversation is gone: the file first, then the row, so that nothing stays in
 * the storage that nothing points to.
 */
export function clearAttachmentsJob(parts: ClearAttachmentsParts): Job {
  const { pool } = parts;
  const rows = new AttachmentRows(pool);
  return {
    name: "clear attachments",
    schedule: "40 2 * * *",
    atStart: false,
    async due() {
      let count = 0;
      for await (const found of due(parts, () => Promise.resolve())) count += found.length;
      return count;
    },
    async run(signal) {
      const pace = paceOf(pool, signal);
      let cleared = 0;
      const faults: unknown[] = [];
      for await (const found of due(parts, (found) => markNamed(pool, found))) {
        for (const row of found) {
          if (signal.aborted || !(await clearOne(parts, rows, row, faults))) continue;
          parts.events.onAttachment({ kind: row.kind, what: "cleared" });
          cleared += 1;
        }
        if (signal.aborted) break;
        await pace.rest();
      }
      if (!signal.aborted) await clearTotals(pool);
      const [cause] = faults;
      if (faults.length > 0)
        throw new StorageError(`attachments that could not be removed: ${String(faults.length)}`, { cause });
      return { cleared };
    },
  };
}

/** One file that cannot be removed must not keep all others: its row stays, hidden, by which the next run finds it. */
async function clearOne(
  { storage }: ClearAttachmentsParts,
  rows: AttachmentRows,
  row: AttachmentRow,
  faults: unknown[],
): Promise<boolean> {
  try {
    return await removeAttachment({ rows, storage }, row);
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    faults.push(error);
    return false;
  }
}

type Page = readonly AttachmentRow[];

/**
 * What is to be cleared away, page by page.
 *
 * @param onNamed told of those that were found to be named by a message: they need not be asked about again
 */
async function* due(
  parts: ClearAttachmentsParts,
  onNamed: (found: Page) => Promise<void>,
): AsyncGenerator<Page> {
  const before = (await databaseNow(parts.pool)) - ATTACHMENT_LIMITS.keptDays * DAY_MS;
  for await (const found of pages((after) => oldOnes(parts.pool, before, after))) {
    const named = await parts.named(found.filter(({ status }) => status === "ready"));
    if (named.size > 0) await onNamed(found.filter(({ id }) => named.has(id)));
    yield found.filter(({ id }) => !named.has(id));
  }
  yield* pages((after) => homelessOnes(parts.pool, after));
}

async function* pages(next: (after: EntityId) => Promise<Page>): AsyncGenerator<Page> {
  let found = await next("");
  for (let last = found.at(-1); last !== undefined; last = found.at(-1)) {
    yield found;
    found = await next(last.id);
  }
}

/** For a week nothing has come of it, and it is not known to be named by a message. */
function oldOnes(pool: DatabasePool, before: number, after: EntityId): Promise<Page> {
  return read(pool, ({ drizzle }) =>
    drizzle
      .select()
      .from(attachment)
      .where(and(eq(attachment.named, 0), lt(attachment.createdAt, before), gt(attachment.id, after)))
      .orderBy(asc(attachment.id))
      .limit(ROWS_AT_ONCE),
  );
}

/** Of a conversation that is gone, as is its appointment: nobody can see them any more. */
async function homelessOnes(pool: DatabasePool, after: EntityId): Promise<Page> {
  const found = await read(pool, ({ drizzle }) =>
    drizzle
      .select({ row: attachment })
      .from(attachment)
      .leftJoin(appointment, eq(appointment.id, attachment.conversationId))
      .leftJoin(conversation, eq(conversation.id, attachment.conversationId))
      .where(and(isNull(appointment.id), isNull(conversation.id), gt(attachment.id, after)))
      .orderBy(asc(attachment.id))
      .limit(ROWS_AT_ONCE),
  );
  return found.map(({ row }) => row);
}

/** Looks once more, with the rows locked: a message that is withdrawn meanwhile takes the mark away before, and then it is not set, or after. */
async function markNamed(pool: DatabasePool, found: Page): Promise<void> {
  const among = (ids: readonly EntityId[]) => inArray(attachment.id, [...ids]);
  await inTransaction(pool, async ({ drizzle }) => {
    const ids = found.map(({ id }) => id);
    await drizzle.select({ id: attachment.id }).from(attachment).where(among(ids)).for("update");
    const naming = await namingIn(drizzle, found);
    if (naming.size > 0)
      await drizzle
        .update(attachment)
        .set({ named: 1 })
        .where(among([...naming.keys()]));
  });
}

async function clearTotals(pool: DatabasePool): Promise<void> {
  const before = new Date((await databaseNow(pool)) - TOTALS_KEPT_DAYS * DAY_MS).toISOString().slice(0, 10);
  await inTransaction(pool, (tx) =>
    tx.write(
      "DELETE FROM attachment_total WHERE (day <> 'all' AND day < ?) OR (day = 'all' AND files <= 0)",
      [before],
    ),
  );
}
