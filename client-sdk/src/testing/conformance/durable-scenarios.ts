import { codeOf, get, increment, list, put, type Scenario } from "./scenario.ts";

export const durableScenarios: readonly Scenario[] = [
  {
    statement: "what was written is there after closing and opening again",
    async run(store, bench) {
      await put(store, "meta", [["session", { account: "a1" }]]);
      await put(store, "outbox", [
        ["normal:1", { type: "appointment.book" }],
        ["normal:2", null],
      ]);
      await store.transaction("write", (tx) => tx.delete("outbox", "normal:2"));
      await store.close();
      const again = await bench.open();
      bench.expect(await list(again, "meta")).toEqual([["session", { account: "a1" }]]);
      bench.expect(await list(again, "outbox")).toEqual([["normal:1", { type: "appointment.book" }]]);
    },
  },
  {
    statement: "opening again and again goes on where it was",
    async run(store, bench) {
      await increment(store, "count");
      await store.close();
      for (let time = 0; time < 5; time += 1) {
        const again = await bench.open();
        await increment(again, "count");
        await again.close();
      }
      bench.expect(await get(await bench.open(), "meta", "count")).toEqual(6);
    },
  },
  {
    statement: "closing waits for what was begun before it, and keeps that",
    async run(store, bench) {
      const begun = Array.from({ length: 10 }, () => increment(store, "count"));
      await store.close();
      bench.expect(await Promise.all(begun.map(codeOf))).toEqual(begun.map(() => "resolved"));
      bench.expect(await get(await bench.open(), "meta", "count")).toEqual(10);
    },
  },
  {
    statement: "a closed store refuses every transaction, and closing it again is fine",
    async run(store, { expect }) {
      await put(store, "meta", [["a", 1]]);
      await store.close();
      await store.close();
      let ran = false;
      const work = async (): Promise<void> => {
        ran = true;
      };
      expect(await codeOf(store.transaction("read", work))).toEqual("store_closed");
      expect(await codeOf(store.transaction("write", work))).toEqual("store_closed");
      expect(ran).toEqual(false);
    },
  },
  {
    statement: "a store that was never used can be closed",
    async run(store, { expect }) {
      await store.close();
      expect(await codeOf(store.transaction("read", async () => 1))).toEqual("store_closed");
    },
  },
  {
    statement: "closing one store leaves another on the same data open",
    handles: "many",
    async run(store, bench) {
      const other = await bench.open();
      await increment(store, "count");
      await store.close();
      await increment(other, "count");
      bench.expect(await get(other, "meta", "count")).toEqual(2);
    },
  },
];
