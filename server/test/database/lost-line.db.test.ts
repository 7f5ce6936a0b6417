import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { type DatabasePool, openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { inTransaction, type RetryNotice } from "../../src/database/transaction.ts";
import { type FaultyLine, faultyLine } from "./faulty-line.ts";
import { testRuntime } from "./test-runtime.ts";

const database = await freshDatabase({ migrated: false });
const side = await SingleConnection.open(database.url);
await side.run("CREATE TABLE outcome (id INT PRIMARY KEY, attempt INT NOT NULL) ENGINE = InnoDB");
afterAll(() => side[Symbol.asyncDispose]());

let line: FaultyLine;
let pool: DatabasePool;
let runtime: ReturnType<typeof testRuntime>;

beforeEach(async () => {
  await side.run("DELETE FROM outcome");
  line = await faultyLine(database.url);
  runtime = testRuntime();
  pool = openPool({ url: line.url, size: 3, runtime });
});

afterEach(async () => {
  await pool.close();
  await line[Symbol.asyncDispose]();
});

/** Looks first at what is settled, as everything that writes does. */
async function settle(notices: RetryNotice[] = []): Promise<string> {
  return await inTransaction(
    pool,
    async (transaction) => {
      const known = await transaction.query<{ attempt: number }>("SELECT attempt FROM outcome WHERE id = 1");
      const [first] = known;
      if (first !== undefined) return `known from try ${String(first.attempt)}`;
      await transaction.write("INSERT INTO outcome VALUES (1, ?)", [transaction.attempt]);
      return `done in try ${String(transaction.attempt)}`;
    },
    { onRetry: (notice) => notices.push(notice) },
  );
}

async function applied(): Promise<number> {
  return (await side.rows("SELECT id FROM outcome")).length;
}

test("the line breaks before COMMIT: begun again, applied once", async () => {
  const notices: RetryNotice[] = [];
  line.spoil("INSERT", { type: "lose-answer" });
  expect(await settle(notices)).toBe("done in try 2");
  expect(notices).toMatchObject([{ error: { code: "connection_lost" }, commitUnknown: false }]);
  expect(await applied()).toBe(1);
});

test("the line breaks after COMMIT was done: the next try sees what the first one did", async () => {
  const notices: RetryNotice[] = [];
  line.spoil("COMMIT", { type: "lose-answer" });
  expect(await settle(notices)).toBe("known from try 1");
  expect(notices).toMatchObject([{ error: { code: "connection_lost" }, commitUnknown: true }]);
  expect(await applied()).toBe(1);
});

test("the line breaks with COMMIT under way: nobody can tell, so it is done again", async () => {
  const notices: RetryNotice[] = [];
  line.spoil("COMMIT", { type: "lose-statement" });
  expect(await settle(notices)).toBe("done in try 2");
  expect(notices).toMatchObject([{ commitUnknown: true }]);
  expect(await applied()).toBe(1);
});

test("when every try ends in the dark the error says that the outcome is unknown", async () => {
  line.spoil("COMMIT", { type: "lose-statement" }, 5);
  await expect(settle()).rejects.toMatchObject({
    code: "connection_lost",
    outcomeUnknown: true,
    attempts: 5,
  });
  expect(pool.stats().inUse).toBe(0);
});

test("work is told that an earlier COMMIT is in the dark", async () => {
  line.spoil("COMMIT", { type: "lose-answer" });
  const told: boolean[] = [];
  await inTransaction(pool, async (transaction) => {
    told.push(transaction.afterUnknownCommit);
    await transaction.query("SELECT 1 AS one");
  });
  expect(told).toEqual([false, true]);
});

test("no answer to COMMIT in time is as dark as a broken line", async () => {
  line.spoil("COMMIT", { type: "silence" });
  const settled = settle();
  await expect.poll(() => line.seen.includes("COMMIT")).toBe(true);
  runtime.advance(10_000);
  expect(await settled).toBe("done in try 2");
});

test("a database that falls silent while a connection is set up does not keep its place", async () => {
  const setUp = "SET SESSION sql_mode";
  line.spoil(setUp, { type: "silence" });
  const settled = settle();
  await expect.poll(() => line.seen.some((text) => text.startsWith(setUp))).toBe(true);
  runtime.advance(5_000);
  expect(await settled).toBe("done in try 2");
});

test("a cluster node that refuses COMMIT with a deadlock has not applied it: begun again", async () => {
  const notices: RetryNotice[] = [];
  line.spoil("COMMIT", { type: "refuse", errno: 1213, sqlState: "40001" });
  expect(await settle(notices)).toBe("done in try 2");
  expect(notices).toMatchObject([{ error: { code: "deadlock" }, commitUnknown: false }]);
});

test("a cluster node that fails during COMMIT leaves the outcome unknown", async () => {
  line.spoil("COMMIT", { type: "refuse", errno: 1180, sqlState: "HY000" });
  await expect(settle()).rejects.toMatchObject({
    code: "cluster_not_ready",
    outcomeUnknown: true,
    retry: "later",
  });
});

test.for([1290, 1836, 1792])(
  "error %i: the server is read-only, so every connection is left behind",
  async (errno) => {
    // Two idle connections and one in use, all to the server that was demoted.
    const [first, second] = await Promise.all([pool.lease(), pool.lease()]);
    first.release();
    second.release();
    const borrowed = await pool.lease();
    line.spoil("INSERT", { type: "refuse", errno, sqlState: "HY000" });
    await expect(settle()).rejects.toMatchObject({ code: "read_only", retry: "later", attempts: 1 });
    borrowed.release();
    const before = line.opened;
    expect(await settle()).toBe("done in try 1");
    expect(line.opened).toBe(before + 1);
    expect(await applied()).toBe(1);
  },
);

test("too many connections at the server: overloaded, nothing was begun", async () => {
  line.spoil("SET SESSION TRANSACTION", { type: "refuse", errno: 1203, sqlState: "42000" });
  await expect(settle()).rejects.toMatchObject({ code: "overloaded", retry: "later", attempts: 1 });
  expect(line.seen.some((statement) => statement.startsWith("START"))).toBe(false);
});

test("a read is done once more on another connection", async () => {
  line.spoil("SELECT 7", { type: "lose-statement" });
  const rows = await read(pool, (reader) => reader.query<{ n: number }>("SELECT 7 AS n"));
  expect(rows).toEqual([{ n: 7 }]);
  line.spoil("SELECT 7", { type: "lose-statement" }, 2);
  const twice = read(pool, (reader) => reader.query("SELECT 7 AS n"));
  await expect(twice).rejects.toMatchObject({ code: "connection_lost", retry: "later" });
});

test("a read that gets no answer is cut", async () => {
  line.spoil("SELECT 8", { type: "silence" });
  const reading = read(pool, (reader) => reader.query("SELECT 8"));
  await expect.poll(() => line.seen.includes("SELECT 8")).toBe(true);
  runtime.advance(10_000);
  await expect(reading).rejects.toMatchObject({ code: "statement_too_long", retry: "later" });
  expect(pool.stats().inUse).toBe(0);
});

test("no server at all: unavailable, after a few tries", async () => {
  await line[Symbol.asyncDispose]();
  await expect(settle()).rejects.toMatchObject({ code: "unavailable", retry: "later", attempts: 5 });
});
