import { DocumentKind, documentName, type EntityId, type InputOf } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction, type Transaction } from "../database/transaction.ts";
import type { Outcome } from "../operations/submission.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { paceOf } from "./pace.ts";
import { type ServerStreamParts, writeAsServer } from "./server-stream.ts";

const NAME = "remove conversations";
/** Conversations in one transaction: their patients' rows are locked with them. */
const AT_ONCE = 15;
/** Messages of these, but for one conversation that has more by itself: each leaves two or three feeds, whose rows are locked meanwhile. */
const LINES_AT_ONCE = 500;
/** How long what was in them stays, ms: by then no process has a document of theirs open any more, of which it would keep a snapshot when the last one leaves. */
const CLEARED_AFTER_MS = 3_600_000;
/** Rows that are cleared from one table in one transaction, and conversations looked up in one statement. */
const ROWS_AT_ONCE = 500;
const REMOVED_AT_ONCE = 200;

/** Closed, of an appointment that was put away, and with nothing new for long. */
const IS_OVER = `conversation c LEFT JOIN message m ON m.conversation_id = c.id AND m.line_number = c.line_count LEFT JOIN appointment a ON a.id = c.id
  WHERE c.closed = 1 AND a.id IS NULL AND (c.line_count = 0 OR m.at < ?)`;

/**
 * Removes conversations that are over for so many days, where the operator wants that: first from every feed, as an operation, so that devices see it as they see that anything is gone; the
 * next time what was in them, a few rows at a time. Their photos and voice notes belong to nothing then, and are cleared away as such. What was sent is known for ever by its stream and number, and
 * never comes back.
 * @param days so many after the newest message; 0: never
 */
export function removeConversationsJob(parts: ServerStreamParts, days: number): Job {
  const { pool } = parts;
  return {
    name: NAME,
    schedule: "25 2 * * *",
    atStart: false,
    async due() {
      const over = days === 0 ? 0 : await countRows(pool, IS_OVER, [await longAgo(pool, days)]);
      return (
        over + (await countRows(pool, `removed_conversation WHERE ${IS_CLOSED}`, [await clearedBefore(pool)]))
      );
    },
    async run(signal) {
      const removed = days === 0 ? 0 : await removeAll(parts, await longAgo(pool, days), signal);
      return { removed, cleared: await clearAll(pool, signal) };
    },
  };
}

/** Nobody has anything of it open. */
const IS_CLOSED = "removed_at < ?";

async function clearedBefore(pool: DatabasePool): Promise<number> {
  return (await databaseNow(pool)) - CLEARED_AFTER_MS;
}

async function longAgo(pool: DatabasePool, days: number): Promise<number> {
  return (await databaseNow(pool)) - days * DAY_MS;
}

type Over = InputOf<"conversation.remove">["conversations"][number];

/** Removes all that are over, each looked at once. Answers how many this process removed. */
async function removeAll(parts: ServerStreamParts, before: number, signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (const tenant of await tenantsWith(parts.pool, before)) {
    let after: EntityId = "";
    let last: EntityId = "";
    await writeAsServer(
      parts,
      { job: NAME, tenant, signal },
      async () => {
        const conversations = atOnce(await overIn(parts.pool, tenant, before, after));
        last = conversations.at(-1)?.conversation ?? after;
        return conversations.length === 0 ? [] : [{ type: "conversation.remove", input: { conversations } }];
      },
      (outcomes, here) => {
        after = last;
        if (here) removed += outcomes.reduce((sum, outcome) => sum + removedBy(outcome), 0);
      },
    );
  }
  return removed;
}

async function tenantsWith(pool: DatabasePool, before: number): Promise<readonly string[]> {
  const statement = `SELECT DISTINCT c.tenant_id AS tenant FROM ${IS_OVER}`;
  const rows = await read(pool, (reader) => reader.query<{ tenant: string }>(statement, [before]));
  return rows.map(({ tenant }) => tenant);
}

