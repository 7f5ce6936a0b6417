import { toJson } from "../stores/json-value.ts";
import { asStoreError, StoreError } from "../stores/store-error.ts";
import type { KeyRange, StoreTable, StoreTransaction } from "../stores/store.ts";
import { canClear, isIn, lookUp, SealedRows } from "./sealed-rows.ts";
import type { RowKeys } from "./row-keys.ts";
import { afterSteps, asTallyRow, EMPTY_TALLY, openTally, sealTally, type Step, TALLY_KEY } from "./tally.ts";

type Entries = ReadonlyArray<readonly [key: string, value: unknown]>;

interface Found {
  readonly key: string;
  readonly value: unknown;
  readonly raw: string;
  readonly sealed: unknown;
}

/**
 * The calls of one transaction, sealed on the way in and opened on the way out. What it asks of the store underneath it asks at once when it is called, so that calls take
 * effect in the order in which they were made, awaited or not.
 */
export class SealedTransaction implements StoreTransaction {
  readonly #tx: StoreTransaction;
  readonly #keys: RowKeys;
  readonly #store: string;
  readonly #rows: SealedRows;
  /** what each call did, in order */
  readonly #steps: Array<Promise<Step>> = [];
  #tallyRow: Promise<unknown> | undefined;
  #failure: StoreError | undefined;

  constructor(tx: StoreTransaction, keys: RowKeys, store: string) {
    this.#tx = tx;
    this.#keys = keys;
    this.#store = store;
    this.#rows = new SealedRows(keys, store);
  }

  get(table: StoreTable, key: string): Promise<unknown> {
    return this.#call(async () => {
      if (key === TALLY_KEY) return undefined;
      const raw = this.#rows.raw(table, key);
      const sealed = await this.#tx.get(table, raw);
      return sealed === undefined ? undefined : this.#rows.open(table, raw, sealed).value;
    });
  }

  list(table: StoreTable, range: KeyRange = {}): Promise<Entries> {
    return this.#call(async () => {
      const found = await this.#find(table, range);
      return found.map(({ key, value }) => [key, value] as const);
    });
  }

  put(table: StoreTable, key: string, value: unknown): Promise<void> {
    return this.#step(async () => {
      if (key === TALLY_KEY) throw new StoreError("store_failed", "This key is the vault's own.");
      const raw = this.#rows.raw(table, key);
      const sealed = this.#rows.seal(table, { key, raw }, toJson(value));
      const [before] = await Promise.all([this.#tx.get(table, raw), this.#tx.put(table, raw, sealed)]);
      return { table, added: sealed, gone: before === undefined ? [] : [before] };
    });
  }

  delete(table: StoreTable, key: string): Promise<void> {
    return this.#step(async () => {
      if (key === TALLY_KEY) return { table, gone: [] };
      const raw = this.#rows.raw(table, key);
      const [before] = await Promise.all([this.#tx.get(table, raw), this.#tx.delete(table, raw)]);
      return { table, gone: before === undefined ? [] : [before] };
    });
  }

  clear(table: StoreTable, prefix = ""): Promise<void> {
    return this.#step(async () => {
      if (prefix === "") {
        await this.#tx.clear(table);
        return { table, gone: "all" };
      }
      if (canClear(table, prefix)) {
        const [rows] = await Promise.all([this.#tx.list(table, { prefix }), this.#tx.clear(table, prefix)]);
        return { table, gone: rows.filter(([raw]) => raw !== TALLY_KEY).map(([, value]) => value) };
      }
      const found = await this.#find(table, { prefix });
      await Promise.all(found.map(({ raw }) => this.#tx.delete(table, raw)));
      return { table, gone: found.map(({ sealed }) => sealed) };
    });
  }

  /** Brings the tally up to date, as the last thing in the transaction; a call that failed fails it here. */
  async finish(): Promise<void> {
    const steps = await Promise.allSettled(this.#steps);
    if (this.#failure !== undefined) throw this.#failure;
    if (steps.length === 0) return;
    const row = asTallyRow(await this.#tallyRow);
    const before = row === undefined ? EMPTY_TALLY : openTally(this.#keys, this.#store, row);
    const done = steps.flatMap((step) => (step.status === "fulfilled" ? [step.value] : []));
    const after = afterSteps(this.#keys, before, done);
    await this.#tx.put("meta", TALLY_KEY, sealTally(this.#keys, this.#store, after));
  }

  /** Rows of a range, in the order of their keys. */
  async #find(table: StoreTable, range: KeyRange): Promise<readonly Found[]> {
    const { range: asked, exact } = lookUp(table, range);
    const found = (await this.#tx.list(table, asked))
      .filter(([raw]) => raw !== TALLY_KEY)
      .map(([raw, sealed]) => ({ raw, sealed, ...this.#rows.open(table, raw, sealed) }));
    if (exact) return found;
    return found
      .filter(({ key }) => isIn(range, key))
      .toSorted((left, right) => (left.key < right.key ? -1 : 1))
      .slice(0, range.limit);
  }

  #step(work: () => Promise<Step>): Promise<void> {
    // Before the first change, for that may be to clear the table it is in.
    this.#tallyRow ??= this.#tx.get("meta", TALLY_KEY);
    this.#tallyRow.catch(() => undefined); // whoever finishes hears of it
    const step = this.#call(work);
    this.#steps.push(step);
    const done = step.then(() => undefined);
    done.catch(() => undefined); // it fails the transaction in `finish`, whether or not `work` looks at it
    return done;
  }

  /** A failed call fails the transaction, even where `work` swallowed the error. */
  async #call<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      this.#failure ??= asStoreError(error);
      throw error;
    }
  }
}
