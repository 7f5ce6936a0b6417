import { codeOf, get, increment, list, put, type Scenario } from "./scenario.ts";

export const atomicScenarios: readonly Scenario[] = [
  {
    statement: "a transaction sees its own writes",
    async run(store, { expect }) {
      await put(store, "entity", [
        ["a", 1],
        ["b", 2],
        ["d", 4],
      ]);
      const seen = await store.transaction("write", async (tx) => {
        await tx.put("entity", "c", 3);
        await tx.delete("entity", "a");
        const first = await tx.list("entity", { limit: 2 });
        await tx.clear("entity");
        await tx.put("entity", "e", 5);
        return [first, await tx.list("entity"), await tx.get("entity", "b")];
      });
      expect(seen).toEqual([
        [
          ["b", 2],
          ["c", 3],
        ],
        [["e", 5]],
        undefined,
      ]);
      expect(await list(store, "entity")).toEqual([["e", 5]]);
    },
  },
  {
    statement: "when work throws, its error comes through and nothing it did is there",
    async run(store, { expect }) {
      await put(store, "outbox", [
        ["1", "one"],
        ["2", "two"],
      ]);
      const thrown = new RangeError("the app changed its mind");
      const failing = store.transaction("write", async (tx) => {
        await tx.put("outbox", "3", "three");
        await tx.put("outcome", "1", "applied");
        await tx.put("outbox", "1", "changed");
        await tx.clear("outbox", "2");
        await tx.get("outbox", "3");
        throw thrown;
      });
      expect((await failing.catch((error: unknown) => error)) === thrown).toEqual(true);
      expect(await list(store, "outbox")).toEqual([
        ["1", "one"],
        ["2", "two"],
      ]);
      expect(await list(store, "outcome")).toEqual([]);
    },
  },
  {
    statement: "work that throws before its first call harms nothing",
    async run(store, { expect }) {
      const thrown = new RangeError("at once");
      const failing = store.transaction("write", () => {
        throw thrown;
      });
      expect((await failing.catch((error: unknown) => error)) === thrown).toEqual(true);
      await put(store, "meta", [["after", 1]]);
      expect(await list(store, "meta")).toEqual([["after", 1]]);
    },
  },
  {
    statement: "a failed call fails its transaction, even where work swallowed the error",
    async run(store, { expect }) {
      const failing = store.transaction("write", async (tx) => {
        await tx.put("meta", "half", 1);
        await tx.put("meta", "odd", undefined).catch(() => undefined);
        return "looks fine";
      });
      expect(await codeOf(failing)).toEqual("store_failed");
      expect(await list(store, "meta")).toEqual([]);
    },
  },
  {
    statement: "after failures the next transactions work",
    async run(store, { expect }) {
      const failures = Array.from({ length: 5 }, (_, index) =>
        store.transaction("write", async (tx) => {
          await tx.put("meta", "half", index);
          throw new Error(`failure ${index}`);
        }),
      );
      const successes = Array.from({ length: 5 }, () => increment(store, "count"));
      await Promise.allSettled(failures);
      await Promise.all(successes);
      expect(await list(store, "meta")).toEqual([["count", 5]]);
    },
  },
  {
    statement: "a read transaction cannot write, and says so",
    async run(store, { expect }) {
      await put(store, "meta", [["a", 1]]);
      const refusals = await Promise.all([
        codeOf(store.transaction("read", (tx) => tx.put("meta", "a", 2))),
        codeOf(store.transaction("read", (tx) => tx.delete("meta", "a"))),
        codeOf(store.transaction("read", (tx) => tx.clear("meta"))),
      ]);
      expect(refusals).toEqual(["store_failed", "store_failed", "store_failed"]);
      expect(await list(store, "meta")).toEqual([["a", 1]]);
    },
  },
  {
    statement: "a transaction kept beyond its end refuses every call",
    async run(store, { expect }) {
      const tx = await store.transaction("write", async (kept) => ({ kept }));
      expect(await codeOf(tx.kept.get("meta", "a"))).toEqual("store_failed");
      expect(await codeOf(tx.kept.put("meta", "a", 1))).toEqual("store_failed");
      expect(await get(store, "meta", "a")).toEqual(undefined);
    },
  },
  {
    statement: "work that awaits something else is kept in full or not at all",
    async run(store, { expect }) {
      const digest = (): Promise<ArrayBuffer> => crypto.subtle.digest("SHA-256", new Uint8Array(1_000_000));
      const code = await codeOf(
        store.transaction("write", async (tx) => {
          await tx.put("meta", "first", 1);
          await digest();
          await tx.put("meta", "second", 2);
          await digest();
        }),
      );
      const whole = [
        ["first", 1],
        ["second", 2],
      ];
      expect([code, await list(store, "meta")]).toEqual(
        code === "resolved" ? ["resolved", whole] : ["store_failed", []],
      );
    },
  },
];
