import { bigint, int, mysqlTable, varchar } from "drizzle-orm/mysql-core";
import { eq } from "drizzle-orm";
import { afterAll, beforeEach, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { inTransaction, type RetryNotice, type Transaction } from "../../src/database/transaction.ts";
import { testRuntime } from "./test-runtime.ts";

const database = await freshDatabase({ migrated: false });
const side = await SingleConnection.open(database.url);
const runtime = testRuntime(0.5);
const pool = openPool({ url: database.url, size: 4, lockWaitSeconds: 1, runtime });
const account = mysqlTable("account", {
  id: int("id").primaryKey(),
  name: varchar("name", { length: 20 }).notNull(),
  n: bigint("n", { mode: "number" }).notNull(),
});

await side.run(`CREATE TABLE account (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL, n BIGINT NOT NULL,
  UNIQUE KEY uq_name (name), CONSTRAINT n_positive CHECK (n >= 0)) ENGINE = InnoDB`);

beforeEach(async () => {
  await side.run("DELETE FROM account");
  await side.run("INSERT INTO account VALUES ?", [
    [
      [1, "ada", 0],
      [2, "ben", 0],
    ],
  ]);
});

afterAll(async () => {
  await pool.close();
  await side[Symbol.asyncDispose]();
});

async function numbers(): Promise<readonly number[]> {
  const rows = await side.rows<{ n: number }>("SELECT n FROM account ORDER BY id");
  return rows.map(({ n }) => n);
}

async function add(transaction: Transaction, id: number): Promise<void> {
  await transaction.write("UPDATE account SET n = n + 1 WHERE id = ?", [id]);
}

test("what work did is there after it, and its result is handed on", async () => {
  const result = await inTransaction(pool, async (transaction) => {
    const written = await transaction.write("INSERT INTO account VALUES ?", [[[3, "cy", 7]]]);
    return written.affectedRows;
  });
  expect(result).toBe(1);
  expect(await numbers()).toEqual([0, 0, 7]);
});

test("when work throws nothing stays, its own error comes out, and nothing is tried again", async () => {
  let tries = 0;
  const attempt = inTransaction(pool, async (transaction) => {
    tries += 1;
    await add(transaction, 1);
    throw new RangeError("no");
  });
  await expect(attempt).rejects.toThrow(RangeError);
  expect(tries).toBe(1);
  expect(await numbers()).toEqual([0, 0]);
});

test("an UPDATE counts rows it changed, not rows it found", async () => {
  const written = await inTransaction(pool, (transaction) =>
    transaction.write("UPDATE account SET n = 0 WHERE id = 1"),
  );
  expect(written.affectedRows).toBe(0);
});

test("of two transactions that lock each other out one begins again, and both are applied once", async () => {
  const holding = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const notices: RetryNotice[] = [];
  const cross = (first: number, second: number, mine: 0 | 1): Promise<void> =>
    inTransaction(
      pool,
      async (transaction) => {
        await add(transaction, first);
        holding[mine].resolve();
        await holding[mine === 0 ? 1 : 0].promise;
        await add(transaction, second);
      },
      { onRetry: (notice) => notices.push(notice) },
    );
  await Promise.all([cross(1, 2, 0), cross(2, 1, 1)]);
  expect(await numbers()).toEqual([2, 2]);
  expect(notices.map(({ error, commitUnknown }) => [error.code, error.errno, commitUnknown])).toEqual([
    ["deadlock", 1213, false],
  ]);
  expect(notices[0]?.waitMilliseconds).toBe(130);
});

test("after a lock time-out the statements before it are not committed either", async () => {
  await using holder = await SingleConnection.open(database.url);
  await holder.run("START TRANSACTION");
  await holder.run("UPDATE account SET n = n + 10 WHERE id = 2");
  const attempt = inTransaction(
    pool,
    async (transaction) => {
      await add(transaction, 1);
      // Work that swallows the error must not get the rest committed.
      await add(transaction, 2).catch(() => undefined);
    },
    { attempts: 1 },
  );
  await expect(attempt).rejects.toMatchObject({ code: "lock_timeout", errno: 1205, retry: "later" });
  await holder.run("ROLLBACK");
  expect(await numbers()).toEqual([0, 0]);
});

test("after a lock time-out the transaction begins again from its first statement", async () => {
  await using holder = await SingleConnection.open(database.url);
  await holder.run("START TRANSACTION");
  await holder.run("UPDATE account SET n = n + 10 WHERE id = 2");
  const freed = Promise.withResolvers<void>();
  let tries = 0;
  await inTransaction(
    pool,
    async (transaction) => {
      tries += 1;
      if (transaction.attempt > 1) await freed.promise;
      await add(transaction, 1);
      await add(transaction, 2);
    },
    { onRetry: () => void holder.run("ROLLBACK").then(() => freed.resolve()) },
  );
  expect(tries).toBe(2);
  expect(await numbers()).toEqual([1, 1]);
});

test("it gives up after five tries and says so", async () => {
  const waitsBefore = runtime.waits.length;
  const attempt = inTransaction(pool, async (transaction) => {
    await side.run(`KILL ${String(transaction.connectionId)}`);
    await add(transaction, 1);
  });
  await expect(attempt).rejects.toMatchObject({
    code: "connection_lost",
    attempts: 5,
    outcomeUnknown: false,
  });
  expect(runtime.waits.slice(waitsBefore)).toEqual([130, 130, 130, 130]);
  expect(await numbers()).toEqual([0, 0]);
});

test("a connection killed in the middle costs one more try, and the work is applied once", async () => {
  let tries = 0;
  await inTransaction(pool, async (transaction) => {
    tries += 1;
    await add(transaction, 1);
    if (tries === 1) await side.run(`KILL ${String(transaction.connectionId)}`);
    await add(transaction, 2);
  });
  expect(tries).toBe(2);
  expect(await numbers()).toEqual([1, 1]);
});

test("a duplicate names its key, is not tried again, and shows no value", async () => {
  const attempt = inTransaction(pool, async (transaction) => {
    await add(transaction, 1);
    await transaction.write("INSERT INTO account VALUES (?)", [[3, "ada", 0]]);
  });
  const error = await attempt.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "duplicate",
    key: "uq_name",
    errno: 1062,
    retry: "never",
    attempts: 1,
  });
  expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain("ada");
  expect(await numbers()).toEqual([0, 0]);
});

