import { describe, expect, test } from "vitest";
import { type Line, type Sent, testDatabase } from "./test-database.ts";

const DUPLICATE = 1062;
const TIMEOUT = 1205;
const DEADLOCK = 1213;

async function lines<const Names extends readonly string[]>(
  make: () => Promise<Line>,
  ...names: Names
): Promise<{ [At in keyof Names]: Line }> {
  const made: Line[] = [];
  for (const _ of names) made.push(await make());
  return made as { [At in keyof Names]: Line };
}

const errors = (sent: readonly Sent[]): readonly unknown[] => sent.map(({ said }) => said?.error);

describe("three inserts of one key", () => {
  const INSERT = "INSERT INTO slot (id) VALUES (9)";

  async function race(statement: string, end: "COMMIT" | "ROLLBACK") {
    const { line, database } = testDatabase();
    const [first, second, third] = await lines(line, "first", "second", "third");
    for (const each of [first, second, third]) await each.run("START TRANSACTION");
    await first.run(INSERT);
    const waiting = [await second.send(statement), await third.send(statement)];
    expect(errors(waiting)).toEqual([undefined, undefined]);
    await first.run(end);
    return { waiting, second, third, database };
  }

  test("are refused when the first commits", async () => {
    const { waiting } = await race(INSERT, "COMMIT");
    expect(errors(waiting)).toEqual([DUPLICATE, DUPLICATE]);
  });

  test("end in a deadlock of two when the first rolls back", async () => {
    const { waiting, second, database } = await race(INSERT, "ROLLBACK");
    expect(errors(waiting)).toEqual([0, DEADLOCK]);
    await second.run("COMMIT");
    expect(database.rows("slot").map(({ id }) => id)).toContain(9);
    expect(database.stats.deadlocks).toBe(1);
  });

  test("with ON DUPLICATE KEY UPDATE: the same, whichever way the first ends", async () => {
    const statement = `${INSERT} ON DUPLICATE KEY UPDATE note = 'again'`;
    const rolledBack = await race(statement, "ROLLBACK");
    expect(errors(rolledBack.waiting)).toEqual([0, DEADLOCK]);
    const committed = await race(statement, "COMMIT");
    expect(errors(committed.waiting)).toEqual([0, undefined]);
    await committed.second.run("COMMIT");
    expect(committed.waiting[1]?.said).toMatchObject({ error: 0, affected: 0 });
  });

  test("of a value of a secondary unique key wait and are refused alike", async () => {
    const { line } = testDatabase();
    const [first, second] = await lines(line, "first", "second");
    await first.run("START TRANSACTION");
    await first.run("INSERT INTO slot (id, holder) VALUES (8, 80)");
    const waiting = await second.send("INSERT INTO slot (id, holder) VALUES (9, 80)");
    expect(waiting.said).toBeUndefined();
    await first.run("COMMIT");
    expect(waiting.said?.error).toBe(DUPLICATE);
  });
});

test("an insert of what another one takes away waits to see whether it stays away", async () => {
  const { line, database } = testDatabase();
  const [first, second] = await lines(line, "first", "second");
  await first.run("START TRANSACTION");
  await first.run("DELETE FROM slot WHERE id = 1");
  const kept = await second.send("INSERT INTO slot (id) VALUES (1)");
  await first.run("ROLLBACK");
  expect(kept.said?.error).toBe(DUPLICATE);
  await first.run("START TRANSACTION");
  await first.run("DELETE FROM slot WHERE id = 1");
  const free = await second.send("INSERT INTO slot (id, note) VALUES (1, 'new')");
  expect(free.said).toBeUndefined();
  await first.run("COMMIT");
  expect(free.said?.error).toBe(0);
  expect(database.rows("slot")[0]).toMatchObject({ id: 1, note: "new" });
});

test("a value moved away is free for others only when that is committed", async () => {
  const { line } = testDatabase();
  const [first, second] = await lines(line, "first", "second");
  await first.run("UPDATE slot SET holder = 7 WHERE id = 1");
  await first.run("START TRANSACTION");
  await first.run("UPDATE slot SET holder = 8 WHERE id = 1");
  const waiting = await second.send("UPDATE slot SET holder = 7 WHERE id = 2");
  expect(waiting.said).toBeUndefined();
  await first.run("COMMIT");
  expect(waiting.said).toMatchObject({ error: 0, affected: 1 });
});

