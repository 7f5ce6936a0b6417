import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Store } from "@healthbridge/client-sdk";
import { sqlStore } from "@healthbridge/client-sdk/expo";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { afterAll, describe, expect, test, vi } from "vitest";
import { NodeDriver } from "./node-driver.ts";

const folder = mkdtempSync(join(tmpdir(), "healthbridge-sql-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, `${name}.db`);
const storeAt = (name: string, maxBytes?: number): Store =>
  sqlStore(async () => new NodeDriver(at(name), maxBytes));

storeConformance(
  { name: "SQL store over a driver", open: async (place) => storeAt(place) },
  { describe, test, expect },
);

describe("SQL store over a driver", () => {
  const write = (store: Store, key: string, value: unknown) =>
    store.transaction("write", (tx) => tx.put("outbox", key, value));
  const keys = async (store: Store) =>
    (await store.transaction("read", (tx) => tx.list("outbox"))).map(([key]) => key);

  test("its file is the one Node's own store writes, and the other way round", async () => {
    const ours = storeAt("both");
    await write(ours, "1 😀", "one");
    await ours.close();
    const nodes = sqliteStore(at("both"));
    expect(await keys(nodes)).toEqual(["1 😀"]);
    await write(nodes, "2", "two");
    await nodes.close();
    const again = storeAt("both");
    expect(await keys(again)).toEqual(["1 😀", "2"]);
    await again.close();
  });

  test("it keeps a write-ahead log and writes through to the disk", async () => {
    const driver = new NodeDriver(at("journal"));
    const store = sqlStore(async () => driver);
    await write(store, "1", "one");
    expect(await driver.getAllAsync("PRAGMA journal_mode", [])).toEqual([{ journal_mode: "wal" }]);
    expect(await driver.getAllAsync("PRAGMA synchronous", [])).toEqual([{ synchronous: 2 }]);
    await store.close();
  });

  test("a full device is told as such, nothing older is lost, and deleting makes room", async () => {
    const store = storeAt("full", 256 * 1024);
    const written: string[] = [];
    const fill = async () => {
      for (;;) {
        const key = String(written.length).padStart(4, "0");
        await write(store, key, "x".repeat(10_000));
        written.push(key);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "store_full", retry: "later" });
    expect(written.length).toBeGreaterThan(5);
    expect(await keys(store)).toEqual(written);
    await store.transaction("write", (tx) => tx.clear("outbox", "000"));
    await write(store, "urgent", "x".repeat(10_000));
    expect(await keys(store)).toContain("urgent");
    await store.close();
  });

  test("a full device stays full for work that swallows the error", async () => {
    const store = storeAt("swallow", 128 * 1024);
    await write(store, "1", "one");
    const swallowing = store.transaction("write", async (tx) => {
      await tx.put("outbox", "2", "x".repeat(200_000)).catch(() => undefined);
      await tx.put("outbox", "3", "small").catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ code: "store_full" });
    expect(await keys(store)).toEqual(["1"]);
    await store.close();
  });

  test("calls that nobody waits for are part of their transaction, also where that comes to nothing", async () => {
    const store = storeAt("unawaited");
    const failed = store.transaction("write", async (tx) => {
      void tx.put("outbox", "0", "zero");
      throw new Error("changed her mind");
    });
    await expect(failed).rejects.toThrow("changed her mind");
    expect(await keys(store)).toEqual([]);
    await store.transaction("write", async (tx) => {
      void tx.put("outbox", "1", "one");
      void tx.put("outbox", "2", "two");
    });
    expect(await keys(store)).toEqual(["1", "2"]);
    await store.close();
  });

  test("a file of another program, of a newer version, or damaged is refused and left as it is", async () => {
    const foreign = new DatabaseSync(at("foreign"));
    foreign.exec("CREATE TABLE outbox (theirs)");
    foreign.close();
    const newer = storeAt("newer");
    await write(newer, "1", "one");
    await newer.close();
    const database = new DatabaseSync(at("newer"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    writeFileSync(at("nonsense"), "this is no database, but long enough to look like one ".repeat(100));
    const cut = storeAt("cut");
    await write(cut, "1", "one");
    await cut.close();
    truncateSync(at("cut"), 5000);
    for (const [name, words] of [
      ["foreign", /another program/],
      ["newer", /newer version/],
      ["nonsense", /is damaged/],
      ["cut", /is damaged/],
    ] as const) {
      const store = storeAt(name);
      await expect(write(store, "2", "two")).rejects.toMatchObject({
        code: "store_failed",
        message: expect.stringMatching(words),
      });
      await store.close();
    }
  });

  test("a file that cannot be opened is told, and tried again by the next call", async () => {
    let fails = true;
    const store = sqlStore(async () => {
      if (fails) throw new Error("unable to open database file");
      return new NodeDriver(at("later"));
    });
    await expect(write(store, "1", "one")).rejects.toMatchObject({ code: "store_failed" });
    fails = false;
    await write(store, "1", "one");
    expect(await keys(store)).toEqual(["1"]);
    await store.close();
  });

  test("a connection that broke in the middle keeps nothing of it, and the next is a new one", async () => {
    const drivers: NodeDriver[] = [];
    const store = sqlStore(async () => {
      const driver = new NodeDriver(at("broken"));
      drivers.push(driver);
      return driver;
    });
    await write(store, "1", "one");
    const broken = store.transaction("write", async (tx) => {
      await tx.put("outbox", "2", "two");
      await drivers[0]?.closeAsync();
      await tx.put("outbox", "3", "three");
    });
    await expect(broken).rejects.toMatchObject({ code: "store_failed" });
    expect(await keys(store)).toEqual(["1"]);
    expect(drivers).toHaveLength(2);
    await store.close();
  });

  test("a transaction that never ends is undone, and the next has its turn", async ({ onTestFinished }) => {
    const store = storeAt("endless");
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
