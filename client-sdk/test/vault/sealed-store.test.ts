import "fake-indexeddb/auto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { IDBFactory } from "fake-indexeddb";
import { afterAll, expect, test } from "vitest";
import { sqlStore } from "../../src/expo.ts";
import { indexedDbStore, memoryDisk, memoryStore, type Store, type StoreTable } from "../../src/index.ts";
import { NodeDriver } from "../stores/node-driver.ts";
import { FakeRuntime } from "../support/fake-runtime.ts";
import { openedVault, pin, rowsOf, vaultOn } from "../support/vault.ts";

const put = (store: Store, table: StoreTable, key: string, value: unknown): Promise<void> =>
  store.transaction("write", (tx) => tx.put(table, key, value));
const get = (store: Store, table: StoreTable, key: string): Promise<unknown> =>
  store.transaction("read", (tx) => tx.get(table, key));

/** A sealed store, the raw rows under it, and the same after a restart. */
async function sealedScene() {
  const keys = memoryStore();
  const disk = memoryDisk();
  const vault = await openedVault({ keys });
  return {
    keys,
    disk,
    vault,
    store: vault.seal(memoryStore(disk)),
    raw: memoryStore(disk),
    async restart() {
      const again = await vaultOn({ keys });
      await again.unlock({ pin });
      return again.seal(memoryStore(disk));
    },
  };
}

test("nothing that was put can be read in what is kept, not even in keys that hold the app's own words", async () => {
  const { store, raw } = await sealedScene();
  await put(store, "entity", "patient:x", { name: "Wanjiru Kamau", reason: "swelling" });
  await put(store, "entity", "sheet:Qz3-oncologist.4/2026-11-30", { runs: [] });
  await put(store, "meta", "session", { refreshToken: "secret-token" });
  await put(store, "meta", "ref:acc.1:HIV clinic row 7", { id: "s.1" });
  await put(store, "outbox", "s.0000000001", { input: { text: "I bleed" } });
  const kept = JSON.stringify(await rowsOf(raw));
  for (const word of [
    "Wanjiru",
    "swelling",
    "oncologist",
    "2026-11-30",
    "secret-token",
    "HIV",
    "row 7",
    "acc.1",
    "bleed",
  ])
    expect(kept).not.toContain(word);
  const keys = (await rowsOf(raw)).map(([table, key]) => `${table} ${key.replace(/:.*/, ":…")}`);
  expect(keys.toSorted()).toEqual([
    "entity patient:…",
    "entity sheet:…",
    "meta \u0000vault",
    "meta ref:…",
    "meta session",
    "outbox s.0000000001",
  ]);
});

test("the same value is another text each time, and a hidden key always the same", async () => {
  const { store, raw } = await sealedScene();
  await put(store, "entity", "patient:x", 1);
  const before = (await rowsOf(raw)).find(([table]) => table === "entity");
  await put(store, "entity", "patient:x", 1);
  const after = (await rowsOf(raw)).filter(([table]) => table === "entity");
  expect(after.map(([, key]) => key)).toEqual([before?.[1]]);
  expect(after[0]?.[2]).not.toBe(before?.[2]);
});

test("a row that was changed, and two that were swapped, do not open; the others do", async () => {
  const { store, raw, restart } = await sealedScene();
  for (const key of ["s.1", "s.2", "s.3", "s.4"]) await put(store, "outbox", key, { key });
  await change(raw, "s.1");
  await swap(raw, "s.2", "s.3");
  const again = await restart();
  for (const key of ["s.1", "s.2", "s.3"])
    await expect(get(again, "outbox", key)).rejects.toMatchObject({ code: "store_tampered", retry: "never" });
  await expect(again.transaction("read", (tx) => tx.list("outbox"))).rejects.toMatchObject({
    code: "store_tampered",
  });
  expect(await get(again, "outbox", "s.4")).toEqual({ key: "s.4" });
});

async function change(raw: Store, key: string): Promise<void> {
  const text = String(await get(raw, "outbox", key));
  await put(raw, "outbox", key, `${text.slice(0, 30)}${text[30] === "A" ? "B" : "A"}${text.slice(31)}`);
}

async function swap(raw: Store, one: string, other: string): Promise<void> {
  const [left, right] = [await get(raw, "outbox", one), await get(raw, "outbox", other)];
  await put(raw, "outbox", one, right);
  await put(raw, "outbox", other, left);
}

