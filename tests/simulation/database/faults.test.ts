import { describe, expect, test } from "vitest";
import type { StatementFault, StatementInfo } from "./faults.ts";
import { testDatabase } from "./test-database.ts";

/** A database on which the next statement of a kind meets a fault. */
function faulty(random = 0.25) {
  let next: { readonly kind: StatementInfo["kind"]; readonly fault: StatementFault } | undefined;
  const seen: StatementInfo[] = [];
  const test = testDatabase({
    random: () => random,
    onStatement: (info) => {
      seen.push(info);
      if (info.kind !== next?.kind) return undefined;
      const { fault } = next;
      next = undefined;
      return fault;
    },
  });
  return {
    ...test,
    seen,
    plan(kind: StatementInfo["kind"], fault: StatementFault) {
      next = { kind, fault };
    },
    note: () => test.database.rows("slot")[0]?.["note"],
  };
}

const SET = "UPDATE slot SET note = 'new' WHERE id = 1";
const LOST = "PROTOCOL_CONNECTION_LOST";

test("the hook hears who sends what", async () => {
  const { line, seen } = faulty();
  const client = await line("server-1");
  for (const sql of ["START TRANSACTION", SET, "SELECT 1", "COMMIT", "ROLLBACK"]) await client.run(sql);
  expect(seen.map(({ kind }) => kind)).toEqual(["begin", "write", "read", "commit", "rollback"]);
  expect(seen[1]).toEqual({ connection: 1, owner: "server-1", sql: SET, values: [], kind: "write" });
});

test("a statement that is held up lets others go first", async () => {
  const { line, plan, time, note } = faulty();
  const [slow, fast] = [await line("slow"), await line("fast")];
  plan("write", { fault: "delay", ms: 500 });
  const held = await slow.send(SET);
  expect((await fast.run("UPDATE slot SET note = 'first' WHERE id = 1")).affected).toBe(1);
  await time.advance(499);
  expect(held.said).toBeUndefined();
  await time.advance(1);
  expect(held.said?.affected).toBe(1);
  expect(note()).toBe("new");
});

test("a deadlock takes the whole transaction", async () => {
  const { line, plan, note } = faulty();
  const client = await line();
  await client.run("START TRANSACTION");
  await client.run(SET);
  plan("read", { fault: "deadlock" });
  expect((await client.run("SELECT 1")).error).toBe(1213);
  expect((await client.run("COMMIT")).open).toBe(false);
  expect(note()).toBe("a");
});

test("a lock time-out takes one statement", async () => {
  const { line, plan, note } = faulty();
  const client = await line();
  await client.run("START TRANSACTION");
  await client.run(SET);
  plan("write", { fault: "lock-timeout" });
  expect((await client.run("UPDATE slot SET note = 'no' WHERE id = 1")).error).toBe(1205);
  await client.run("COMMIT");
  expect(note()).toBe("new");
});

test("a server that became read-only refuses writes and COMMIT, and answers reads", async () => {
  const { line, plan, note } = faulty();
  const client = await line();
  await client.run("START TRANSACTION");
  await client.run(SET);
  plan("read", { fault: "read-only" });
  expect((await client.run("SELECT 1")).error).toBe(0);
  plan("write", { fault: "read-only" });
  expect((await client.run(SET)).error).toBe(1290);
  plan("commit", { fault: "read-only" });
  expect((await client.run("COMMIT")).error).toBe(1290);
  client.bare.destroy();
  expect(note()).toBe("a");
});

