import { seededRandom } from "@healthbridge/client-sdk/testing";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { DatabaseError } from "../../../server/src/database/database-error.ts";
import { parseDatabaseUrl } from "../../../server/src/database/database-url.ts";
import { type DatabasePool, openPool } from "../../../server/src/database/pool.ts";
import { SingleConnection } from "../../../server/src/database/single-connection.ts";
import {
  inTransaction,
  type RetryNotice,
  type Transaction,
} from "../../../server/src/database/transaction.ts";
import { testServerUrl } from "../../setup/fresh-database.ts";
import { startMysql } from "../../setup/mysql.ts";
import { startTestServer } from "../../setup/test-server.ts";
import {
  deadlockStorm,
  holdLocks,
  killConnections,
  noConnectionsLeft,
  readOnly,
  serverAccount,
} from "./database-faults.ts";

// A database server of its own, of the kind that is under test: these faults would hit everybody else on it.
const [version] = await ask<{ text: string }>(testServerUrl(), "SELECT VERSION() AS text");
const isMariaDb = version?.text.includes("MariaDB") === true;
const database = isMariaDb
  ? await startTestServer()
  : await startMysql((line) => {
      console.log(line);
    });
afterAll(() => database.stop());

let stack = new AsyncDisposableStack();
let url = "";
let pool: DatabasePool;

beforeEach(async () => {
  await ask(database.url, "DROP TABLE IF EXISTS early, late");
  for (const table of ["early", "late"]) {
    await ask(database.url, `CREATE TABLE ${table} (id INT PRIMARY KEY, number INT NOT NULL) ENGINE=InnoDB`);
    const rows = Array.from({ length: 50 }, (_, id) => `(${String(id)}, 0)`);
    await ask(database.url, `INSERT INTO ${table} (id, number) VALUES ${rows.join(", ")}`);
  }
  url = await serverAccount(database.url);
  pool = openPool({ url, size: 4, lockWaitSeconds: 1 });
  stack.defer(() => pool.close());
});

afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

async function ask<Row extends object>(at: string, sql: string): Promise<readonly Row[]> {
  await using connection = await SingleConnection.open(at);
  return await connection.rows<Row>(sql);
}

const count = (transaction: Transaction): Promise<unknown> =>
  transaction.write("UPDATE early SET number = number + 1 WHERE id = 7");

async function outcome(
  work: (transaction: Transaction) => Promise<unknown>,
  onRetry: (notice: RetryNotice) => void = () => undefined,
  attempts = 1,
): Promise<string> {
  try {
    await inTransaction(pool, work, { attempts, onRetry });
    return "committed";
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error.code;
  }
}

test("a read-only database refuses the server's writes, also in a transaction that has begun, until it is over", async () => {
  expect(await outcome(count)).toBe("committed");
  {
    await using fault = await readOnly(database.url);
    expect(fault).toBeDefined();
    expect(await outcome(count)).toBe("read_only");
    expect(await outcome((transaction) => transaction.query("SELECT 1 AS one"))).toBe("committed");
  }
  let fault: AsyncDisposable | undefined;
  const midway = outcome(async (transaction) => {
    await transaction.query("SELECT number FROM early WHERE id = 7");
    fault = await readOnly(database.url);
    await count(transaction);
  });
  expect(await midway).toBe("read_only");
  await fault?.[Symbol.asyncDispose]();
  expect(await outcome(count)).toBe("committed");
  expect(await ask(url, "SELECT number FROM early WHERE id = 7")).toEqual([{ number: 2 }]);
});

test("locked rows make others wait in vain, rows beyond them do not", async () => {
  await using locks = await holdLocks(database.url, { table: "early", count: 10 });
  expect(locks).toBeDefined();
  expect(await outcome(count)).toBe("lock_timeout");
  expect(await outcome((transaction) => transaction.write("UPDATE early SET number = 1 WHERE id = 30"))).toBe(
    "committed",
  );
});

test("locked gaps keep inserts out", async () => {
  const insert = (transaction: Transaction): Promise<unknown> =>
    transaction.write("INSERT INTO early (id, number) VALUES (99, 0)");
  {
    await using locks = await holdLocks(database.url, { table: "early" }, true);
    expect(locks).toBeDefined();
    expect(await outcome(insert)).toBe("lock_timeout");
  }
  expect(await outcome(insert)).toBe("committed");
});

test("a storm of deadlocks hits whoever locks in the other order; work that is tried again comes through", async () => {
  const notices: string[] = [];
  await using storm = deadlockStorm(database.url, {
    rows: [{ table: "late" }, { table: "early" }],
    random: seededRandom(1),
  });
  const work = async (transaction: Transaction): Promise<void> => {
    await count(transaction);
    await transaction.query("SELECT id FROM late ORDER BY id FOR UPDATE");
  };
  let committed = 0;
  const once = async (): Promise<void> => {
    const how = await outcome(work, ({ error }) => notices.push(error.code), 20);
    if (how === "committed") committed += 1;
  };
  await expect.poll(async () => once().then(() => notices), { timeout: 20_000 }).toContain("deadlock");
  expect(storm.rounds()).toBeGreaterThan(0);
  expect(await ask(url, "SELECT number FROM early WHERE id = 7")).toEqual([{ number: committed }]);
});

test("a full database takes no new connection, and does again when it is over", async () => {
  {
    await using full = await noConnectionsLeft(database.url);
    expect(full).toBeDefined();
    expect(await outcome(count)).toBe("overloaded");
  }
  expect(await outcome(count)).toBe("committed");
});

test("killed connections are noticed and replaced", async () => {
  let killed = 0;
  const midway = await outcome(async (transaction) => {
    await count(transaction);
    killed = await killConnections(database.url, parseDatabaseUrl(url).user);
    await count(transaction);
  });
  expect([killed, midway]).toEqual([1, "connection_lost"]);
  expect(await outcome(count)).toBe("committed");
  expect(await ask(url, "SELECT number FROM early WHERE id = 7")).toEqual([{ number: 1 }]);
});
