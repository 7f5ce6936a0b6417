import { seededRandom, type SeededRandom } from "@healthbridge/client-sdk/testing";
import { afterEach, describe, expect, test } from "vitest";
import { DatabaseError } from "../../../server/src/database/database-error.ts";
import { openPool } from "../../../server/src/database/pool.ts";
import { SingleConnection } from "../../../server/src/database/single-connection.ts";
import { inTransaction } from "../../../server/src/database/transaction.ts";
import { freshDatabase } from "../../setup/fresh-database.ts";
import {
  type DatabaseFault,
  type DatabaseFaultProxy,
  startDatabaseFaultProxy,
  type Statement,
} from "./fault-proxy.ts";

/** As long as it takes on a machine that has other work too. */
const PATIENCE = { timeout: 20_000 };

const database = await freshDatabase({ migrated: false });
let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

/** A table of its own for each test, seen past the proxy. */
async function notes(): Promise<{ texts(): Promise<readonly string[]>; side: SingleConnection }> {
  const side = stack.use(await SingleConnection.open(database.url));
  await side.run("DROP TABLE IF EXISTS note");
  await side.run("CREATE TABLE note (text VARCHAR(60) PRIMARY KEY) ENGINE=InnoDB");
  return {
    side,
    texts: async () => (await side.rows<{ text: string }>("SELECT text FROM note")).map(({ text }) => text),
  };
}

/** A proxy that makes one fault, at the first statement that fits. */
async function proxyWith(
  fits: (statement: Statement) => boolean,
  fault: DatabaseFault,
): Promise<DatabaseFaultProxy> {
  const proxy = stack.use(await startDatabaseFaultProxy({ url: database.url }));
  let made = false;
  proxy.plan((statement) => {
    if (made || !fits(statement)) return undefined;
    made = true;
    return fault;
  });
  return proxy;
}

/** Writes one row in a transaction of the server's own kind, without trying again; answers how it ended. */
async function write(proxy: DatabaseFaultProxy, text: string, attempts = 1): Promise<string> {
  const pool = openPool({ url: proxy.url, size: 1, lockWaitSeconds: 1 });
  stack.defer(() => pool.close());
  try {
    await inTransaction(
      pool,
      (transaction) => transaction.write("INSERT INTO note (text) VALUES (?)", [text]),
      {
        attempts,
      },
    );
    return "committed";
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return `${error.code}, ${error.outcomeUnknown ? "unknown" : "known"}`;
  }
}

const insert = ({ sql }: Statement): boolean => sql.startsWith("INSERT");
const commit = ({ commit }: Statement): boolean => commit;

test("without a fault everything passes, and every statement is seen", async () => {
  const { texts } = await notes();
  const proxy = stack.use(await startDatabaseFaultProxy({ url: database.url }));
  const seen: string[] = [];
  proxy.plan(({ sql }) => {
    seen.push(sql);
    return undefined;
  });
  expect(await write(proxy, "plain")).toBe("committed");
  expect(await texts()).toEqual(["plain"]);
  expect(seen.slice(-3)).toEqual(["START TRANSACTION", "INSERT INTO note (text) VALUES ('plain')", "COMMIT"]);
});

describe("COMMIT", () => {
  test("cut before it reaches the database: nothing is there, and the server cannot know", async () => {
    const { texts } = await notes();
    const proxy = await proxyWith(commit, { kind: "cut", direction: "request", afterBytes: 0 });
    expect(await write(proxy, "before")).toBe("connection_lost, unknown");
    expect(await texts()).toEqual([]);
  });

  test("cut in its middle is the same", async () => {
    const { texts } = await notes();
    const proxy = await proxyWith(commit, { kind: "cut", direction: "request", afterBytes: 7 });
    expect(await write(proxy, "middle")).toBe("connection_lost, unknown");
    expect(await texts()).toEqual([]);
  });

  test("cut before its answer comes back: it is there, and the server cannot know", async () => {
    const { texts } = await notes();
    const proxy = await proxyWith(commit, { kind: "cut", direction: "response", afterBytes: 0 });
    expect(await write(proxy, "after")).toBe("connection_lost, unknown");
    expect(await texts()).toEqual(["after"]);
  });

  test("cut in the middle of its answer is the same", async () => {
    const { texts } = await notes();
    const proxy = await proxyWith(commit, { kind: "cut", direction: "response", afterBytes: 5 });
    expect(await write(proxy, "answer")).toBe("connection_lost, unknown");
    expect(await texts()).toEqual(["answer"]);
  });

  test("cut at once after it was sent leaves either, and nobody knows", async () => {
    const { texts } = await notes();
    const proxy = await proxyWith(commit, { kind: "cut-unheard" });
    expect(await write(proxy, "either")).toBe("connection_lost, unknown");
    expect([0, 1]).toContain((await texts()).length);
  });

  test("is repeated by a server that tries again, with one effect", async () => {
    const { texts } = await notes();
    const proxy = await proxyWith(commit, { kind: "cut", direction: "request", afterBytes: 0 });
    expect(await write(proxy, "again", 3)).toBe("committed");
    expect(await texts()).toEqual(["again"]);
    expect(proxy.stats.faults).toEqual({ cut: 1 });
  });
});