describe("a line that is cut", () => {
  test.each([
    { fault: "lost-before", note: "a" },
    { fault: "lost-after", note: "new" },
  ] as const)("at COMMIT, $fault: $note", async ({ fault, note: expected }) => {
    const { line, plan, note, time } = faulty();
    const client = await line();
    await client.run("START TRANSACTION");
    await client.run(SET);
    plan("commit", { fault });
    expect((await client.run("COMMIT")).error).toBe(LOST);
    await time.settle();
    expect(note()).toBe(expected);
    expect((await client.run("SELECT 1")).error).toMatch("closed state");
  });

  test.each([
    { fault: "lost-before", note: "a" },
    { fault: "lost-after", note: "new" },
  ] as const)("at a statement of its own, $fault: $note", async ({ fault, note: expected }) => {
    const { line, plan, note } = faulty();
    plan("write", { fault });
    expect((await (await line()).run(SET)).error).toBe(LOST);
    expect(note()).toBe(expected);
  });

  test("gives its locks back", async () => {
    const { line, plan } = faulty();
    const [lost, other] = [await line(), await line()];
    await lost.run("START TRANSACTION");
    await lost.run(SET);
    const waiting = await other.send("UPDATE slot SET note = 'x' WHERE id = 1");
    plan("read", { fault: "lost-after" });
    await lost.run("SELECT 1");
    expect(waiting.said).toMatchObject({ error: 0, affected: 1 });
  });
});

describe("a client that lets go of its line", () => {
  test("in the middle of a transaction leaves nothing behind", async () => {
    const { line, note, database } = faulty();
    const [gone, other] = [await line(), await line()];
    await gone.run("START TRANSACTION");
    await gone.run(SET);
    gone.bare.destroy();
    expect((await other.run("UPDATE slot SET note = 'x' WHERE id = 1")).error).toBe(0);
    expect(note()).toBe("x");
    expect(database.stats.rolledBack).toBe(1);
  });

  test("after it sent COMMIT has it done all the same", async () => {
    const { line, plan, note, time } = faulty();
    const client = await line();
    await client.run("START TRANSACTION");
    await client.run(SET);
    plan("commit", { fault: "delay", ms: 100 });
    await client.send("COMMIT");
    client.bare.destroy();
    expect(note()).toBe("a");
    await time.advance(100);
    expect(note()).toBe("new");
  });

  test("while it waits for a lock keeps its place until it has it, and nothing stays of it", async () => {
    const { line, note, time } = faulty();
    const [holder, gone, third] = [await line(), await line(), await line()];
    await holder.run("START TRANSACTION");
    await holder.run("SELECT id FROM slot WHERE id = 1 FOR UPDATE");
    await gone.run("START TRANSACTION");
    await gone.send(SET);
    gone.bare.destroy();
    const waiting = await third.send("UPDATE slot SET note = 'third' WHERE id = 1");
    await holder.run("COMMIT");
    await time.settle();
    expect(waiting.said?.affected).toBe(1);
    expect(note()).toBe("third");
  });
});

describe("a client that forgets its line", () => {
  const SESSION = "SET SESSION wait_timeout = 60 /*M!100300 , idle_transaction_timeout = 10 */";

  test("loses an open transaction after ten seconds, and finds out when it comes back", async () => {
    const { line, time, note } = faulty();
    const client = await line();
    await client.run(SESSION);
    await client.run("START TRANSACTION");
    await client.run(SET);
    await time.advance(9_999);
    expect((await client.run("SELECT 1")).error).toBe(0);
    await time.advance(10_000);
    expect((await client.run("COMMIT")).error).toBe(LOST);
    expect(note()).toBe("a");
  });

  test("is no longer in the way of others then", async () => {
    const { line, time } = faulty();
    const [client, other] = [await line(), await line()];
    await client.run(SESSION);
    await client.run("START TRANSACTION");
    await client.run(SET);
    await time.advance(8_000);
    const waiting = await other.send("UPDATE slot SET note = 'x' WHERE id = 1");
    await time.advance(1_999);
    expect(waiting.said).toBeUndefined();
    await time.advance(1);
    expect(waiting.said?.affected).toBe(1);
  });

  test("loses the line itself after a minute", async () => {
    const { line, time } = faulty();
    const client = await line();
    await client.run(SESSION);
    await time.advance(60_000);
    expect((await client.run("SELECT 1")).error).toBe(LOST);
  });
});