test("a refused CHECK names its constraint", async () => {
  const attempt = inTransaction(pool, (transaction) =>
    transaction.write("UPDATE account SET n = -1 WHERE id = 1"),
  );
  await expect(attempt).rejects.toMatchObject({
    code: "constraint",
    key: expect.stringContaining("n_positive"),
  });
});

test("work may turn a duplicate into an error of its own", async () => {
  const attempt = inTransaction(pool, async (transaction) => {
    try {
      await transaction.write("INSERT INTO account VALUES (3, 'ada', 0)");
    } catch {
      throw new RangeError("taken");
    }
  });
  await expect(attempt).rejects.toThrow("taken");
});

test("after the first error no further statement reaches the server, whoever waited for it", async () => {
  const attempt = inTransaction(pool, async (transaction) => {
    const first = transaction.write("INSERT INTO account VALUES (3, 'ada', 0)");
    const second = add(transaction, 1);
    await expect(first).rejects.toMatchObject({ code: "duplicate" });
    await expect(second).rejects.toMatchObject({ code: "duplicate" });
    await expect(add(transaction, 2)).rejects.toMatchObject({ code: "duplicate" });
    return "fine";
  });
  await expect(attempt).rejects.toMatchObject({ code: "duplicate" });
  expect(await numbers()).toEqual([0, 0]);
});

test("a statement that work forgot to wait for is part of the transaction all the same", async () => {
  await inTransaction(pool, (transaction) => {
    void add(transaction, 1);
    return Promise.resolve();
  });
  expect(await numbers()).toEqual([1, 0]);
});