function overIn(
  pool: DatabasePool,
  tenant: string,
  before: number,
  after: EntityId,
): Promise<readonly Over[]> {
  const statement = `SELECT c.id AS conversation, c.line_count AS \`lines\` FROM ${IS_OVER} AND c.tenant_id = ? AND c.id > ? ORDER BY c.id LIMIT ${String(AT_ONCE)}`;
  return read(pool, (reader) => reader.query<Over>(statement, [before, tenant, after]));
}

/** The first, and as many behind it as have few enough lines together. */
function atOnce(found: readonly Over[]): readonly Over[] {
  const taken: Over[] = [];
  let lines = 0;
  for (const each of found) {
    lines += each.lines;
    if (taken.length > 0 && lines > LINES_AT_ONCE) break;
    taken.push(each);
  }
  return taken;
}

function removedBy(outcome: Outcome): number {
  if (outcome.status === "rejected" || typeof outcome.output !== "object" || outcome.output === null)
    return 0;
  return "removed" in outcome.output ? Number(outcome.output.removed) : 0;
}

/** Clears what was in conversations that were removed, in this run or before it. Answers how many rows went. */
async function clearAll(pool: DatabasePool, signal: AbortSignal): Promise<number> {
  const before = await clearedBefore(pool);
  const pace = paceOf(pool, signal);
  let cleared = 0;
  let after = "";
  while (!signal.aborted) {
    const ids = await removedAfter(pool, before, after);
    if (ids.length === 0) break;
    for (const id of ids) {
      for (let more = true; more && !signal.aborted;) {
        const did = await inTransaction(pool, (tx) => clearSome(tx, id));
        cleared += did.rows;
        more = did.more;
        await pace.rest();
      }
      after = id;
    }
  }
  return cleared;
}

async function removedAfter(
  pool: DatabasePool,
  before: number,
  after: EntityId,
): Promise<readonly EntityId[]> {
  const statement = `SELECT id FROM removed_conversation WHERE ${IS_CLOSED} AND id > ? ORDER BY id LIMIT ${String(REMOVED_AT_ONCE)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: EntityId }>(statement, [before, after]));
  return rows.map(({ id }) => id);
}

/** Clears the next rows of one, unless another process does; with the last of them it is forgotten. */
async function clearSome(
  tx: Transaction,
  id: EntityId,
): Promise<{ readonly rows: number; readonly more: boolean }> {
  const [mine] = await tx.query("SELECT id FROM removed_conversation WHERE id = ? FOR UPDATE SKIP LOCKED", [
    id,
  ]);
  if (mine === undefined) return { rows: 0, more: false };
  let rows = 0;
  for (const { table, owner, key, of } of partsOf(id)) {
    const next = await tx.query<{ at: number }>(
      `SELECT ${key} AS at FROM ${table} WHERE ${owner} = ? ORDER BY ${key} LIMIT ${String(ROWS_AT_ONCE)}`,
      [of],
    );
    const last = next.at(-1)?.at;
    if (last === undefined) continue;
    const { affectedRows } = await tx.write(`DELETE FROM ${table} WHERE ${owner} = ? AND ${key} <= ?`, [
      of,
      last,
    ]);
    rows += affectedRows;
    if (next.length === ROWS_AT_ONCE) return { rows, more: true };
  }
  await tx.write("DELETE FROM removed_conversation WHERE id = ?", [id]);
  return { rows, more: false };
}

/** Where what is in a conversation stands, and in which order it is cleared. */
function partsOf(id: EntityId) {
  const documents = DocumentKind.options.map((kind) => documentName({ conversation: id, kind }));
  return [
    { table: "message", owner: "conversation_id", key: "line_number", of: id },
    ...documents.flatMap((of) => [
      { table: "document_update", owner: "document_id", key: "seq", of },
      { table: "document_snapshot", owner: "document_id", key: "seq", of },
      { table: "document_client", owner: "document_id", key: "client_id", of },
    ]),
  ];
}
