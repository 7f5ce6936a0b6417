import { storeClosed, StoreError } from "../stores/store-error.ts";
import { STORE_TABLES, type Store, type StoreTable, type StoreTransaction } from "../stores/store.ts";
import { type RowKeys, tampered } from "./row-keys.ts";
import { SealedRows } from "./sealed-rows.ts";
import { SealedTransaction } from "./sealed-transaction.ts";
import {
  afterSteps,
  asTallyRow,
  EMPTY_TALLY,
  openTally,
  sameTally,
  sealTally,
  type Step,
  TALLY_KEY,
  tallyOf,
} from "./tally.ts";

/** How a store is sealed. */
export interface SealOptions {
  /** tells a vault's stores apart, as `files` for the one that attachments are in; default: `rows`. It must stay the same from run to run */
  readonly as?: string | undefined;
  /** a store that holds rows nobody has sealed: seal them all, in one transaction, before its first use; default: refuse it with `store_plain` */
  readonly takeOver?: boolean | undefined;
  /**
   * whether it is checked after each unlocking that no single row was removed or put back, for which every row is read once; default true. `false` for a store of photos, where that
   * would be tens of megabytes
   */
  readonly counted?: boolean | undefined;
}

/** What a sealed store asks of its vault. */
export interface Keyring {
  /** @throws StoreError `store_locked` */
  keys(): RowKeys;
  /** Whether another vault of this device has this id. */
  isAnothers(vault: string): Promise<boolean>;
}

type Found = "ours" | "nothing" | "plain" | { readonly vault: string };

/** A store in which every value is sealed. What it looks like to whoever uses it is the same, but that it refuses everything while its vault is locked. */
export class SealedStore implements Store {
  readonly name: string | undefined;
  readonly #inner: Store;
  readonly #keyring: Keyring;
  readonly #as: string;
  readonly #takesOver: boolean;
  readonly #isCounted: boolean;
  readonly #running = new Set<Promise<unknown>>();
  #open = true;
  /** whether the store was looked at since these keys are there */
  #looked: { readonly keys: RowKeys; readonly at: Promise<void> } | undefined;

  constructor(
    inner: Store,
    keyring: Keyring,
    { as = "rows", takeOver = false, counted = true }: SealOptions,
  ) {
    this.name = inner.name;
    this.#inner = inner;
    this.#keyring = keyring;
    this.#as = as;
    this.#takesOver = takeOver;
    this.#isCounted = counted;
  }

  async transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    const running = this.#run(mode, work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    await Promise.allSettled(this.#running);
    await this.#inner.close();
  }

  async #run<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const keys = this.#keyring.keys();
    // Always awaited, so that transactions keep the order in which they were begun.
    await this.#look(keys);
    return this.#inner.transaction(mode, async (tx) => {
      const sealed = new SealedTransaction(tx, keys, this.#as);
      const result = await work(sealed);
      await sealed.finish();
      return result;
    });
  }

  #look(keys: RowKeys): Promise<void> {
    if (this.#looked?.keys === keys) return this.#looked.at;
    const looked = { keys, at: this.#prepare(keys) };
    this.#looked = looked;
    looked.at.catch(() => {
      if (this.#looked === looked) this.#looked = undefined; // looked at again by the next call
    });
    return looked.at;
  }

  async #prepare(keys: RowKeys): Promise<void> {
    const found = await this.#inner.transaction("read", (tx) => this.#check(tx, keys));
    if (found === "ours" || found === "nothing") return;
    if (found !== "plain" && (await this.#keyring.isAnothers(found.vault)))
      throw new StoreError("store_failed", "Another vault of this device has sealed this store.");
    if (found === "plain" && !this.#takesOver)
      throw new StoreError(
        "store_plain",
        "This store holds rows that nobody has sealed. Say `takeOver: true` to seal them.",
      );
    await this.#inner.transaction("write", async (tx) => {
      // Another tab may have done it meanwhile.
      const now = await this.#check(tx, keys);
      if (now === "plain") await this.#sealAll(tx, keys);
      // What a wiped vault has left is nobody's to read any more.
      else if (now !== "ours") for (const table of STORE_TABLES) await tx.clear(table);
    });
  }

  /** What the store holds, before anything of it is believed. */
  async #check(tx: StoreTransaction, keys: RowKeys): Promise<Found> {
    const row = asTallyRow(await tx.get("meta", TALLY_KEY));
    if (row === undefined) {
      for (const table of STORE_TABLES) if ((await tx.list(table, { limit: 1 })).length > 0) return "plain";
      return "nothing";
    }
    if (row.vault !== keys.vault) return { vault: row.vault };
    const tally = openTally(keys, this.#as, row);
    if (!this.#isCounted) return "ours";
    const tables = new Map<StoreTable, readonly unknown[]>();
    for (const table of STORE_TABLES) {
      const rows = await tx.list(table);
      tables.set(
        table,
        rows.filter(([key]) => key !== TALLY_KEY).map(([, value]) => value),
      );
    }
    if (!sameTally(tally, tallyOf(keys, tables))) throw tampered();
    return "ours";
  }

  async #sealAll(tx: StoreTransaction, keys: RowKeys): Promise<void> {
    const sealing = new SealedRows(keys, this.#as);
    const steps: Step[] = [];
    for (const table of STORE_TABLES) {
      for (const [key, value] of await tx.list(table)) {
        const raw = sealing.raw(table, key);
        const sealed = sealing.seal(table, { key, raw }, JSON.stringify(value));
        if (raw !== key) await tx.delete(table, key);
        await tx.put(table, raw, sealed);
        steps.push({ table, added: sealed, gone: [] });
      }
    }
    await tx.put("meta", TALLY_KEY, sealTally(keys, this.#as, afterSteps(keys, EMPTY_TALLY, steps)));
  }
}
