import { bigint, index, mysqlTable, primaryKey, tinyint, uniqueIndex } from "drizzle-orm/mysql-core";
import { big, entityId, jsonText, longAscii, sheetIdColumn, streamId, word } from "./columns.ts";

/** How far each stream has settled. Kept for ever: it is what recognises a replay after its outcomes were pruned. */
export const stream = mysqlTable("stream", {
  id: streamId("id").primaryKey(),
  tenantId: word("tenant_id").notNull(),
  accountId: entityId("account_id").notNull(),
  deviceId: entityId("device_id"),
  /** all operations up to here have an outcome */
  settled: big("settled").notNull(),
  /** rows of `operation` up to here were pruned */
  prunedThrough: big("pruned_through").notNull(),
  /** operations up to here are in a verified backup */
  durableThrough: big("durable_through").notNull(),
  touchedAt: big("touched_at").notNull(),
});

/** Every operation that was decided, applied or not: the outcomes, and the audit trail. */
export const operation = mysqlTable(
  "operation",
  {
    streamId: streamId("stream_id").notNull(),
    number: big("number").notNull(),
    tenantId: word("tenant_id").notNull(),
    accountId: entityId("account_id").notNull(),
    type: word("type").notNull(),
    /** first 22 characters of the base64url SHA-256 over the canonical form of type, input and after */
    fingerprint: word("fingerprint").notNull(),
    input: jsonText("input").notNull(),
    /** 1 applied, 0 rejected */
    applied: tinyint("applied").notNull(),
    /** output or problem as JSON; null: applied as asked */
    outcome: jsonText("outcome"),
    /** what the device that sent it foresaw, where it came to that and so is not sent back; else null */
    sum: word("sum"),
    /** the device's clock, ms */
    madeAt: big("made_at").notNull(),
    /** the database's clock, ms */
    decidedAt: big("decided_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.streamId, t.number] }), index("operation_decided").on(t.decidedAt)],
);

/**
 * What stays for ever of operations whose rows were pruned: the first characters of each fingerprint, from number 1 on, one behind the other. Enough to tell
 * the same operation from another under its number.
 */
export const prunedMarks = mysqlTable("pruned_marks", {
  streamId: streamId("stream_id").primaryKey(),
  marks: longAscii("marks").notNull(),
});

/** An ordered stream of changes to what somebody may see. `number` is the newest; the row's lock is held to commit, so numbers have no gap. */
export const feed = mysqlTable(
  "feed",
  {
    handle: bigint("handle", { mode: "number" }).autoincrement().primaryKey(),
    tenantId: word("tenant_id").notNull(),
    /** `account:<id>`, `clinic:<id>`, `calendar:<doctor>`, `directory` */
    name: word("name").notNull(),
    number: big("number").notNull(),
    /** tombstones up to here were cleared away: an older cursor is reset */
    horizon: big("horizon").notNull(),
  },
  (t) => [uniqueIndex("feed_name").on(t.tenantId, t.name)],
);

/** The newest change of one entity in one feed. */
export const feedEntry = mysqlTable(
  "feed_entry",
  {
    feed: big("feed").notNull(),
    kind: word("kind").notNull(),
    entityId: sheetIdColumn("entity_id").notNull(),
    number: big("number").notNull(),
    /** 1: this feed shows it no longer */
    gone: tinyint("gone").notNull(),
    /** stream that made the newest change and foresaw it; null: everybody is told */
    origin: streamId("origin"),
    /** number of the newest change that came from elsewhere than `origin` */
    otherNumber: big("other_number").notNull(),
    changedAt: big("changed_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.feed, t.kind, t.entityId] }),
    index("feed_entry_number").on(t.feed, t.number),
    index("feed_entry_entity").on(t.kind, t.entityId),
  ],
);

/** A few facts about this database as a whole. */
export const serverState = mysqlTable("server_state", {
  name: word("name").primaryKey(),
  value: word("value").notNull(),
});