const attacks: Record<string, (raw: Store) => Promise<void>> = {
  "one that was moved to another table": async (raw) => {
    await put(raw, "outcome", "s.1", await get(raw, "outbox", "s.1"));
    await raw.transaction("write", (tx) => tx.delete("outbox", "s.1"));
  },
  "one that was removed": (raw) => raw.transaction("write", (tx) => tx.delete("outbox", "s.1")),
  "one that was added twice": async (raw) => put(raw, "outbox", "s.9", await get(raw, "outbox", "s.1")),
  "one that nobody sealed": (raw) => put(raw, "outbox", "s.1", { type: "appointment.book" }),
  "a tally that was changed": async (raw) => {
    const row = (await get(raw, "meta", "\u0000vault")) as { vault: string; sealed: string };
    await put(raw, "meta", "\u0000vault", { ...row, sealed: `1${row.sealed.slice(1).toLowerCase()}` });
  },
  "a tally that is none": (raw) => put(raw, "meta", "\u0000vault", 7),
};

test.each(Object.keys(attacks))(
  "of a store with %s nothing is used after the next unlocking",
  async (what) => {
    const { store, raw, restart } = await sealedScene();
    await put(store, "outbox", "s.1", { type: "one" });
    await put(store, "outbox", "s.2", { type: "two" });
    await attacks[what]?.(raw);
    const again = await restart();
    await expect(get(again, "outbox", "s.1")).rejects.toMatchObject({
      code: "store_tampered",
      retry: "never",
    });
    await expect(put(again, "meta", "a", 1)).rejects.toMatchObject({ code: "store_tampered" });
  },
);

test("a row that was put back to what it was last week is noticed, though it would open", async () => {
  const { store, raw, restart } = await sealedScene();
  await put(store, "meta", "session", { generation: 1 });
  const old = await get(raw, "meta", "session");
  await put(store, "meta", "session", { generation: 2 });
  await put(raw, "meta", "session", old);
  await expect(get(await restart(), "meta", "session")).rejects.toMatchObject({ code: "store_tampered" });
});

test("rows that are changed while the app runs do not open", async () => {
  const { store, raw } = await sealedScene();
  await put(store, "outbox", "s.1", 1);
  await change(raw, "s.1");
  await expect(get(store, "outbox", "s.1")).rejects.toMatchObject({ code: "store_tampered" });
});

test("a store that is not counted still refuses what was changed or moved, but reads no row before it is asked for", async () => {
  const { vault, raw, disk } = await sealedScene();
  const files = vault.seal(memoryStore(disk), { as: "files", counted: false });
  await put(files, "outbox", "s.1", 1);
  await put(files, "outbox", "s.2", 2);
  await swap(raw, "s.1", "s.2");
  await expect(get(files, "outbox", "s.1")).rejects.toMatchObject({ code: "store_tampered" });
  await expect(get(vault.seal(memoryStore(disk)), "outbox", "s.1")).rejects.toMatchObject({
    code: "store_tampered",
  });
});

const folder = mkdtempSync(join(tmpdir(), "healthbridge-sealed-rows-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;

/** Stores of each kind, on a fresh place: a second one is a restart. */
const kinds: Record<string, () => () => Store> = {
  memory: () => {
    const disk = memoryDisk();
    return () => memoryStore(disk);
  },
  IndexedDB: () => {
    const factory = new IDBFactory();
    return () => indexedDbStore({ name: "rows", factory });
  },
  "a driver for SQL": () => {
    const path = join(folder, `${(places += 1)}.db`);
    return () => sqlStore(async () => new NodeDriver(path));
  },
};

test.each(Object.keys(kinds))(
  "whatever is done to it (over %s), in whatever order and awaited or not, it holds what a plain store holds, and its tally is right",
  { timeout: 60_000 },
  async (kind) => {
    const key = fc.constantFrom("a", "b", "sheet:1", "sheet:2", "ref:x:1", "ref:x:2");
    const table = fc.constantFrom("meta" as const, "entity" as const, "outbox" as const);
    const act = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant("put" as const), table, key }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), table, key }) },
      fc.record({ do: fc.constant("clear" as const), table, key: fc.constantFrom("", "sheet", "a") }),
    );
    const vault = await openedVault();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(act, { maxLength: 8 }), { maxLength: 5 }), async (transactions) => {
        const open = kinds[kind]?.() ?? memoryStore;
        const store = vault.seal(open());
        const plain = memoryStore();
        for (const [at, acts] of transactions.entries()) {
          for (const each of [store, plain]) {
            await each.transaction("write", async (tx) => {
              const calls = acts.map((one, place) => {
                if (one.do === "put") return tx.put(one.table, one.key, { at, place });
                return one.do === "delete" ? tx.delete(one.table, one.key) : tx.clear(one.table, one.key);
              });
              await Promise.all(calls);
            });
          }
        }
        await store.close();
        vault.lock();
        await vault.unlock({ pin });
        const again = vault.seal(open());
        expect(await rowsOf(again)).toEqual(await rowsOf(plain));
        await again.close();
      }),
      { numRuns: 20 },
    );
  },
);

