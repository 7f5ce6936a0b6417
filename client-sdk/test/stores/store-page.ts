/** What the browser tests load into a page: the store, the conformance suite, and words for what they do there. */
import { indexedDbStore, type Store, StoreError } from "@healthbridge/client-sdk";
import { storeConformance } from "@healthbridge/client-sdk/testing";

const scenarios = new Map<string, () => Promise<void>>();

storeConformance(
  { name: "IndexedDB store in Chromium", open: async (place) => indexedDbStore({ name: place }) },
  {
    describe: (_, body) => body(),
    test: (statement, body) => void scenarios.set(statement, body),
    expect: (actual) => ({
      toEqual(expected) {
        const [left, right] = [text(actual), text(expected)];
        if (left !== right) throw new Error(`Expected ${right}, got ${left}`);
      },
    }),
  },
);

/** Objects in one order of keys, and `undefined` as something of its own. */
function text(value: unknown): string {
  const ordered = (_: string, part: unknown): unknown => {
    if (part === undefined) return "<undefined>";
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return JSON.stringify(value, ordered);
}

/** Runs one scenario; answers with what failed, if anything did. */
export async function run(statement: string): Promise<string | undefined> {
  try {
    await scenarios.get(statement)?.();
    return scenarios.has(statement) ? undefined : "there is no such scenario";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let store: Store;

export function open(name: string): void {
  store = indexedDbStore({ name });
}

/** Writes one row of about so many bytes; answers "written" or the code of the error. */
export async function write(key: string, bytes: number): Promise<string> {
  try {
    await store.transaction("write", (tx) => tx.put("outbox", key, noise(bytes)));
    return "written";
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
}

/** Writes in one transaction so many rows of ten thousand bytes. */
export async function writeMany(rows: number): Promise<string> {
  try {
    await store.transaction("write", async (tx) => {
      for (let row = 0; row < rows; row += 1) await tx.put("entity", `row:${row}`, noise(10_000));
    });
    return "written";
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
}

/** Random: a browser may compress what it stores. */
function noise(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => (byte % 36).toString(36)).join(
    "",
  );
}

export async function keys(): Promise<readonly string[]> {
  return (await store.transaction("read", (tx) => tx.list("outbox"))).map(([key]) => key);
}

export async function clear(): Promise<void> {
  await store.transaction("write", (tx) => tx.clear("outbox"));
}

export async function increment(times: number): Promise<unknown> {
  for (let time = 0; time < times; time += 1) {
    await store.transaction("write", async (tx) => {
      await tx.put("meta", "count", Number((await tx.get("meta", "count")) ?? 0) + 1);
    });
  }
  return store.transaction("read", (tx) => tx.get("meta", "count"));
}

/** For ever a pair of rows and their count, telling each number once its transaction has resolved. */
export async function writeForEver(acknowledge: (number: number) => Promise<void>): Promise<void> {
  for (;;) {
    const number = await store.transaction("write", async (tx) => {
      const next = Number((await tx.get("meta", "count")) ?? 0) + 1;
      const key = String(next).padStart(8, "0");
      await tx.put("outbox", key, { next, note: "x".repeat(300) });
      await tx.put("outcome", key, { next });
      await tx.put("meta", "count", next);
      return next;
    });
    // Without waiting for the answer, so that the kill comes at any moment of a transaction.
    void acknowledge(number);
  }
}

export async function pairs(): Promise<{
  count: unknown;
  outbox: readonly string[];
  outcome: readonly string[];
}> {
  return store.transaction("read", async (tx) => ({
    count: await tx.get("meta", "count"),
    outbox: (await tx.list("outbox")).map(([key]) => key),
    outcome: (await tx.list("outcome")).map(([key]) => key),
  }));
}

/** How often the work of one transaction ran that waits in its middle until the page is told to go on. */
export async function writeAroundPause(pause: () => Promise<void>): Promise<number> {
  let runs = 0;
  await store.transaction("write", async (tx) => {
    runs += 1;
    await tx.put("outbox", "first", 1);
    if (runs === 1) await pause();
    await tx.put("outbox", "second", 2);
  });
  return runs;
}