test("where somebody has put a row and taken it away again, others wait until that is over", async () => {
  const { line } = testDatabase();
  const [first, second] = await lines(line, "first", "second");
  await first.run("START TRANSACTION");
  await first.run("INSERT INTO visit (name, minutes) VALUES ('x', 5)");
  await first.run("DELETE FROM visit WHERE name = 'x'");
  const waiting = await second.send("DELETE FROM visit WHERE name = 'x'");
  expect(waiting.said).toBeUndefined();
  await first.run("COMMIT");
  expect(waiting.said).toMatchObject({ error: 0, affected: 0 });
  expect((await second.run("SELECT id FROM visit WHERE name = 'x'")).rows).toEqual([]);
});

test("a plain read never waits, and shows what is committed now and what is one's own", async () => {
  const { line } = testDatabase();
  const [writer, reader] = await lines(line, "writer", "reader");
  const read = "SELECT note FROM slot WHERE id = 1";
  await reader.run("START TRANSACTION");
  await writer.run("START TRANSACTION");
  await writer.run("UPDATE slot SET note = 'new' WHERE id = 1");
  expect((await writer.run(read)).rows).toEqual([{ note: "new" }]);
  expect((await reader.run(read)).rows).toEqual([{ note: "a" }]);
  await writer.run("COMMIT");
  expect((await reader.run(read)).rows).toEqual([{ note: "new" }]);
});

test("who lost a compare-and-set sees the winner on reading again", async () => {
  const { line } = testDatabase();
  const [winner, loser] = await lines(line, "winner", "loser");
  await winner.run("START TRANSACTION");
  await loser.run("START TRANSACTION");
  expect((await loser.run("SELECT holder FROM slot WHERE id = 1")).rows).toEqual([{ holder: null }]);
  await winner.run("UPDATE slot SET holder = 7 WHERE id = 1 AND holder IS NULL");
  const lost = await loser.send("UPDATE slot SET holder = 8 WHERE id = 1 AND holder IS NULL");
  await winner.run("COMMIT");
  expect(lost.said).toMatchObject({ error: 0, affected: 0 });
  expect((await loser.run("SELECT holder FROM slot WHERE id = 1")).rows).toEqual([{ holder: 7 }]);
});

test("checking with a plain read and then inserting books twice: only a key in the way helps", async () => {
  const { line, database } = testDatabase();
  const [first, second] = await lines(line, "first", "second");
  for (const each of [first, second]) {
    await each.run("START TRANSACTION");
    expect((await each.run("SELECT id FROM visit WHERE name = 'x' FOR UPDATE")).rows).toEqual([]);
  }
  for (const each of [first, second]) {
    expect((await each.run("INSERT INTO visit (name, minutes) VALUES ('x', 5)")).error).toBe(0);
    await each.run("COMMIT");
  }
  expect(database.rows("visit")).toHaveLength(2);
});

test("locks are had in the order in which they were asked for", async () => {
  const { line } = testDatabase();
  const [holder, second, third] = await lines(line, "holder", "second", "third");
  for (const each of [holder, second, third]) await each.run("START TRANSACTION");
  await holder.run("SELECT id FROM slot WHERE id = 1 FOR UPDATE");
  const waiting = [
    await second.send("UPDATE slot SET note = '2' WHERE id = 1"),
    await third.send("UPDATE slot SET note = '3' WHERE id = 1"),
  ];
  await holder.run("COMMIT");
  expect(errors(waiting)).toEqual([0, undefined]);
  await second.run("COMMIT");
  expect(errors(waiting)).toEqual([0, 0]);
});

test("a locking read shows the row as it is once it is locked", async () => {
  const { line } = testDatabase();
  const [writer, reader] = await lines(line, "writer", "reader");
  await writer.run("START TRANSACTION");
  await writer.run("UPDATE slot SET note = 'new' WHERE id = 2");
  await reader.run("START TRANSACTION");
  const waiting = await reader.send("SELECT id, note FROM slot WHERE id IN (1, 2, 3) ORDER BY id FOR UPDATE");
  expect(waiting.said).toBeUndefined();
  await writer.run("COMMIT");
  expect(waiting.said?.rows.map(({ note }) => note)).toEqual(["a", "new", "c"]);
});

test("SKIP LOCKED passes over what is locked", async () => {
  const { line } = testDatabase();
  const [holder, other] = await lines(line, "holder", "other");
  await holder.run("START TRANSACTION");
  await holder.run("SELECT id FROM slot WHERE id = 2 FOR UPDATE");
  const { rows } = await other.run("SELECT id FROM slot WHERE id IN (?) ORDER BY id FOR UPDATE SKIP LOCKED", [
    [1, 2, 3],
  ]);
  expect(rows.map(({ id }) => id)).toEqual([1, 3]);
});