test("a locked vault refuses reads and writes, and everything is there when it is open again", async () => {
  const { store, vault } = await sealedScene();
  await put(store, "outbox", "s.1", 1);
  vault.lock();
  for (const call of [put(store, "outbox", "s.2", 2), get(store, "outbox", "s.1")])
    await expect(call).rejects.toMatchObject({ code: "store_locked", retry: "later" });
  await vault.unlock({ pin });
  expect(await get(store, "outbox", "s.1")).toBe(1);
  expect(await get(store, "outbox", "s.2")).toBeUndefined();
});

test("a write that is under way when the vault locks is not kept, not even half of it", async () => {
  const { store, vault, raw } = await sealedScene();
  await put(store, "outbox", "s.1", 1);
  const before = await rowsOf(raw);
  const writing = store.transaction("write", async (tx) => {
    await tx.put("outbox", "s.2", 2);
    vault.lock();
    tx.put("outbox", "s.3", 3).catch(() => undefined);
  });
  await expect(writing).rejects.toMatchObject({ code: "store_locked" });
  expect(await rowsOf(raw)).toEqual(before);
});

test("a sealed store can be made before the vault exists, and closing it closes what is under it", async () => {
  const vault = await vaultOn();
  const inner = memoryStore();
  const store = vault.seal(inner);
  await expect(get(store, "meta", "a")).rejects.toMatchObject({ code: "store_locked" });
  await vault.create({ pin });
  await put(store, "meta", "a", 1);
  await store.close();
  await expect(inner.transaction("read", async () => 1)).rejects.toMatchObject({ code: "store_closed" });
});

test("a plain store is refused, or taken over in one step where the app says so", async () => {
  const { vault } = await sealedScene();
  const disk = memoryDisk();
  const raw = memoryStore(disk);
  await put(raw, "outbox", "s.1", { text: "plain" });
  await put(raw, "meta", "ref:a:row 7", { id: "s.1" });
  await put(raw, "entity", "patient:x", { name: "Wanjiru" });
  const refused = vault.seal(memoryStore(disk));
  await expect(get(refused, "outbox", "s.1")).rejects.toMatchObject({ code: "store_plain" });
  const taken = vault.seal(memoryStore(disk), { takeOver: true });
  expect(await get(taken, "outbox", "s.1")).toEqual({ text: "plain" });
  expect(await get(taken, "meta", "ref:a:row 7")).toEqual({ id: "s.1" });
  expect(JSON.stringify(await rowsOf(raw))).not.toMatch(/plain"|Wanjiru|row 7/);
  await put(taken, "outbox", "s.2", 2);
  expect(await get(refused, "outbox", "s.2")).toBe(2);
});

test("a take-over that was killed in the middle has changed nothing, and begins anew", async () => {
  const { vault } = await sealedScene();
  const disk = memoryDisk();
  const raw = memoryStore(disk);
  for (let number = 0; number < 5; number += 1) await put(raw, "outbox", `s.${number}`, number);
  const before = await rowsOf(raw);
  disk.capacity = 0; // the sealed rows are larger
  const store = vault.seal(memoryStore(disk), { takeOver: true });
  await expect(get(store, "outbox", "s.1")).rejects.toMatchObject({ code: "store_full" });
  expect(await rowsOf(raw)).toEqual(before);
  disk.capacity = Infinity;
  expect(await get(store, "outbox", "s.1")).toBe(1);
});

test("what another vault of the device has sealed is refused; what a wiped one has left is nobody's any more", async () => {
  const { keys, disk, store, vault } = await sealedScene();
  await put(store, "meta", "a", 1);
  const other = await openedVault({ keys, name: "juma" });
  await expect(get(other.seal(memoryStore(disk)), "meta", "a")).rejects.toMatchObject({
    code: "store_failed",
  });
  // As if the app had been ended between the key and the rows.
  await keys.transaction("write", (tx) => tx.delete("meta", "vault:amina"));
  await vault.close();
  const after = other.seal(memoryStore(disk));
  expect(await rowsOf(after)).toEqual([]);
  await put(after, "meta", "a", 2);
  expect(await get(after, "meta", "a")).toBe(2);
});

test("with the same chance it keeps the same bytes", async () => {
  const kept = async (): Promise<unknown> => {
    const runtime = new FakeRuntime();
    let drawn = 0;
    runtime.randomBytes = (count) => Uint8Array.from({ length: count }, () => (drawn += 7) % 256);
    const disk = memoryDisk();
    const vault = await openedVault({ runtime });
    await put(vault.seal(memoryStore(disk)), "entity", "patient:x", { name: "Wanjiru" });
    return rowsOf(memoryStore(disk));
  };
  expect(await kept()).toEqual(await kept());
});
