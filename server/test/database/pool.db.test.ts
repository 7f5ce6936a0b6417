import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freshDatabase, testServerUrl } from "../../../tests/setup/fresh-database.ts";
import { formatDatabaseUrl, parseDatabaseUrl } from "../../src/database/database-url.ts";
import { type DatabasePool, openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { inTransaction, rollBack } from "../../src/database/transaction.ts";
import { testRuntime } from "./test-runtime.ts";

const database = await freshDatabase({ migrated: false });
const runtime = testRuntime();
let pool: DatabasePool;
{
  await using side = await SingleConnection.open(database.url);
  await side.run(
    "CREATE TABLE thing (id INT PRIMARY KEY, big BIGINT, data JSON, at DATETIME(3)) ENGINE = InnoDB",
  );
}

beforeEach(() => {
  pool = openPool({ url: database.url, size: 1, queueLimit: 2, queueMilliseconds: 5_000, runtime });
});

afterEach(async () => {
  await pool.close();
});

async function connectionId(): Promise<number> {
  return await inTransaction(pool, (transaction) => Promise.resolve(transaction.connectionId));
}

async function value(expression: string): Promise<unknown> {
  const [row] = await read(pool, (reader) => reader.query<{ v: unknown }>(`SELECT ${expression} AS v`));
  return row?.v;
}

test("a connection is set up before its first use, and only then", async () => {
  expect(await value("@@session.innodb_lock_wait_timeout")).toBe(3);
  expect(await value("@@session.time_zone")).toBe("+00:00");
  expect(await value("@@session.sql_mode")).toContain("STRICT_ALL_TABLES");
  expect(await value("@@session.sql_mode")).not.toContain("NO_BACKSLASH_ESCAPES");
  expect(await value("@@session.character_set_client")).toBe("utf8mb4");
  const isolation = await read(pool, (reader) =>
    reader.query<{ Value: string }>(
      "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
    ),
  );
  expect(isolation.map((row) => row.Value)).toContain("READ-COMMITTED");
  const [settings] = await read(pool, (reader) =>
    reader.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Com_set_option'"),
  );
  expect(Number(settings?.Value)).toBe(2);
});

test("numbers are exact or text, JSON is text, times are UTC: the same on both servers", async () => {
  const at = new Date("2026-03-29T01:30:00.125Z");
  await inTransaction(pool, (transaction) =>
    transaction.write("INSERT INTO thing VALUES ?", [[[1, 2n ** 62n, '{"a": [1]}', at]]]),
  );
  const [row] = await read(pool, (reader) =>
    reader.query<{ big: unknown; data: string; at: Date; ms: unknown }>(
      "SELECT big, data, at, 1790000000000 AS ms FROM thing WHERE id = 1",
    ),
  );
  expect(row?.big).toBe("4611686018427387904");
  expect(row?.ms).toBe(1_790_000_000_000);
  expect(JSON.parse(row?.data ?? "")).toEqual({ a: [1] });
  expect(row?.at).toEqual(at);
});

test("an object as a value stays a value: it cannot become a condition", async () => {
  const sneaky: unknown = JSON.parse('{"id": 1}');
  const rows = await read(pool, (reader) =>
    reader.query("SELECT id FROM thing WHERE id = ?", [sneaky as string]),
  );
  expect(rows).toEqual([]);
});

test("two statements in one are refused", async () => {
  const attempt = read(pool, (reader) => reader.query("SELECT 1; SELECT 2"));
  await expect(attempt).rejects.toMatchObject({ code: "statement", errno: 1064 });
});

test("the same connection serves the next borrower after a success and after a refused statement", async () => {
  const first = await connectionId();
  await expect(
    inTransaction(pool, (transaction) => transaction.query("SELECT nonsense")),
  ).rejects.toMatchObject({
    code: "statement",
  });
  await expect(read(pool, (reader) => reader.query("SELECT nonsense"))).rejects.toMatchObject({
    code: "statement",
  });
  expect(await connectionId()).toBe(first);
});

test("a connection with a transaction still open is rolled back before it is handed on", async () => {
  const lease = await pool.lease();
  await lease.run("START TRANSACTION");
  await lease.run("INSERT INTO thing (id) VALUES (77)");
  await rollBack(lease);
  expect(await value("(SELECT COUNT(*) FROM thing WHERE id = 77)")).toBe(0);
  expect(await connectionId()).toBe(lease.connectionId);
});

test("a connection that may be dirty is closed, and the next borrower gets another", async () => {
  const lease = await pool.lease();
  await lease.run("SET SESSION sql_mode = ''");
  lease.destroy();
  expect(await connectionId()).not.toBe(lease.connectionId);
  expect(await value("@@session.sql_mode")).toContain("STRICT_ALL_TABLES");
});

test("a lease that ended takes no more statements and frees its place once", async () => {
  const lease = await pool.lease();
  lease.release();
  lease.destroy();
  await expect(lease.run("SELECT 1")).rejects.toMatchObject({ code: "misuse" });
  expect(pool.stats()).toEqual({ size: 1, inUse: 0, waiting: 0 });
});

test("a connection idle for longer than the server bears is not trusted", async () => {
  const first = await connectionId();
  runtime.advance(46_000);
  expect(await connectionId()).not.toBe(first);
});

test("a connection that the server closed while idle costs nobody an error", async () => {
  const first = await connectionId();
  await using side = await SingleConnection.open(database.url);
  await side.run(`KILL ${String(first)}`);
  expect(await connectionId()).not.toBe(first);
  expect(await value("1")).toBe(1);
});

test("when the queue is full the next one is sent away at once, before BEGIN", async () => {
  const held = await pool.lease();
  const queued = [connectionId(), connectionId()];
  await expect(connectionId()).rejects.toMatchObject({ code: "overloaded", retry: "later", attempts: 1 });
  expect(pool.stats()).toEqual({ size: 1, inUse: 1, waiting: 2 });
  held.release();
  expect(await Promise.all(queued)).toEqual([held.connectionId, held.connectionId]);
});

test("nobody waits for a connection longer than the limit", async () => {
  const held = await pool.lease();
  const waiting = connectionId().catch((error: unknown) => error);
  await expect.poll(() => pool.stats().waiting).toBe(1);
  runtime.advance(5_000);
  expect(await waiting).toMatchObject({ code: "overloaded", retry: "later" });
  held.release();
});

test("closing waits for the borrowed connection and lets nobody in any more", async () => {
  const held = await pool.lease();
  let closed = false;
  const closing = pool.close().then(() => {
    closed = true;
  });
  await expect(pool.lease()).rejects.toMatchObject({ code: "unavailable" });
  await held.run("SELECT 1");
  expect(closed).toBe(false);
  held.release();
  await closing;
});

test("a wrong password is said plainly and not tried again", async () => {
  const url = formatDatabaseUrl({ ...parseDatabaseUrl(database.url), password: "wrong" });
  const locked = openPool({ url, runtime });
  const attempt = inTransaction(locked, () => Promise.resolve(1));
  await expect(attempt).rejects.toMatchObject({
    code: "unavailable",
    errno: 1045,
    retry: "never",
    attempts: 1,
  });
  await locked.close();
});

test("a server that really turns read-only: nothing is applied, and it heals", async () => {
  const [name, password] = [`hb_${randomBytes(4).toString("hex")}`, randomBytes(12).toString("hex")];
  await using root = await SingleConnection.open(testServerUrl());
  await root.run(`CREATE USER '${name}'@'localhost' IDENTIFIED BY '${password}'`);
  await root.run(`GRANT ALL ON \`${database.name}\`.* TO '${name}'@'localhost'`);
  const url = formatDatabaseUrl({ ...parseDatabaseUrl(database.url), user: name, password });
  const plain = openPool({ url, runtime });
  const insert = (): Promise<number> =>
    inTransaction(plain, async (transaction) => {
      await transaction.write("INSERT INTO thing (id) VALUES (5)");
      return transaction.connectionId;
    });
  try {
    const before = await inTransaction(plain, (transaction) => Promise.resolve(transaction.connectionId));
    await root.run("SET GLOBAL read_only = ON");
    await expect(insert()).rejects.toMatchObject({
      code: "read_only",
      errno: 1290,
      retry: "later",
      attempts: 1,
    });
    await root.run("SET GLOBAL read_only = OFF");
    expect(await insert()).not.toBe(before);
    expect(await value("(SELECT COUNT(*) FROM thing WHERE id = 5)")).toBe(1);
  } finally {
    await root.run("SET GLOBAL read_only = OFF");
    await plain.close();
    await root.run(`DROP USER '${name}'@'localhost'`);
  }
});
