import { get, keys, list, put, type Scenario } from "./scenario.ts";

/**
 * In the order of UTF-16 code units, which is neither that of UTF-8 (an emoji after U+FF5E), nor that of a dictionary
 * ("a" before "B"), nor that of numbers.
 */
const IN_ORDER = [
  "",
  "\u0000",
  "%",
  "-1",
  "10",
  "2",
  "A",
  "B",
  "_",
  "__proto__",
  "a",
  "a\u0000",
  "a\u0000b",
  "a ",
  "aa",
  "é",
  "\ud800",
  "😀",
  "😀!",
  "\udc00",
  "～",
  "\uffff",
  "\uffff\uffff",
];

const SHEETS: ReadonlyArray<readonly [string, number]> = [
  ["sheet:d1:2026-03-01", 1],
  ["sheet:d1:2026-03-02", 2],
  ["sheet:d1:2026-03-03", 3],
  ["sheet:d2:2026-03-01", 4],
  ["sheet;", 5],
  ["slot", 6],
];

export const keyScenarios: readonly Scenario[] = [
  {
    statement: "rows are listed in the order of their keys' code units, however they were put",
    async run(store, { expect }) {
      await put(
        store,
        "entity",
        IN_ORDER.toReversed().map((key) => [key, { key }] as const),
      );
      expect(await list(store, "entity")).toEqual(IN_ORDER.map((key) => [key, { key }]));
    },
  },
  {
    statement: "every text is a key of its own: empty, NUL, emoji, half an emoji, __proto__",
    async run(store, { expect }) {
      await put(
        store,
        "meta",
        IN_ORDER.map((key, index) => [key, index] as const),
      );
      for (const [index, key] of IN_ORDER.entries()) expect(await get(store, "meta", key)).toEqual(index);
    },
  },
  {
    statement: "from every key on, exactly those after it are listed",
    async run(store, { expect }) {
      await put(
        store,
        "feed",
        IN_ORDER.map((key) => [key, 0] as const),
      );
      for (const [index, after] of IN_ORDER.entries()) {
        expect(await keys(store, "feed", { after })).toEqual(IN_ORDER.slice(index + 1));
      }
    },
  },
  {
    statement: "of every prefix, exactly the keys that begin with it are listed",
    async run(store, { expect }) {
      await put(
        store,
        "feed",
        IN_ORDER.map((key) => [key, 0] as const),
      );
      for (const prefix of IN_ORDER) {
        expect(await keys(store, "feed", { prefix })).toEqual(
          IN_ORDER.filter((key) => key.startsWith(prefix)),
        );
      }
    },
  },
  {
    statement: "a key of ten thousand characters is found, and differs in its last one",
    async run(store, { expect }) {
      const long = "k".repeat(9999);
      await put(store, "entity", [
        [`${long}1`, 1],
        [`${long}2`, 2],
      ]);
      expect(await get(store, "entity", `${long}2`)).toEqual(2);
      expect(await list(store, "entity", { after: `${long}1` })).toEqual([[`${long}2`, 2]]);
    },
  },
  {
    statement: "prefix, after and limit narrow together",
    async run(store, { expect }) {
      await put(store, "entity", SHEETS);
      const values = async (range: object): Promise<readonly unknown[]> =>
        (await list(store, "entity", range)).map(([, value]) => value);
      expect(await values({ prefix: "sheet:d1:" })).toEqual([1, 2, 3]);
      expect(await values({ prefix: "sheet:d1:", after: "sheet:d1:2026-03-01" })).toEqual([2, 3]);
      expect(await values({ prefix: "sheet:d1:", after: "sheet:d1:2026-03-01", limit: 1 })).toEqual([2]);
      expect(await values({ prefix: "sheet:d2:", after: "sheet:d1:2026-03-03" })).toEqual([4]);
      expect(await values({ prefix: "sheet:d1:", after: "slot" })).toEqual([]);
      expect(await values({ prefix: "sheet:d3:" })).toEqual([]);
      expect(await values({ limit: 0 })).toEqual([]);
      expect(await values({ limit: 99 })).toEqual([1, 2, 3, 4, 5, 6]);
    },
  },
  {
    statement: "pages of two, each after the last key of the one before, show everything once",
    async run(store, { expect }) {
      await put(store, "entity", SHEETS);
      const seen: string[] = [];
      for (let page = await keys(store, "entity", { limit: 2 }); page.length > 0;) {
        seen.push(...page);
        page = await keys(store, "entity", { after: seen.at(-1) ?? "", limit: 2 });
      }
      expect(seen).toEqual(SHEETS.map(([key]) => key));
    },
  },
  {
    statement: "clearing a prefix removes exactly the keys that begin with it",
    async run(store, { expect }) {
      await put(store, "entity", SHEETS);
      await put(store, "outbox", SHEETS);
      await store.transaction("write", (tx) => tx.clear("entity", "sheet:d1:"));
      expect((await list(store, "entity")).map(([, value]) => value)).toEqual([4, 5, 6]);
      await store.transaction("write", (tx) => tx.clear("entity"));
      expect(await list(store, "entity")).toEqual([]);
      expect((await keys(store, "outbox")).length).toEqual(SHEETS.length);
    },
  },
];
