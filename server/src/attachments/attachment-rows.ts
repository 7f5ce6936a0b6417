import { ATTACHMENT_LIMITS, type EntityId } from "@healthbridge/schema";
import { attachment, attachmentPart, attachmentTotal } from "@healthbridge/schema/tables";
import { and, asc, eq, lt, sql } from "drizzle-orm";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction, type Transaction } from "../database/transaction.ts";
import { type HttpProblem, httpProblem } from "../http/problem.ts";

/** An attachment, as its row says. */
export type AttachmentRow = typeof attachment.$inferSelect;

/** What an upload begins with. */
export type NewAttachment = Pick<
  AttachmentRow,
  "id" | "tenantId" | "accountId" | "conversationId" | "kind" | "type" | "size" | "thumbnailSize" | "digest"
>;

/** What an attachment is made of, thumbnail included. */
export function wholeSize({ size, thumbnailSize }: Pick<AttachmentRow, "size" | "thumbnailSize">): number {
  return size + thumbnailSize;
}

/** What those who take part have still to be told of. */
export const THUMBNAIL_UNTOLD = 1;
export const FILE_UNTOLD = 2;

/** Whoever sends it over days in short windows begins none of them anew: a week counts from its last bytes. */
const MOVED_NOW = sql<number>`CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED)`;

/** Under this day the total of a conversation stands. */
const ALL_DAYS = "all";

/** The rows of attachments and of what has arrived of them. */
export class AttachmentRows {
  readonly #pool: DatabasePool;

  constructor(pool: DatabasePool) {
    this.#pool = pool;
  }

  async find(id: EntityId): Promise<AttachmentRow | undefined> {
    const [row] = await read(this.#pool, ({ drizzle }) =>
      drizzle.select().from(attachment).where(eq(attachment.id, id)),
    );
    return row;
  }

  /**
   * Notes that an upload begins, or finds the one that has begun already: whoever lost the first answer asks again.
   *
   * @throws HttpProblem `key_reused` where the id is that of another file, `attachment_limit`
   */
  begin(wanted: NewAttachment): Promise<AttachmentRow> {
    return inTransaction(this.#pool, async (tx) => {
      const now = await timeOf(tx);
      const day = new Date(now).toISOString().slice(0, 10);
      const ofAccount = await lockTotal(tx, wanted.accountId, day);
      const [known] = await tx.drizzle.select().from(attachment).where(eq(attachment.id, wanted.id));
      if (known !== undefined) return sameAs(known, wanted);
      const ofConversation = await lockTotal(tx, wanted.conversationId, ALL_DAYS);
      checkTotals(wholeSize(wanted), ofAccount, ofConversation);
      const row = { ...wanted, ...fresh(wanted), createdAt: now };
      await addToTotal(tx, wanted.accountId, day, wholeSize(wanted));
      await addToTotal(tx, wanted.conversationId, ALL_DAYS, wholeSize(wanted));
      await tx.drizzle.insert(attachment).values(row);
      return row;
    });
  }

  /**
   * Keeps the next bytes of an upload. Whoever else goes on with the same upload, here or in another process, finds that it has moved.
   *
   * @throws HttpProblem `conflict` where these are not the next bytes any more, `not_found`
   */
  append(id: EntityId, start: number, content: Buffer): Promise<AttachmentRow> {
    return inTransaction(this.#pool, async (tx) => {
      const row = await lockArriving(tx, id);
      const received = start + content.length;
      if (tx.afterUnknownCommit && row.received === received) return row;
      if (row.received !== start) throw httpProblem("conflict", "upload-offset");
      await tx.drizzle.insert(attachmentPart).values({ attachmentId: id, start, content });
      await tx.drizzle
        .update(attachment)
        .set({ received, createdAt: MOVED_NOW })
        .where(eq(attachment.id, id));
      return { ...row, received };
    });
  }

  /** The first bytes that have arrived, at least so many. */
  async firstBytes(id: EntityId, count: number): Promise<Buffer> {
    const parts = await read(this.#pool, ({ drizzle }) =>
      drizzle
        .select({ content: attachmentPart.content })
        .from(attachmentPart)
        .where(and(eq(attachmentPart.attachmentId, id), lt(attachmentPart.start, count)))
        .orderBy(asc(attachmentPart.start)),
    );
    return Buffer.concat(parts.map(({ content }) => content));
  }

  /**
   * Notes what was checked of what has arrived; more is never taken for less.
   *
   * @returns the row as it is now; `going` also where it is gone, so that whoever has just put a file of it takes that away again
   */
  async markChecked(seen: AttachmentRow, checked: number, untold?: number): Promise<AttachmentRow> {
    const { id } = seen;
    return inTransaction(this.#pool, async (tx) => {
      const [row] = await tx.drizzle.select().from(attachment).where(eq(attachment.id, id)).for("update");
      if (row === undefined) return { ...seen, status: "going" };
      if (row.status !== "arriving" || row.checked >= checked) return row;
      const change = untold === undefined ? { checked } : { checked, untold };
      await tx.drizzle.update(attachment).set(change).where(eq(attachment.id, id));
      return { ...row, ...change };
    });
  }

  /** The upload is whole and its file is kept: what arrived in parts is not needed any more. */
  async markReady(row: AttachmentRow, digest: string): Promise<AttachmentRow> {
    return this.#end(row, { status: "ready", digest, untold: FILE_UNTOLD });
  }

  /** The upload is not what may be attached. The row stays for a while, so that its sender hears of it as often as she asks. */
  async markRefused(row: AttachmentRow, why: string): Promise<AttachmentRow> {
    return this.#end(row, { status: "refused", why, untold: null });
  }

  async #end(
    seen: AttachmentRow,
    change: Pick<AttachmentRow, "status"> & Partial<AttachmentRow>,
  ): Promise<AttachmentRow> {
    const { id } = seen;
    return inTransaction(this.#pool, async (tx) => {
      const [row] = await tx.drizzle.select().from(attachment).where(eq(attachment.id, id)).for("update");
      // Another process has removed it meanwhile: whoever has just put its file takes that away again.
      if (row === undefined) return { ...seen, status: "going" };
      if (row.status !== "arriving") return row;
      await tx.drizzle.update(attachment).set(change).where(eq(attachment.id, id));
      await tx.drizzle.delete(attachmentPart).where(eq(attachmentPart.attachmentId, id));
      return { ...row, ...change };
    });
  }

  /**
   * From now on nobody goes on with it and nobody sees it: its files can be removed.
   *
   * @returns false where it is not any more what the caller saw, and stays
   */
  async markGoing({ id, status, named }: AttachmentRow): Promise<boolean> {
    return inTransaction(this.#pool, async (tx) => {
      const [row] = await tx.drizzle.select().from(attachment).where(eq(attachment.id, id)).for("update");
      if (row?.status === "going") return true;
      if (row?.status !== status || row.named !== named) return false;
      await tx.drizzle.update(attachment).set({ status: "going" }).where(eq(attachment.id, id));
      return true;
    });
  }

  /** Forgets an attachment whose files are gone, and frees its room in the conversation. What an account has sent in a day stays counted. */
  async forget({ id }: AttachmentRow): Promise<void> {
    await inTransaction(this.#pool, async (tx) => {
      const [row] = await tx.drizzle.select().from(attachment).where(eq(attachment.id, id)).for("update");
      if (row?.status !== "going") return;
      await tx.drizzle.delete(attachmentPart).where(eq(attachmentPart.attachmentId, id));
      await tx.drizzle.delete(attachment).where(eq(attachment.id, id));
      const room = { files: sql`files - 1`, bytes: sql`bytes - ${wholeSize(row)}` };
      await tx.drizzle.update(attachmentTotal).set(room).where(totalOf(row.conversationId, ALL_DAYS));
    });
  }
}

