import { STORE_TABLES } from "../../stores/store.ts";
import { codeOf, get, keys, list, put, type Scenario } from "./scenario.ts";

const EVERY_KIND: ReadonlyArray<readonly [string, unknown]> = [
  ["array", [1, [2, [3]], { four: 4 }]],
  ["empty array", []],
  ["empty object", {}],
  ["empty text", ""],
  ["false", false],
  ["null", null],
  ["nested", { patient: { name: "Wanjikũ", visits: [{ at: "2026-03-01T08:00:00Z", fee: -0.5 }] } }],
  ["number", 9_007_199_254_740_991],
  ["text", "line\nline\u0000after NUL 😀 \u2028"],
  ["zero", 0],
];

export const rowScenarios: readonly Scenario[] = [
  {
    statement: "a new store is empty in every table",
    async run(store, { expect }) {
      for (const table of STORE_TABLES) expect(await list(store, table)).toEqual([]);
    },
  },
  {
    statement: "every kind of value comes back as it was put",
    async run(store, { expect }) {
      await put(store, "entity", EVERY_KIND);
      expect(Object.fromEntries(await list(store, "entity"))).toEqual(Object.fromEntries(EVERY_KIND));
      for (const [key, value] of EVERY_KIND) expect(await get(store, "entity", key)).toEqual(value);
    },
  },
  {
    statement: "a key nobody put reads as undefined, also beside others",
    async run(store, { expect }) {
      await put(store, "meta", [["session", 1]]);
      expect(await get(store, "meta", "sessio")).toEqual(undefined);
      expect(await get(store, "outbox", "session")).toEqual(undefined);
    },
  },
  {
    statement: "putting again replaces",
    async run(store, { expect }) {
      await put(store, "meta", [["session", { account: "a1", old: true }]]);
      await put(store, "meta", [["session", { account: "a2" }]]);
      expect(await list(store, "meta")).toEqual([["session", { account: "a2" }]]);
    },
  },
  {
    statement: "the same key in another table is another row",
    async run(store, { expect }) {
      for (const table of STORE_TABLES) await put(store, table, [["key", table]]);
      await store.transaction("write", (tx) => tx.delete("outbox", "key"));
      const seen = await Promise.all(STORE_TABLES.map((table) => get(store, table, "key")));
      expect(seen).toEqual(["meta", undefined, "outcome", "entity", "feed", "document"]);
    },
  },
  {
    statement: "deleting a row removes it, and deleting what is not there is fine",
    async run(store, { expect }) {
      await put(store, "outbox", [
        ["1", "one"],
        ["2", "two"],
      ]);
      await store.transaction("write", async (tx) => {
        await tx.delete("outbox", "1");
        await tx.delete("outbox", "nobody");
      });
      expect(await list(store, "outbox")).toEqual([["2", "two"]]);
    },
  },
  {
    statement: "a transaction hands back what its work returns",
    async run(store, { expect }) {
      const work = async (): Promise<object> => ({ answer: 42 });
      expect(await store.transaction("read", work)).toEqual({ answer: 42 });
      expect(await store.transaction("write", work)).toEqual({ answer: 42 });
    },
  },
  {
    statement: "changing a value after it was put changes nothing stored",
    async run(store, { expect }) {
      const value = { list: ["first"] };
      await store.transaction("write", async (tx) => {
        const written = tx.put("entity", "a", value);
        value.list.push("second");
        await written;
      });
      value.list.push("third");
      expect(await get(store, "entity", "a")).toEqual({ list: ["first"] });
    },
  },
  {
    statement: "changing a value that was read changes nothing stored",
    async run(store, { expect }) {
      await put(store, "entity", [["a", { list: ["first"] }]]);
      for (const read of [await get(store, "entity", "a"), (await list(store, "entity"))[0]?.[1]]) {
        if (typeof read === "object" && read !== null) Object.assign(read, { list: "gone" });
      }
      expect(await get(store, "entity", "a")).toEqual({ list: ["first"] });
    },
  },
  {
    statement: "what JSON cannot hold is refused, and nothing of that transaction is kept",
    async run(store, { expect }) {
      for (const value of [undefined, () => 1]) {
        const refused = store.transaction("write", async (tx) => {
          await tx.put("meta", "before", 1);
          await tx.put("meta", "odd", value);
        });
        expect(await codeOf(refused)).toEqual("store_failed");
      }
      expect(await list(store, "meta")).toEqual([]);
    },
  },
  {
    statement: "a value of a megabyte is kept whole",
    async run(store, { expect }) {
      const large = "0123456789abcde\n".repeat(65_536);
      await put(store, "entity", [["large", { large }]]);
      const read = await get(store, "entity", "large");
      expect(typeof read === "object" && read !== null && "large" in read && read.large === large).toEqual(
        true,
      );
    },
  },
  {
    statement: "ten thousand rows are listed completely and in order",
    async run(store, { expect }) {
      const wanted = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(6, "0"));
      await store.transaction("write", async (tx) => {
        await Promise.all(
          wanted.toReversed().map((key) => tx.put("outbox", key, { type: "book", number: key })),
        );
      });
      expect((await keys(store, "outbox")).join()).toEqual(wanted.join());
      expect(await keys(store, "outbox", { after: "009997" })).toEqual(["009998", "009999"]);
    },
  },
];