test("a transaction that is over takes no more statements", async () => {
  const kept = await inTransaction(pool, (transaction) => Promise.resolve(transaction));
  await expect(add(kept, 1)).rejects.toMatchObject({ code: "misuse" });
});

test("a transaction inside a transaction is a mistake, and so is a read inside one", async () => {
  const nested = inTransaction(pool, () => inTransaction(pool, () => Promise.resolve(1)));
  await expect(nested).rejects.toMatchObject({ code: "misuse" });
  const reading = inTransaction(pool, () => read(pool, () => Promise.resolve(1)));
  await expect(reading).rejects.toMatchObject({ code: "misuse" });
});

test("what was started inside and goes on after the end may begin its own transaction", async () => {
  const ended = Promise.withResolvers<void>();
  const later = await inTransaction(pool, () =>
    Promise.resolve({ result: ended.promise.then(() => inTransaction(pool, () => Promise.resolve("own"))) }),
  );
  ended.resolve();
  expect(await later.result).toBe("own");
});

test.for([
  "SET SESSION sql_mode = ''",
  "COMMIT",
  "/* in disguise */ BEGIN",
  "CREATE TABLE more (id INT)",
  "LOCK TABLES account WRITE",
  "SAVEPOINT here",
  "SELECT GET_LOCK('all', 1)",
])("statements that would leave a trace on the connection are refused: %s", async (sql) => {
  const attempt = inTransaction(pool, async (transaction) => {
    await add(transaction, 1);
    await transaction.write(sql);
  });
  await expect(attempt).rejects.toMatchObject({ code: "misuse" });
  expect(await numbers()).toEqual([0, 0]);
});

test("drizzle works inside, under the same rules, and its wrapped errors are understood", async () => {
  const rows = await inTransaction(pool, async ({ drizzle }) => {
    await drizzle.insert(account).values({ id: 3, name: "cy", n: 2 ** 52 });
    await drizzle.update(account).set({ n: 5 }).where(eq(account.id, 1));
    return drizzle.select().from(account).where(eq(account.id, 3));
  });
  expect(rows).toEqual([{ id: 3, name: "cy", n: 2 ** 52 }]);
  expect(await numbers()).toEqual([5, 0, 2 ** 52]);
  const attempt = inTransaction(pool, ({ drizzle }) =>
    drizzle.insert(account).values({ id: 9, name: "cy", n: 0 }),
  );
  await expect(attempt).rejects.toMatchObject({ code: "duplicate", key: "uq_name" });
});

test("drizzle cannot begin a transaction of its own", async () => {
  const attempt = inTransaction(pool, async ({ drizzle }) => {
    // @ts-expect-error it is not in the type either
    await drizzle.transaction(() => Promise.resolve());
  });
  await expect(attempt).rejects.toThrow(/not supported/);
});

test("work that hangs is cut when its time is over, and its connection is not used again", async () => {
  const hanging = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<number>();
  const attempt = inTransaction(pool, async (transaction) => {
    await add(transaction, 1);
    begun.resolve(transaction.connectionId);
    await hanging.promise;
  });
  const connectionId = await begun.promise;
  runtime.advance(10_000);
  await expect(attempt).rejects.toMatchObject({ code: "transaction_too_long", retry: "later", attempts: 1 });
  const next = await inTransaction(pool, async (transaction) => {
    // Would wait for the lock of the cut one if the server still held it.
    await add(transaction, 1);
    return transaction.connectionId;
  });
  expect(next).not.toBe(connectionId);
  expect(await numbers()).toEqual([1, 0]);
});

test("a caller that gave up before the next try gets its own reason", async () => {
  const caller = new AbortController();
  const attempt = inTransaction(
    pool,
    async (transaction) => {
      await side.run(`KILL ${String(transaction.connectionId)}`);
      await add(transaction, 1);
    },
    { signal: caller.signal, onRetry: () => caller.abort(new RangeError("gone home")) },
  );
  await expect(attempt).rejects.toThrow("gone home");
});
