import { memoryDisk, memoryStore, type MemoryDisk } from "@healthbridge/client-sdk";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { describe, expect, test } from "vitest";

const disks = new Map<string, MemoryDisk>();

storeConformance(
  {
    name: "memory store",
    async open(place) {
      const disk = disks.get(place) ?? memoryDisk();
      disks.set(place, disk);
      return memoryStore(disk);
    },
    async remove(place) {
      disks.delete(place);
    },
  },
  { describe, test, expect },
);

describe("memory disk", () => {
  test("after a crash committed rows are there, and nothing of what was under way", async () => {
    const disk = memoryDisk();
    const store = memoryStore(disk);
    await store.transaction("write", (tx) => tx.put("outbox", "1", "kept"));
    const killed = store.transaction("write", async (tx) => {
      await tx.put("outbox", "2", "half");
      disk.crash();
      await tx.put("outbox", "3", "late");
    });
    await expect(killed).rejects.toMatchObject({ code: "store_closed" });
    await expect(store.transaction("read", (tx) => tx.list("outbox"))).rejects.toMatchObject({
      code: "store_closed",
    });
    const restarted = memoryStore(disk);
    expect(await restarted.transaction("read", (tx) => tx.list("outbox"))).toEqual([["1", "kept"]]);
  });

  test("a crash frees whoever comes after a transaction that would never have ended", async () => {
    const disk = memoryDisk();
    const begun = Promise.withResolvers<undefined>();
    void memoryStore(disk).transaction("write", () => {
      begun.resolve(undefined);
      return new Promise(() => undefined);
    });
    await begun.promise;
    disk.crash();
    const restarted = memoryStore(disk);
    await restarted.transaction("write", (tx) => tx.put("meta", "a", 1));
    expect(await restarted.transaction("read", (tx) => tx.get("meta", "a"))).toBe(1);
  });

  test("a full disk refuses a write, keeps what is older, and takes deletions", async () => {
    const disk = memoryDisk();
    disk.capacity = 100;
    const store = memoryStore(disk);
    await store.transaction("write", (tx) => tx.put("outbox", "1", "x".repeat(80)));
    const refused = store.transaction("write", async (tx) => {
      await tx.put("outbox", "2", "y");
      await tx.put("outbox", "3", "z".repeat(80));
    });
    await expect(refused).rejects.toMatchObject({ code: "store_full", retry: "later" });
    const keys = async () => (await store.transaction("read", (tx) => tx.list("outbox"))).map(([key]) => key);
    expect(await keys()).toEqual(["1"]);
    disk.capacity = 10;
    await store.transaction("write", (tx) => tx.delete("outbox", "1"));
    expect(await keys()).toEqual([]);
  });
});
