import type { SqlValue } from "../../../server/src/database/lease.ts";
import { type Line, only, type Said } from "./line.ts";

/** The ways to book that were measured against each other, for one operation and for a batch of them. Written as plainly as they can be: they are what is tested. */

export interface Op {
  readonly id: string;
  readonly slot: number;
}

/** By the operation's id: whether it was given its slot. */
export type Verdicts = ReadonlyMap<string, boolean>;

/** Settles a batch in one go, or throws `Died`: then nothing of it happened and it may be tried again. */
export type Pattern = (line: Line, ops: readonly Op[]) => Promise<Verdicts>;

/** The server ended the transaction (deadlock, lock time-out). */
export class Died extends Error {}

const DUPLICATE = 1062;

export const PATTERN_TABLES = [
  "CREATE TABLE device (id INT PRIMARY KEY, last_batch INT NOT NULL DEFAULT 0)",
  "CREATE TABLE slot (id INT PRIMARY KEY, booking_id VARCHAR(30))",
  `CREATE TABLE booking (id VARCHAR(30) PRIMARY KEY, slot_id INT NOT NULL, state INT NOT NULL DEFAULT 1,
     active_slot INT GENERATED ALWAYS AS (CASE WHEN state IN (0, 1) THEN slot_id END) VIRTUAL, UNIQUE KEY uq_active (active_slot))`,
  "CREATE TABLE op_result (op_id VARCHAR(30) PRIMARY KEY, slot_id INT NOT NULL, won INT)",
  "CREATE TABLE scope_counter (scope_id INT PRIMARY KEY, n INT NOT NULL)",
  "CREATE TABLE change_log (scope_id INT NOT NULL, seq INT NOT NULL, op_id VARCHAR(30) NOT NULL, PRIMARY KEY (scope_id, seq))",
];

/** One statement, committed by itself. A refusal is remembered nowhere. */
export const a0: Pattern = (line, ops) =>
  oneByOne(ops, async (op) => (await say(line, BOOK, [op.id, op.slot], [DUPLICATE])).errno === 0);

/** A row for the verdict, the booking (the key says who wins), the verdict. */
export const a1: Pattern = (line, ops) =>
  oneByOne(ops, (op) =>
    transaction(line, async () => {
      await say(line, "INSERT INTO op_result (op_id, slot_id) VALUES (?, ?)", [op.id, op.slot]);
      const won = (await say(line, BOOK, [op.id, op.slot], [DUPLICATE])).errno === 0;
      await say(line, "UPDATE op_result SET won = ? WHERE op_id = ?", [won ? 1 : 0, op.id]);
      return won;
    }),
  );

/** The slot's row is taken by an UPDATE with a condition. */
export const a2: Pattern = (line, ops) =>
  oneByOne(ops, (op) =>
    transaction(line, async () => {
      const taken = await say(line, "UPDATE slot SET booking_id = ? WHERE id = ? AND booking_id IS NULL", [
        op.id,
        op.slot,
      ]);
      const won = taken.affected === 1;
      if (won) await say(line, BOOK, [op.id, op.slot]);
      await remember(line, new Map([[op.id, won]]), [op]);
      return won;
    }),
  );

/** The slot's row is locked, looked at, and written. */
export const a3: Pattern = (line, ops) =>
  oneByOne(ops, (op) =>
    transaction(line, async () => {
      const found = await say(line, "SELECT booking_id FROM slot WHERE id = ? FOR UPDATE", [op.slot]);
      const won = only(found) === null;
      if (won) await say(line, BOOK, [op.id, op.slot]);
      if (won) await say(line, "UPDATE slot SET booking_id = ? WHERE id = ?", [op.id, op.slot]);
      await remember(line, new Map([[op.id, won]]), [op]);
      return won;
    }),
  );

/** One transaction, a savepoint for each operation. */
export const b2: Pattern = (line, ops) =>
  transaction(line, async () => {
    const verdicts = await oneByOne(ops, async (op) => {
      await say(line, "SAVEPOINT op");
      const won = (await say(line, BOOK, [op.id, op.slot], [DUPLICATE])).errno === 0;
      if (!won) await say(line, "ROLLBACK TO op");
      return won;
    });
    await remember(line, verdicts, ops);
    return verdicts;
  });

/** One transaction without savepoints: a duplicate undoes its own statement. */
export const b2b: Pattern = (line, ops) =>
  transaction(line, async () => {
    const verdicts = await oneByOne(
      ops,
      async (op) => (await say(line, BOOK, [op.id, op.slot], [DUPLICATE])).errno === 0,
    );
    await remember(line, verdicts, ops);
    return verdicts;
  });

/** One INSERT IGNORE of all rows as they come, then a look at which are in. */
export const b3unsorted: Pattern = (line, ops) =>
  transaction(line, async () => {
    await say(line, "INSERT IGNORE INTO booking (id, slot_id) VALUES ?", [
      ops.map(({ id, slot }) => [id, slot]),
    ]);
    return readBack(line, ops);
  });

/** The same with the rows in the order of slots. */
export const b3: Pattern = (line, ops) =>
  b3unsorted(
    line,
    ops.toSorted((left, right) => left.slot - right.slot),
  );

/** The slots' rows are locked in one order, the decision is made here, the winners are written. */
export const b4: Pattern = (line, ops) =>
  transaction(line, async () => {
    const verdicts = await decideOverLockedSlots(line, ops);
    await remember(line, verdicts, ops);
    return verdicts;
  });

/** The rows travel as one JSON parameter. */
export const b5: Pattern = (line, ops) =>
  transaction(line, async () => {
    await say(
      line,
      `INSERT IGNORE INTO booking (id, slot_id)
       SELECT j.id, j.slot FROM JSON_TABLE(?, '$[*]' COLUMNS (id VARCHAR(30) PATH '$.id', slot INT PATH '$.slot')) j ORDER BY j.slot`,
      [JSON.stringify(ops)],
    );
    return readBack(line, ops);
  });