describe("kill -9 of the database", () => {
  test("takes everything uncommitted and every line; nobody connects until it is started", async () => {
    const { line, note, database } = faulty();
    const [client, waiter] = [await line(), await line()];
    await client.run("START TRANSACTION");
    await client.run(SET);
    const waiting = await waiter.send("UPDATE slot SET note = 'x' WHERE id = 1");
    database.crash();
    expect((await client.run("COMMIT")).error).toMatch("closed state");
    expect((await waiting.answer).error).toBe(LOST);
    expect(() => database.connect("test")).toThrow("ECONNREFUSED");
    expect(database.running).toBe(false);
    database.start();
    expect((await (await line()).run("SELECT note FROM slot WHERE id = 1")).rows).toEqual([{ note: "a" }]);
    expect(note()).toBe("a");
  });

  test.each([
    { random: 0.25, note: "new" },
    { random: 0.75, note: "a" },
  ])(
    "finds a COMMIT under way done or not, by chance ($random: $note)",
    async ({ random, note: expected }) => {
      const { line, plan, note, database } = faulty(random);
      const client = await line();
      await client.run("START TRANSACTION");
      await client.run(SET);
      plan("commit", { fault: "delay", ms: 100 });
      const under = await client.send("COMMIT");
      database.crash();
      expect((await under.answer).error).toBe(LOST);
      expect(note()).toBe(expected);
    },
  );
});

describe("kill -9 of a server process", () => {
  test("rolls its transactions back; what it waited for is never answered", async () => {
    const { line, note, database, time } = faulty();
    const [client, waiter, other] = [await line("a"), await line("a"), await line("b")];
    await client.run("START TRANSACTION");
    await client.run(SET);
    const waiting = await waiter.send("UPDATE slot SET note = 'x' WHERE id = 1");
    const free = await other.send("UPDATE slot SET note = 'y' WHERE id = 1");
    database.dropOwner("a");
    await time.advance(10_000);
    expect(waiting.said).toBeUndefined();
    expect(free.said?.affected).toBe(1);
    expect(note()).toBe("y");
  });

  test("while a statement is held up: it is not done", async () => {
    const { line, plan, note, database, time } = faulty();
    const client = await line("a");
    plan("write", { fault: "delay", ms: 100 });
    const held = await client.send(SET);
    database.dropOwner("a");
    await time.advance(200);
    expect(held.said).toBeUndefined();
    expect(note()).toBe("a");
  });
});

test("a copy of all rows can be put back, with the numbers it had", async () => {
  const { line, database, note } = faulty();
  const client = await line();
  await client.run("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)");
  const copy = database.snapshot();
  await client.run("INSERT INTO visit (slot_id, minutes) VALUES (2, 5)");
  await client.run(SET);
  database.restore(copy);
  expect(note()).toBe("a");
  expect((await client.run("SELECT 1")).error).toMatch("closed state");
  const again = await line();
  await again.run("INSERT INTO visit (slot_id, minutes) VALUES (3, 5)");
  expect(database.rows("visit").map(({ id, slot_id: slot }) => [id, slot])).toEqual([
    [1, 1],
    [2, 3],
  ]);
  expect((await again.run("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)")).error).toBe(1062);
});

test("the other hook hears what was committed, once everybody sees it", async () => {
  const heard: unknown[] = [];
  const { line, database } = testDatabase({
    onCommit: (tables) => heard.push([...tables, database.rows("slot")[0]?.["note"]]),
  });
  const client = await line();
  await client.run(SET);
  for (const sql of ["START TRANSACTION", "UPDATE slot SET note = 'no' WHERE id = 1", "ROLLBACK"])
    await client.run(sql);
  await client.run("START TRANSACTION");
  await client.run("UPDATE slot SET note = 'late' WHERE id = 1");
  await client.run("INSERT INTO visit (slot_id, minutes) VALUES (1, 5)");
  expect(heard).toEqual([["slot", "new"]]);
  await client.run("COMMIT");
  expect(heard).toEqual([
    ["slot", "new"],
    ["slot", "visit", "late"],
  ]);
});