/** What is so of every upload that has just begun. Without a thumbnail there is none to check. */
function fresh({ thumbnailSize }: NewAttachment) {
  return {
    received: 0,
    status: "arriving",
    checked: thumbnailSize > 0 ? 0 : 1,
    why: null,
    named: 0,
    untold: null,
  };
}

async function lockArriving(tx: Transaction, id: EntityId): Promise<AttachmentRow> {
  const [row] = await tx.drizzle.select().from(attachment).where(eq(attachment.id, id)).for("update");
  if (row?.status !== "arriving") throw httpProblem(row === undefined ? "not_found" : "conflict");
  return row;
}

/** The database's clock, ms. */
async function timeOf(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ now: number }>(
    "SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now",
  );
  if (row === undefined) throw new Error("the database told no time");
  return row.now;
}

function sameAs(known: AttachmentRow, wanted: NewAttachment): AttachmentRow {
  const { id: _id, ...facts } = wanted;
  const before: Readonly<Record<string, unknown>> = known;
  const same = Object.entries(facts).every(([name, value]) => before[name] === value || name === "digest");
  // A digest that was left out is known once the file is.
  const digests = wanted.digest === null || known.digest === null || wanted.digest === known.digest;
  if (!same || !digests) throw httpProblem("key_reused", "upload-metadata.id");
  return known;
}

interface Total {
  readonly files: number;
  readonly bytes: number;
}

const totalOf = (who: string, day: string) => and(eq(attachmentTotal.who, who), eq(attachmentTotal.day, day));

/** What somebody's attachments come to; whoever else begins one for her waits. */
async function lockTotal(tx: Transaction, who: string, day: string): Promise<Total> {
  await tx.write(
    "INSERT INTO attachment_total (who, day, files, bytes) VALUES (?, ?, 0, 0) ON DUPLICATE KEY UPDATE files = files",
    [who, day],
  );
  const [total] = await tx.drizzle.select().from(attachmentTotal).where(totalOf(who, day)).for("update");
  return total ?? { files: 0, bytes: 0 };
}

async function addToTotal(tx: Transaction, who: string, day: string, size: number): Promise<void> {
  const more = { files: sql`files + 1`, bytes: sql`bytes + ${size}` };
  await tx.drizzle.update(attachmentTotal).set(more).where(totalOf(who, day));
}

function checkTotals(size: number, account: Total, conversation: Total): void {
  const { accountDayBytes, accountDayFiles, conversationBytes, conversationFiles } = ATTACHMENT_LIMITS;
  const over = (total: Total, files: number, bytes: number): boolean =>
    total.files >= files || total.bytes + size > bytes;
  if (over(conversation, conversationFiles, conversationBytes)) throw limitReached("conversation");
  if (over(account, accountDayFiles, accountDayBytes)) throw limitReached("account");
}

function limitReached(path: "account" | "conversation"): HttpProblem {
  return httpProblem("attachment_limit", path);
}