test("what a statement looked at and did not want is not kept locked", async () => {
  const { line } = testDatabase();
  const [first, second] = await lines(line, "first", "second");
  await first.run("START TRANSACTION");
  await first.run("UPDATE slot SET note = 'x' WHERE id IN (1, 2) AND note = 'a'");
  expect((await second.run("UPDATE slot SET note = 'y' WHERE id = 2")).affected).toBe(1);
  expect((await second.send("UPDATE slot SET note = 'y' WHERE id = 1")).said).toBeUndefined();
});

test("after three seconds of waiting only the statement is undone; COMMIT keeps what came before", async () => {
  const { line, time, database } = testDatabase();
  const [holder, waiter] = await lines(line, "holder", "waiter");
  await holder.run("START TRANSACTION");
  await holder.run("UPDATE slot SET note = 'x' WHERE id = 2");
  await waiter.run("START TRANSACTION");
  await waiter.run("UPDATE slot SET note = 'kept' WHERE id = 1");
  const waiting = await waiter.send("UPDATE slot SET note = 'y' WHERE id IN (1, 2)");
  await time.advance(2_999);
  expect(waiting.said).toBeUndefined();
  await time.advance(1);
  expect(waiting.said?.error).toBe(TIMEOUT);
  expect((await waiter.run("COMMIT")).open).toBe(false);
  expect(database.rows("slot").map(({ note }) => note)).toEqual(["kept", "b", "c"]);
});

test("who closes a circle loses its whole transaction, and is in autocommit then", async () => {
  const { line, database } = testDatabase();
  const [first, second] = await lines(line, "first", "second");
  for (const each of [first, second]) await each.run("START TRANSACTION");
  await first.run("UPDATE slot SET note = '1' WHERE id = 1");
  await second.run("UPDATE slot SET note = '2' WHERE id = 2");
  const waiting = await first.send("UPDATE slot SET note = '1' WHERE id = 2");
  expect((await second.run("UPDATE slot SET note = '2' WHERE id = 1")).error).toBe(DEADLOCK);
  expect(waiting.said?.error).toBe(0);
  expect(await second.run("UPDATE slot SET note = '3' WHERE id = 3")).toMatchObject({ open: false });
  await second.run("ROLLBACK");
  await first.run("COMMIT");
  expect(database.rows("slot").map(({ note }) => note)).toEqual(["1", "1", "3"]);
});

test("a circle of three is found", async () => {
  const { line } = testDatabase();
  const all = await lines(line, "1", "2", "3");
  for (const [at, each] of all.entries()) {
    await each.run("START TRANSACTION");
    await each.run("SELECT id FROM slot WHERE id = ? FOR UPDATE", [at + 1]);
  }
  const waiting = [
    await all[0].send("UPDATE slot SET note = 'x' WHERE id = 2"),
    await all[1].send("UPDATE slot SET note = 'x' WHERE id = 3"),
    await all[2].send("UPDATE slot SET note = 'x' WHERE id = 1"),
  ];
  expect(errors(waiting)).toEqual([undefined, 0, DEADLOCK]);
});

test("a row that something was made to point at stays until that is over", async () => {
  const { line } = testDatabase();
  const [child, parent] = await lines(line, "child", "parent");
  await child.run("START TRANSACTION");
  await child.run("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)");
  const remove = await parent.send("DELETE FROM slot WHERE id = 1");
  expect(remove.said).toBeUndefined();
  await child.run("COMMIT");
  expect(remove.said?.error).toBe(1451);
});

test("pointing at a row that is being taken away waits, and is refused when it is gone", async () => {
  const { line } = testDatabase();
  const [parent, child] = await lines(line, "parent", "child");
  await parent.run("START TRANSACTION");
  await parent.run("DELETE FROM slot WHERE id = 1");
  const waiting = await child.send("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)");
  expect(waiting.said).toBeUndefined();
  await parent.run("COMMIT");
  expect(waiting.said?.error).toBe(1452);
});

test("an update through the whole table passes over locked rows that it does not want", async () => {
  const { line } = testDatabase();
  const [holder, other] = await lines(line, "holder", "other");
  await holder.run("START TRANSACTION");
  await holder.run("UPDATE slot SET note = 'x' WHERE id = 1");
  expect((await other.run("UPDATE slot SET note = 'y' WHERE note = 'c'")).affected).toBe(1);
});
