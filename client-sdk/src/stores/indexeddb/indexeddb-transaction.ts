import { toJson } from "../json-value.ts";
import { endOfPrefix } from "../key-range.ts";
import { type StoreError, transactionOver } from "../store-error.ts";
import type { KeyRange, StoreTable, StoreTransaction } from "../store.ts";
import { indexedDbError, storeFull } from "./indexeddb-error.ts";
import { result } from "./promises.ts";

/** How long work may await something else. */
const LONGEST_PAUSE_MS = 5000;
/** Work that awaits only our calls makes its next one within so many microtasks after the last has answered. */
const STEPS = 50;
const SOON = Promise.resolve();

/** The calls of one transaction of IndexedDB. */
export class IndexedDbTransaction implements StoreTransaction {
  /** The first call that failed; it fails the transaction, even where `work` swallowed it. */
  failure: StoreError | undefined;
  /** Set when work stayed away for so long that the transaction was undone. */
  late: StoreError | undefined;
  /** Characters of JSON that were put. */
  size = 0;
  readonly #native: IDBTransaction;
  readonly #limit: number;
  #over = false;
  #begun = 0;
  #pending = 0;

  /** @param limit how much may be put; as much as that is refused before the browser sees it */
  constructor(native: IDBTransaction, limit: number) {
    this.#native = native;
    this.#limit = limit;
    void this.#holdOpen();
  }

  end(): void {
    this.#over = true;
  }

  get(table: StoreTable, key: string): Promise<unknown> {
    return this.#call(table, (rows) => result(rows.get(key)));
  }

  list(table: StoreTable, range: KeyRange = {}): Promise<ReadonlyArray<readonly [string, unknown]>> {
    return this.#call(table, async (rows) => {
      const keys = keyRange(range);
      // A limit of 0 would mean "all" to IndexedDB.
      if (keys === null || range.limit === 0) return [];
      const [found, values] = await Promise.all([
        result(rows.getAllKeys(keys, range.limit)),
        result<unknown[]>(rows.getAll(keys, range.limit)),
      ]);
      return found.map((key, index) => [textOf(key), values[index]] as const);
    });
  }

  put(table: StoreTable, key: string, value: unknown): Promise<void> {
    return this.#call(table, async (rows) => {
      this.size += toJson(value).length;
      if (this.size >= this.#limit) throw storeFull();
      await result(rows.put(value, key));
    });
  }

  delete(table: StoreTable, key: string): Promise<void> {
    return this.#call(table, (rows) => result(rows.delete(key)));
  }

  clear(table: StoreTable, prefix = ""): Promise<void> {
    return this.#call(table, async (rows) => {
      const keys = keyRange({ prefix });
      if (keys) await result(rows.delete(keys));
    });
  }

  async #call<T>(table: StoreTable, step: (rows: IDBObjectStore) => Promise<T>): Promise<T> {
    if (this.#over) throw transactionOver();
    this.#begun += 1;
    this.#pending += 1;
    try {
      return await step(this.#native.objectStore(table));
    } catch (error) {
      this.failure ??= indexedDbError(error);
      throw this.failure;
    } finally {
      this.#pending -= 1;
      void this.#holdOpen();
    }
  }

  /**
   * IndexedDB commits a transaction as soon as it has nothing to do. Were `work` to await something else (a digest, say) and
   * throw after that, half of it would be kept. So while work is away something is asked again and again, and work that
   * stays away too long is undone.
   */
  async #holdOpen(): Promise<void> {
    const begun = this.#begun;
    const since = performance.now();
    try {
      for (;;) {
        for (let step = 0; step < STEPS; step += 1) await SOON;
        if (this.#over || this.#pending > 0 || this.#begun !== begun) return;
        if (performance.now() - since > LONGEST_PAUSE_MS) {
          this.late = transactionOver();
          this.#native.abort();
        }
        await result(this.#native.objectStore("meta").getKey(""));
      }
    } catch {
      // The transaction has ended; whoever waits for that is told by it.
    }
  }
}

/** The range in IndexedDB's words; null where nothing can be in it. */
function keyRange({ after, prefix }: KeyRange): IDBKeyRange | undefined | null {
  const isAfter = after !== undefined && (prefix === undefined || after >= prefix);
  const lower = isAfter ? after : prefix;
  if (lower === undefined) return undefined;
  const upper = prefix === undefined ? undefined : endOfPrefix(prefix);
  if (upper === undefined) return IDBKeyRange.lowerBound(lower, isAfter);
  return lower < upper ? IDBKeyRange.bound(lower, upper, isAfter, true) : null;
}

function textOf(key: IDBValidKey): string {
  return typeof key === "string" ? key : "";
}