test("a statement cut at a byte rolls its transaction back", async () => {
  const { texts } = await notes();
  const proxy = await proxyWith(insert, { kind: "cut", direction: "request", afterBytes: 20 });
  expect(await write(proxy, "half a statement")).toBe("connection_lost, known");
  expect(await texts()).toEqual([]);
});

test("a held statement goes on when it is let go", async () => {
  const { texts } = await notes();
  const proxy = await proxyWith(insert, { kind: "hold" });
  const writing = write(proxy, "held");
  await expect.poll(() => proxy.stats.faults, PATIENCE).toEqual({ hold: 1 });
  expect(await texts()).toEqual([]);
  proxy.lift();
  expect(await writing).toBe("committed");
});

test("an answer that never comes ends when it is lifted", async () => {
  const { texts } = await notes();
  const proxy = await proxyWith(commit, { kind: "half-open" });
  const writing = write(proxy, "unheard");
  await expect.poll(texts, PATIENCE).toEqual(["unheard"]);
  proxy.lift();
  expect(await writing).toBe("connection_lost, unknown");
});

test("a ghost's locks outlive its client", async () => {
  const { texts, side } = await notes();
  const proxy = await proxyWith(commit, { kind: "ghost", ms: 60_000 });
  expect(await write(proxy, "ghost")).toBe("connection_lost, unknown");
  await side.run("SET SESSION innodb_lock_wait_timeout = 1");
  await expect(side.run("INSERT INTO note (text) VALUES ('ghost')")).rejects.toMatchObject({ errno: 1205 });
  await proxy[Symbol.asyncDispose]();
  await expect
    .poll(() => side.run("INSERT INTO note (text) VALUES ('ghost')").then(texts, () => []), PATIENCE)
    .toEqual(["ghost"]);
});

test("cutting all ends idle connections too, and a pool finds new ones", async () => {
  await notes();
  const proxy = stack.use(await startDatabaseFaultProxy({ url: database.url }));
  const pool = openPool({ url: proxy.url, size: 1 });
  stack.defer(() => pool.close());
  const one = (): Promise<unknown> => inTransaction(pool, (transaction) => transaction.query("SELECT 1"));
  await one();
  expect(proxy.cutAll("reset")).toBe(1);
  await one();
  expect(proxy.stats.connections).toBe(2);
});

test("a closed door is a database that is not there", async () => {
  const { texts } = await notes();
  const proxy = stack.use(await startDatabaseFaultProxy({ url: database.url }));
  await proxy.refuse();
  expect(await write(proxy, "nobody")).toBe("unavailable, known");
  await proxy.accept();
  expect(await write(proxy, "back")).toBe("committed");
  expect(await texts()).toEqual(["back"]);
});

/** Any fault, with small figures. */
function anyFault(random: SeededRandom, bytes: number): DatabaseFault | undefined {
  const direction = random.pick(["request", "response"] as const);
  return random.pick<DatabaseFault | undefined>([
    undefined,
    { kind: "cut", direction, afterBytes: random.between(0, bytes) },
    { kind: "cut-unheard" },
    { kind: "ghost", ms: random.between(0, 50) },
    { kind: "delay", ms: random.between(0, 30), direction },
    { kind: "hold" },
    { kind: "half-open" },
  ]);
}

test("in a storm of all faults what was said to be committed is there, and what was refused is not", async () => {
  const { texts } = await notes();
  const proxy = stack.use(await startDatabaseFaultProxy({ url: database.url }));
  const random = seededRandom(3);
  proxy.plan(({ bytes }) => (random() < 0.2 ? anyFault(random, bytes) : undefined));
  const pool = openPool({ url: proxy.url, size: 6, lockWaitSeconds: 1, connectMilliseconds: 300 });
  stack.defer(() => pool.close());
  const told = new Map<string, string>();
  const writer = async (name: string): Promise<void> => {
    for (let left = 25; left > 0; left -= 1) {
      const text = `${name} ${String(left)}`;
      const work = inTransaction(
        pool,
        (transaction) => transaction.write("INSERT INTO note (text) VALUES (?)", [text]),
        { attempts: 1, maxMilliseconds: 150 },
      );
      told.set(
        text,
        await work.then(
          () => "committed",
          (error: unknown) =>
            error instanceof DatabaseError && !error.outcomeUnknown ? "refused" : "unknown",
        ),
      );
    }
  };
  await Promise.all(["a", "b", "c", "d", "e", "f"].map(writer));
  proxy.plan(() => undefined);
  proxy.lift();
  proxy.cutAll("reset");
  await expect.poll(() => proxy.open, PATIENCE).toBe(0);
  expect(new Set(told.values())).toEqual(new Set(["committed", "unknown", "refused"]));
  expect(Object.keys(proxy.stats.faults).toSorted()).toEqual([
    "cut",
    "cut-unheard",
    "delay",
    "ghost",
    "half-open",
    "hold",
  ]);
  const there = new Set(await texts());
  const known = [...told].filter(([, how]) => how !== "unknown");
  expect(known.filter(([text, how]) => there.has(text) !== (how === "committed"))).toEqual([]);
});
