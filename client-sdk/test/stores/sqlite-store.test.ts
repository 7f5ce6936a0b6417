import { chmodSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HealthBridge, platformRuntime, type Runtime, type Store } from "@healthbridge/client-sdk";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { afterAll, describe, expect, test, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "healthbridge-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeConformance(
  { name: "SQLite store", open: async (place) => sqliteStore(join(folder, `${place}.db`)) },
  { describe, test, expect },
);

describe("SQLite store", () => {
  const write = (store: Store, key: string, value: unknown) =>
    store.transaction("write", (tx) => tx.put("outbox", key, value));
  const keys = async (store: Store) =>
    (await store.transaction("read", (tx) => tx.list("outbox"))).map(([key]) => key);

  async function fileWithOneRow(name: string): Promise<string> {
    const file = join(folder, name);
    const store = sqliteStore(file);
    await write(store, "1", "one");
    await store.close();
    return file;
  }

  test("its files are for this user alone, also where they were not before", async () => {
    const file = await fileWithOneRow("new folder/private.db");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    const store = sqliteStore(file);
    await write(store, "2", "two");
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(path).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test("two devices of one program, with a file each, do not wait for each other", async () => {
    const url = "http://127.0.0.1:1";
    const id = "AAAAAAAAAAAAAAAA.1";
    const account = { id, login: "amina", name: "Amina", role: "staff", clinics: [], status: "active" };
    const session = { account, device: id, accessToken: "", refreshToken: "", expires: Date.now() + 600_000 };
    const silent: Runtime = {
      ...platformRuntime(),
      fetch: (_url, { signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("ended")));
        }),
    };
    const open = async (name: string): Promise<HealthBridge> => {
      const store = sqliteStore(join(folder, name));
      await store.transaction("write", (tx) => tx.put("meta", "session", session));
      return HealthBridge.open({ url, store, runtime: silent, autoSync: false });
    };
    await using one = await open("one.db");
    await using two = await open("two.db");
    void one.sync();
    void two.sync();
    await expect.poll(() => [one, two].map((hb) => hb.status.get().state)).toEqual(["sending", "sending"]);
  });

  test("it keeps a write-ahead log, so that readers and a writer do not wait for each other", async () => {
    const file = await fileWithOneRow("journal.db");
    const database = new DatabaseSync(file);
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    database.close();
  });

  test("keys can be read with any SQLite tool", async () => {
    const file = await fileWithOneRow("tools.db");
    const database = new DatabaseSync(file);
    expect(database.prepare("SELECT CAST(key AS TEXT) AS key, value FROM outbox").all()).toEqual([
      { key: "1", value: '"one"' },
    ]);
    database.close();
  });

  test("a file of the first version keeps what it has, and gets the table it lacks", async () => {
    const file = await fileWithOneRow("first.db");
    const database = new DatabaseSync(file);
    database.exec("DROP TABLE document; PRAGMA user_version = 1");
    database.close();
    const store = sqliteStore(file);
    await store.transaction("write", (tx) => tx.put("document", "base:a:b:1", { update: "AAA=" }));
    expect(await keys(store)).toEqual(["1"]);
    await store.close();
  });

  test("a file of a newer version is refused and left as it is", async () => {
    const file = await fileWithOneRow("newer.db");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    const refused = sqliteStore(file);
    await expect(write(refused, "2", "two")).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringMatching(/newer version .*format 99.*Update the app/),
    });
    await refused.close();
    const untouched = new DatabaseSync(file);
    expect(untouched.prepare("SELECT count(*) AS rows FROM outbox").get()).toEqual({ rows: 1 });
    untouched.close();
  });

  test("a database of another program is refused and left as it is", async () => {
    const file = join(folder, "foreign.db");
    const database = new DatabaseSync(file);
    database.exec("CREATE TABLE outbox (theirs)");
    database.close();
    const store = sqliteStore(file);
    await expect(write(store, "1", 1)).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringContaining("belongs to another program"),
    });
    await store.close();
  });

  test("a damaged file is refused with advice", async () => {
    const nonsense = join(folder, "nonsense.db");
    writeFileSync(nonsense, "this is no database, but long enough to look like one ".repeat(100));
    const cut = await fileWithOneRow("cut.db");
    truncateSync(cut, 5000);
    for (const file of [nonsense, cut]) {
      const store = sqliteStore(file);
      await expect(write(store, "2", "two")).rejects.toMatchObject({
        code: "store_failed",
        message: expect.stringMatching(/is damaged. Keep a copy/),
      });
      await store.close();
    }
  });

  test("a path that cannot be a file is refused with advice", async () => {
    const store = sqliteStore(folder);
    await expect(write(store, "1", 1)).rejects.toMatchObject({ code: "store_failed" });
    await store.close();
  });

  test("when it is full a write is refused, nothing older is lost, and deleting makes room", async () => {
    const store = sqliteStore(join(folder, "full.db"), { maxBytes: 256 * 1024 });
    const written: string[] = [];
    const fill = async () => {
      for (;;) {
        const key = String(written.length).padStart(4, "0");
        await store.transaction("write", async (tx) => {
          await tx.put("outcome", key, key);
          await tx.put("outbox", key, "x".repeat(10_000));
        });
        written.push(key);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "store_full", retry: "later" });
    expect(written.length).toBeGreaterThan(10);
    expect(await keys(store)).toEqual(written);
    expect((await store.transaction("read", (tx) => tx.list("outcome"))).length).toBe(written.length);
    await store.transaction("write", (tx) => tx.clear("outbox", "000"));
    await write(store, "urgent", "x".repeat(10_000));
    expect(await keys(store)).toContain("urgent");
    await store.close();
  });

  test("a full store stays full for work that swallows the error", async () => {
    const store = sqliteStore(join(folder, "swallow.db"), { maxBytes: 128 * 1024 });
    await write(store, "1", "one");
    const swallowing = store.transaction("write", async (tx) => {
      await tx.put("outbox", "2", "x".repeat(200_000)).catch(() => undefined);
      await tx.put("outbox", "3", "small").catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ code: "store_full" });
    expect(await keys(store)).toEqual(["1"]);
    await store.close();
  });

  test("two stores of one process take turns too, however long each is away", async () => {
    const file = await fileWithOneRow("turns.db");
    const stores = [sqliteStore(file), sqliteStore(file)];
    const increment = (store: Store) =>
      store.transaction("write", async (tx) => {
        const before = Number((await tx.get("meta", "count")) ?? 0);
        await new Promise((resolve) => setImmediate(resolve));
        await tx.put("meta", "count", before + 1);
      });
    await Promise.all(stores.flatMap((store) => Array.from({ length: 20 }, () => increment(store))));
    expect(await stores[0]?.transaction("read", (tx) => tx.get("meta", "count"))).toBe(40);
    await Promise.all(stores.map((store) => store.close()));
  });

  test("a read sees one state, whatever another store writes meanwhile", async () => {
    const file = await fileWithOneRow("snapshot.db");
    const [reader, writer] = [sqliteStore(file), sqliteStore(file)];
    const seen = await reader.transaction("read", async (tx) => {
      // Never do this in an app; here it is what proves that the read was not disturbed.
      await write(writer, "2", "two");
      return (await tx.list("outbox")).map(([key]) => key);
    });
    expect(seen).toEqual(["1"]);
    expect(await keys(reader)).toEqual(["1", "2"]);
    await Promise.all([reader.close(), writer.close()]);
  });

  test("a transaction that never ends is undone, and the next has its turn", async ({ onTestFinished }) => {
    const store = sqliteStore(join(folder, "endless.db"));
    await write(store, "1", "one");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const begun = Promise.withResolvers<undefined>();
    const endless = store.transaction("write", async (tx) => {
      await tx.put("outbox", "2", "two");
      begun.resolve(undefined);
      await new Promise(() => undefined);
    });
    const next = keys(store);
    await begun.promise;
    vi.advanceTimersByTime(30_000);
    await expect(endless).rejects.toMatchObject({ code: "store_failed" });
    expect(await next).toEqual(["1"]);
    await store.close();
  });
});
