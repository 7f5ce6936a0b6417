import { LIMITS } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction, type Transaction } from "../database/transaction.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { type Pace, paceOf } from "./pace.ts";

/** Days for which every message stays in the feeds: who was away so long reads the rest page by page. */
const KEPT_DAYS = 30;
/** Messages that leave the feeds in one transaction. */
const MESSAGES_AT_ONCE = 100;
const CONVERSATIONS_AT_ONCE = 500;

/** Has more than stays, of which the next to go is old enough. */
const IS_LONG = `conversation c JOIN message m ON m.conversation_id = c.id AND m.line_number = c.trimmed_through + 1
  WHERE c.line_count - c.trimmed_through > ${String(LIMITS.messagesKept)} AND m.at < ?`;

/**
 * Takes old messages of long conversations out of the feeds, so that a phone that signs in is not sent years of them: the newest stay, and what is not a month old. The
 * messages themselves stay, and are read page by page; devices keep what they hold.
 */
export function trimConversationsJob(pool: DatabasePool): Job {
  return {
    name: "trim conversations",
    schedule: "50 1 * * *",
    atStart: false,
    due: async () => countRows(pool, IS_LONG, [await keptSince(pool)]),
    async run(signal) {
      const before = await keptSince(pool);
      const work = { pool, before, signal, pace: paceOf(pool, signal) };
      let trimmed = 0;
      while (!signal.aborted) {
        const found = await longOnes(pool, before);
        let here = 0;
        for (const id of found) {
          if (signal.aborted) break;
          here += await trimAll(work, id);
        }
        trimmed += here;
        if (here === 0) break;
      }
      return { trimmed };
    },
  };
}

async function keptSince(pool: DatabasePool): Promise<number> {
  return (await databaseNow(pool)) - KEPT_DAYS * DAY_MS;
}

async function longOnes(pool: DatabasePool, before: number): Promise<readonly string[]> {
  const statement = `SELECT c.id FROM ${IS_LONG} LIMIT ${String(CONVERSATIONS_AT_ONCE)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, [before]));
  return rows.map(({ id }) => id);
}

interface Work {
  readonly pool: DatabasePool;
  /** ms since 1970 */
  readonly before: number;
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

/** Trims one conversation to its end, a part in each transaction: looking for the long ones goes through all. Answers how many messages went. */
async function trimAll({ pool, before, signal, pace }: Work, conversation: string): Promise<number> {
  let trimmed = 0;
  while (!signal.aborted) {
    const here = await inTransaction(pool, (tx) => trim(tx, conversation, before));
    trimmed += here;
    await pace.rest();
    if (here < MESSAGES_AT_ONCE) break;
  }
  return trimmed;
}

/** Takes the oldest messages of a conversation out of the feeds, unless somebody writes in it this moment. Answers how many went. */
async function trim(tx: Transaction, conversation: string, before: number): Promise<number> {
  const [row] = await tx.query<{ lines: number; through: number }>(
    "SELECT line_count AS `lines`, trimmed_through AS through FROM conversation WHERE id = ? FOR UPDATE SKIP LOCKED",
    [conversation],
  );
  if (row === undefined) return 0;
  const last = Math.min(row.through + MESSAGES_AT_ONCE, row.lines - LIMITS.messagesKept);
  const old = await tx.query<{ id: string; number: number; withdrawn: number | null }>(
    `SELECT id, line_number AS number, withdrawn FROM message WHERE conversation_id = ? AND line_number > ? AND line_number <= ? AND at < ? ORDER BY line_number`,
    [conversation, row.through, last, before],
  );
  if (old.length === 0) return 0;
  // What was withdrawn stays: a device that still holds its text has to hear of that, however long it was away.
  const said = old.flatMap(({ id, withdrawn }) => (withdrawn === null ? [id] : []));
  if (said.length > 0)
    await tx.write("DELETE FROM feed_entry WHERE kind = 'message' AND gone = 0 AND entity_id IN (?)", [said]);
  const through = old.at(-1)?.number ?? row.through;
  await tx.write("UPDATE conversation SET trimmed_through = ? WHERE id = ?", [through, conversation]);
  return old.length;
}
