import "fake-indexeddb/auto";
import { indexedDbStore, type Store, type StoreTransaction } from "@healthbridge/client-sdk";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { forceCloseDatabase, IDBFactory } from "fake-indexeddb";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Connection } from "../../src/stores/indexeddb/connection.ts";

const conformanceFactory = new IDBFactory();

storeConformance(
  {
    name: "IndexedDB store",
    open: async (place) => indexedDbStore({ name: place, factory: conformanceFactory }),
  },
  { describe, test, expect },
);

function forceClose(database: IDBDatabase): void {
  // Its type asks for the class where it wants an instance.
  forceCloseDatabase(database as never);
}

/** A browser that lets a test reach what the store has opened. */
class Browser extends IDBFactory {
  readonly opened: IDBDatabase[] = [];
  readonly transactions: IDBTransaction[] = [];

  /** Aborts the transaction that began last, as a browser may do by itself; not the ballast's. */
  abortLast(): void {
    this.transactions.findLast(({ objectStoreNames }) => objectStoreNames.contains("outbox"))?.abort();
  }

  override open(name: string, version?: number) {
    const request = super.open(name, version);
    request.addEventListener("success", () => {
      const database: IDBDatabase = request.result;
      this.opened.push(database);
      const begin = database.transaction.bind(database);
      database.transaction = (...args: Parameters<typeof begin>) => {
        const transaction = begin(...args);
        this.transactions.push(transaction);
        return transaction;
      };
    });
    return request;
  }
}

/** A device on which only so much fits: counts what is put and not deleted, the ballast included. */
function limitRoom(browser: IDBFactory, initial: number) {
  const device = { room: initial, refusals: 0 };
  const { put, delete: remove } = IDBObjectStore.prototype;
  const sizes = new Map<string, number>();
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    value: unknown,
    key?: IDBValidKey,
  ) {
    const size = value instanceof Uint8Array ? value.length : JSON.stringify(value).length;
    if (size > device.room) {
      device.refusals += 1;
      throw new DOMException("no room", "QuotaExceededError");
    }
    device.room -= size;
    sizes.set(`${this.name} ${JSON.stringify(key)}`, size);
    return put.call(this, value, key);
  });
  vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(function (
    this: IDBObjectStore,
    key: IDBValidKey | IDBKeyRange,
  ) {
    const id = `${this.name} ${JSON.stringify(key)}`;
    device.room += sizes.get(id) ?? 0;
    sizes.delete(id);
    return remove.call(this, key);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return { browser, device, holdsBallast: () => sizes.has('ballast "ballast"') };
}

const write = (store: Store, key: string, value: unknown) =>
  store.transaction("write", (tx) => tx.put("outbox", key, value));
const keys = async (store: Store) =>
  (await store.transaction("read", (tx) => tx.list("outbox"))).map(([key]) => key);

describe("IndexedDB store, interrupted", () => {
  test("writes ask for strict durability", async () => {
    const browser = new Browser();
    await write(indexedDbStore({ name: "strict", factory: browser }), "1", 1);
    expect(browser.transactions[0]?.durability).toBe("strict");
  });

  test("after the browser closed the database by force, the next transaction opens it again", async () => {
    const browser = new Browser();
    const store = indexedDbStore({ name: "closed", factory: browser });
    await write(store, "1", 1);
    for (const database of browser.opened) forceClose(database);
    await write(store, "2", 2);
    expect(await keys(store)).toEqual(["1", "2"]);
    expect(browser.opened.length).toBe(2);
  });

  test("a transaction that the browser aborts is done again, whole", async () => {
    const browser = new Browser();
    const store = indexedDbStore({ name: "aborted", factory: browser });
    await write(store, "1", 1);
    let runs = 0;
    await store.transaction("write", async (tx) => {
      runs += 1;
      await tx.put("outbox", `run ${runs}`, runs);
      if (runs === 1) browser.abortLast();
      await tx.put("outbox", "2", 2);
    });
    expect(await keys(store)).toEqual(["1", "2", "run 2"]);
  });

  // As when site data is cleared or the disk fails: the transaction is aborted, the connection closed.
  test("a database forced closed in the middle of a transaction leaves nothing half, and is tried again", async () => {
    const browser = new Browser();
    const store = indexedDbStore({ name: "forced", factory: browser });
    let runs = 0;
    await store.transaction("write", async (tx) => {
      runs += 1;
      await tx.put("outbox", `run ${runs}`, runs);
      if (runs === 1) {
        browser.abortLast();
        for (const database of browser.opened) forceClose(database);
      }
      await tx.put("outbox", "2", 2);
    });
    expect(await keys(store)).toEqual(["2", "run 2"]);
  });

  test("interrupted every time, it gives up, says so, and works again later", async () => {
    const browser = new Browser();
    const store = indexedDbStore({ name: "hopeless", factory: browser });
    let runs = 0;
    const hopeless = store.transaction("write", async (tx) => {
      runs += 1;
      await tx.put("outbox", "half", 1);
      browser.abortLast();
      await tx.put("outbox", "never", 2);
    });
    await expect(hopeless).rejects.toMatchObject({ code: "store_failed", retry: "later" });
    expect(runs).toBe(3);
    await write(store, "1", 1);
    expect(await keys(store)).toEqual(["1"]);
  });

  test("work that stays away is undone, and the next transaction has its turn", async () => {
    const store = indexedDbStore({ name: "away", factory: new IDBFactory() });
    await write(store, "1", 1);
    const start = performance.now();
    let calls = 0;
    vi.spyOn(performance, "now").mockImplementation(() => start + 100 * calls++);
    const away = store.transaction("write", async (tx) => {
      await tx.put("outbox", "half", 1);
      await new Promise(() => undefined);
    });
    await expect(away).rejects.toMatchObject({ code: "store_failed", retry: "never" });
    expect(await keys(store)).toEqual(["1"]);
  });

  test("what an earlier version made keeps its rows, and gets the table it lacks", async () => {
    const factory = new IDBFactory();
    const old = await new Promise<IDBDatabase>((resolve) => {
      const request = factory.open("earlier", 1);
      request.addEventListener("upgradeneeded", () => {
        request.result.createObjectStore("outbox").put(1, "1");
      });
      request.addEventListener("success", () => resolve(request.result));
    });
    old.close();
    const store = indexedDbStore({ name: "earlier", factory });
    await store.transaction("write", (tx) => tx.put("document", "base:a:b:1", { update: "AAA=" }));
    expect(await keys(store)).toEqual(["1"]);
  });

  test("a tab with a newer version is let through, and this one is told to reload", async () => {
    const factory = new IDBFactory();
    const store = indexedDbStore({ name: "upgrade", factory });
    await write(store, "1", 1);
    await new Connection("upgrade", factory, 3).open();
    await expect(write(store, "2", 2)).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringContaining("Reload"),
    });
  });

  test("while an old tab blocks the upgrade it says so, and goes on once that tab is closed", async () => {
    const factory = new IDBFactory();
    const old = await new Promise<IDBDatabase>((resolve) => {
      const request = factory.open("blocked", 1);
      request.addEventListener("success", () => resolve(request.result));
    });
    const connection = new Connection("blocked", factory, 2);
    for (let time = 0; time < 2; time += 1) {
      await expect(connection.open()).rejects.toMatchObject({ code: "store_blocked", retry: "later" });
    }
    old.close();
    const database = await vi.waitFor(() => connection.open());
    expect(database.version).toBe(2);
  });

  test("where the browser has no IndexedDB, it says what to do", async () => {
    vi.stubGlobal("indexedDB", undefined);
    const store = indexedDbStore({ name: "nothing" });
    await expect(write(store, "1", 1)).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringContaining("Allow site data"),
    });
    await store.close();
  });
});