/** The whole of it: device, what is known, slots in order, decide, write, the change log's numbers last. What is known already is answered as it was. */
export function b7(device: number, scope: number): Pattern {
  return (line, ops) =>
    transaction(line, async () => {
      await say(line, "UPDATE device SET last_batch = last_batch + 1 WHERE id = ?", [device]);
      const known = await knownVerdicts(line, ops);
      const fresh = ops.filter(({ id }) => !known.has(id));
      if (fresh.length === 0) return known;
      const verdicts = await decideOverLockedSlots(line, fresh);
      await number(line, scope, fresh);
      await remember(line, verdicts, fresh);
      return new Map([...known, ...verdicts]);
    });
}

/** Control: looks first and lets others look as well; nothing is locked. */
export function lookFirst(everybodyIsHere: () => Promise<void>): Pattern {
  return (line, ops) =>
    transaction(line, async () => {
      const found = await say(line, "SELECT slot_id FROM booking WHERE slot_id IN (?) AND state = 1", [
        slotsOf(ops),
      ]);
      await everybodyIsHere();
      const taken = new Set(found.rows.map((row) => row["slot_id"]));
      return insertWinners(line, ops, new Set(slotsOf(ops).filter((slot) => !taken.has(slot))));
    });
}

const BOOK = "INSERT INTO booking (id, slot_id) VALUES (?, ?)";
const WRITE_SLOTS =
  "UPDATE slot JOIN booking ON booking.active_slot = slot.id SET slot.booking_id = booking.id WHERE slot.id IN (?)";

async function decideOverLockedSlots(line: Line, ops: readonly Op[]): Promise<Verdicts> {
  const found = await say(line, "SELECT id, booking_id FROM slot WHERE id IN (?) ORDER BY id FOR UPDATE", [
    slotsOf(ops),
  ]);
  const free = new Set(
    found.rows.filter((row) => row["booking_id"] === null).map((row) => Number(row["id"])),
  );
  const verdicts = await insertWinners(line, ops, free);
  const won = slotsOf(ops.filter(({ id }) => verdicts.get(id) === true));
  if (won.length > 0) await say(line, WRITE_SLOTS, [won]);
  return verdicts;
}

/** Decides in the order of the batch who gets which free slot. */
async function insertWinners(line: Line, ops: readonly Op[], free: Set<number>): Promise<Verdicts> {
  const verdicts = new Map(ops.map(({ id, slot }) => [id, free.delete(slot)]));
  const winners = ops.filter(({ id }) => verdicts.get(id) === true).map(({ id, slot }) => [id, slot]);
  if (winners.length > 0) await say(line, "INSERT INTO booking (id, slot_id) VALUES ?", [winners]);
  return verdicts;
}

async function readBack(line: Line, ops: readonly Op[]): Promise<Verdicts> {
  const found = await say(line, "SELECT id FROM booking WHERE id IN (?)", [ops.map(({ id }) => id)]);
  const won = new Set(found.rows.map((row) => row["id"]));
  const verdicts = new Map(ops.map(({ id }) => [id, won.has(id)]));
  await remember(line, verdicts, ops);
  return verdicts;
}

async function remember(line: Line, verdicts: Verdicts, ops: readonly Op[]): Promise<void> {
  const rows = ops.map(({ id, slot }) => [id, slot, verdicts.get(id) === true ? 1 : 0]);
  await say(line, "INSERT INTO op_result (op_id, slot_id, won) VALUES ?", [rows]);
}

async function knownVerdicts(line: Line, ops: readonly Op[]): Promise<Verdicts> {
  const found = await say(line, "SELECT op_id, won FROM op_result WHERE op_id IN (?)", [
    ops.map(({ id }) => id),
  ]);
  return new Map(found.rows.map((row) => [String(row["op_id"]), row["won"] === 1]));
}

/** Numbers without a gap, in the order of commits: the counter's row is locked to the end. */
async function number(line: Line, scope: number, ops: readonly Op[]): Promise<void> {
  const bumped = await say(line, "UPDATE scope_counter SET n = LAST_INSERT_ID(n + ?) WHERE scope_id = ?", [
    ops.length,
    scope,
  ]);
  const first = bumped.insertId - ops.length + 1;
  await say(line, "INSERT INTO change_log (scope_id, seq, op_id) VALUES ?", [
    ops.map(({ id }, at) => [scope, first + at, id]),
  ]);
}

async function oneByOne(ops: readonly Op[], settle: (op: Op) => Promise<boolean>): Promise<Verdicts> {
  const verdicts = new Map<string, boolean>();
  for (const op of ops) verdicts.set(op.id, await settle(op));
  return verdicts;
}

async function transaction<T>(line: Line, work: () => Promise<T>): Promise<T> {
  await say(line, "START TRANSACTION");
  try {
    const done = await work();
    await say(line, "COMMIT");
    return done;
  } catch (error) {
    await line.must("ROLLBACK");
    throw error;
  }
}

/** Says a statement; of errors only those named are answers. */
async function say(
  line: Line,
  sql: string,
  values: readonly SqlValue[] = [],
  allowed: readonly number[] = [],
): Promise<Said> {
  const said = await line.run(sql, values);
  if (said.errno === 0 || allowed.includes(said.errno)) return said;
  if (said.errno === 1213 || said.errno === 1205) throw new Died(String(said.errno));
  throw new Error(`${sql} failed with ${said.errno}`);
}

function slotsOf(ops: readonly Op[]): number[] {
  return [...new Set(ops.map(({ slot }) => slot))];
}
