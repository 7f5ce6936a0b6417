import type { Store } from "../../stores/store.ts";
import { get, increment, keys, list, type Scenario, type TestFunctions } from "./scenario.ts";

export const concurrentScenarios: readonly Scenario[] = [
  {
    statement: "fifty increments begun at once all count",
    async run(store, { expect }) {
      await Promise.all(Array.from({ length: 50 }, () => increment(store, "count")));
      expect(await get(store, "meta", "count")).toEqual(50);
    },
  },
  {
    statement: "increments through two stores on the same data all count",
    handles: "many",
    async run(store, bench) {
      const other = await bench.open();
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => increment(index % 2 === 0 ? store : other, "count")),
      );
      bench.expect(await get(store, "meta", "count")).toEqual(50);
      bench.expect(await get(other, "meta", "count")).toEqual(50);
    },
  },
  {
    statement: "writes take effect in the order in which they were begun",
    async run(store, { expect }) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.transaction("write", async (tx) => {
            const before = await tx.list("outbox");
            await tx.put("outbox", String(before.length).padStart(2, "0"), index);
          }),
        ),
      );
      const values = (await list(store, "outbox")).map(([, value]) => value);
      expect(values).toEqual(Array.from({ length: 20 }, (_, index) => index));
    },
  },
  {
    statement: "a reader never sees half of a write",
    run: (store, { expect }) => watchPairs(store, store, expect),
  },
  {
    statement: "a reader on a second store never sees half of a write",
    handles: "many",
    run: async (store, bench) => watchPairs(store, await bench.open(), bench.expect),
  },
  {
    statement: "a write that has resolved is seen by whoever reads next, on another store too",
    handles: "many",
    async run(store, bench) {
      const other = await bench.open();
      for (let number = 0; number < 10; number += 1) {
        const [writer, reader] = number % 2 === 0 ? [store, other] : [other, store];
        await writer.transaction("write", (tx) => tx.put("outbox", String(number), number));
        bench.expect((await keys(reader, "outbox")).length).toEqual(number + 1);
      }
    },
  },
  {
    statement: "reads begun at once all get their answer",
    async run(store, { expect }) {
      await increment(store, "count");
      const reads = await Promise.all(Array.from({ length: 50 }, () => get(store, "meta", "count")));
      expect(reads).toEqual(Array.from({ length: 50 }, () => 1));
    },
  },
];

/** Writes two rows that always agree, step by step, while others read both. */
async function watchPairs(writer: Store, reader: Store, expect: TestFunctions["expect"]): Promise<void> {
  const torn: unknown[] = [];
  const rounds = Array.from({ length: 20 }, (_, number) => [
    writer.transaction("write", async (tx) => {
      await tx.put("entity", "left", number);
      await tx.get("entity", "right");
      await tx.put("entity", "right", number);
    }),
    reader.transaction("read", async (tx) => {
      const left = await tx.get("entity", "left");
      await tx.list("outbox");
      const right = await tx.get("entity", "right");
      if (left !== right) torn.push([left, right]);
    }),
  ]);
  await Promise.all(rounds.flat());
  expect(torn).toEqual([]);
}