describe("IndexedDB store, full", () => {
  const open = async (room: number) => {
    const { browser, device, holdsBallast } = limitRoom(new IDBFactory(), room);
    const store = indexedDbStore({ name: "full", factory: browser });
    await write(store, "old", "x".repeat(100));
    await vi.waitFor(() => expect(holdsBallast()).toBe(true));
    return { store, device, holdsBallast };
  };

  test("when nothing fits any more, the ballast makes room for an urgent operation", async () => {
    const { store, device, holdsBallast } = await open(300_000);
    device.room = 0;
    let runs = 0;
    await store.transaction("write", async (tx: StoreTransaction) => {
      runs += 1;
      await tx.put("outbox", "urgent", "x".repeat(500));
    });
    expect(runs).toBe(2);
    expect(await keys(store)).toEqual(["old", "urgent"]);
    expect(holdsBallast()).toBe(false);
    device.room = 0;
    await expect(write(store, "too much", 1)).rejects.toMatchObject({ code: "store_full", retry: "later" });
    expect(await keys(store)).toEqual(["old", "urgent"]);
  });

  test("the ballast comes back when there is room", async () => {
    const { store, device, holdsBallast } = await open(300_000);
    device.room = 0;
    await write(store, "urgent", 1);
    device.room = 1_000_000;
    for (let number = 0; number < 20; number += 1) await write(store, `later ${number}`, number);
    await vi.waitFor(() => expect(holdsBallast()).toBe(true));
  });

  test("something large does not use up the ballast", async () => {
    const { store, device, holdsBallast } = await open(300_000);
    device.room = 1000;
    await expect(write(store, "large", "x".repeat(100_000))).rejects.toMatchObject({ code: "store_full" });
    expect(holdsBallast()).toBe(true);
    expect(await keys(store)).toEqual(["old"]);
  });

  test("what did not fit is not offered to the browser again for ten minutes; what is smaller is", async () => {
    const { store, device } = await open(300_000);
    device.room = 1000;
    const large = () => write(store, "large", "x".repeat(100_000));
    await expect(large()).rejects.toMatchObject({ code: "store_full" });
    await expect(large()).rejects.toMatchObject({ code: "store_full" });
    expect(device.refusals).toBe(1);
    await write(store, "small", 1);
    device.room = 1_000_000;
    const now = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => now + 600_001);
    await large();
    expect(await keys(store)).toEqual(["large", "old", "small"]);
  });
});
