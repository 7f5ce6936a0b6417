import type { KeyRange, Store, StoreTable } from "../../stores/store.ts";

/** The functions of a test runner that the suite uses; those of vitest, jest and bun fit as they are. */
export interface TestFunctions {
  readonly describe: (title: string, body: () => void) => void;
  readonly test: (title: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

/** One statement about every store, and how to find out whether it is true of this one. */
export interface Scenario {
  readonly statement: string;
  /** `many` where it needs two stores on the same data at once. */
  readonly handles?: "many";
  readonly run: (store: Store, bench: Bench) => Promise<void>;
}

export type Entries = ReadonlyArray<readonly [key: string, value: unknown]>;

/** What a scenario has at hand: its data's store, as often as it wants, and short words for what all scenarios do. */
export class Bench {
  readonly expect: TestFunctions["expect"];
  readonly #open: () => Promise<Store>;
  readonly #opened: Store[] = [];

  constructor(open: () => Promise<Store>, expect: TestFunctions["expect"]) {
    this.#open = open;
    this.expect = expect;
  }

  /** One more store on the same data. */
  async open(): Promise<Store> {
    const store = await this.#open();
    this.#opened.push(store);
    return store;
  }

  async closeAll(): Promise<void> {
    for (const store of this.#opened) await store.close();
  }
}

/** Writes rows in one transaction. */
export async function put(store: Store, table: StoreTable, entries: Entries): Promise<void> {
  await store.transaction("write", async (tx) => {
    for (const [key, value] of entries) await tx.put(table, key, value);
  });
}

export function get(store: Store, table: StoreTable, key: string): Promise<unknown> {
  return store.transaction("read", (tx) => tx.get(table, key));
}

export function list(store: Store, table: StoreTable, range?: KeyRange): Promise<Entries> {
  return store.transaction("read", (tx) => tx.list(table, range));
}

export async function keys(store: Store, table: StoreTable, range?: KeyRange): Promise<readonly string[]> {
  return (await list(store, table, range)).map(([key]) => key);
}

/** The code a call was refused with, or "resolved". */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return "resolved";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

/** Reads a number, waits for the answer, writes one more: loses counts wherever two of them mix. */
export async function increment(store: Store, key: string): Promise<void> {
  await store.transaction("write", async (tx) => {
    const before = await tx.get("meta", key);
    await tx.put("meta", key, typeof before === "number" ? before + 1 : 1);
  });
}
