import { fromJson, toJson } from "./json-value.ts";
import { MemoryTable } from "./memory-table.ts";
import { asStoreError, readOnly, storeClosed, StoreError, transactionOver } from "./store-error.ts";
import { STORE_TABLES, type KeyRange, type Store, type StoreTable, type StoreTransaction } from "./store.ts";
import { Turns } from "./turns.ts";

type Tables = ReadonlyMap<StoreTable, MemoryTable>;

/**
 * What memory stores keep their rows in. Two stores on one disk are two tabs of one app; a new store on the disk of a
 * closed or crashed one is a restart.
 */
export interface MemoryDisk {
  /**
   * How many characters keys and values may take together; a write beyond that rejects with `store_full`.
   * Without bound at first.
   */
  capacity: number;
  /** What a killed process leaves: committed rows stay, transactions under way vanish, stores opened so far are closed. */
  crash(): void;
}

/**
 * A fresh disk for `memoryStore`.
 *
 * @param from a disk whose committed rows it holds from the beginning: a copied phone, or one that was set back to a backup; empty where left out
 * @example
 * const disk = memoryDisk();
 * disk.capacity = 0; // a phone that is full
 */
export function memoryDisk(from?: MemoryDisk): MemoryDisk {
  if (from !== undefined && !(from instanceof Disk)) throw notOurs();
  return new Disk(from);
}

/**
 * A store in memory, for tests, simulations and devices that may forget.
 *
 * @param disk where the rows are; by default a fresh one of the store's own
 * @example
 * ```ts
 * const disk = memoryDisk();
 * const store = memoryStore(disk);
 * await store.transaction("write", (tx) => tx.put("meta", "session", { account: "a1" }));
 * disk.crash();
 * const restarted = memoryStore(disk); // still knows the session
 * ```
 */
export function memoryStore(disk: MemoryDisk = memoryDisk()): Store {
  if (!(disk instanceof Disk)) throw notOurs();
  return new MemoryStore(disk);
}

function notOurs(): StoreError {
  return new StoreError("store_failed", "A memory store needs a `memoryDisk()`.");
}

class Disk implements MemoryDisk {
  capacity = Infinity;
  readonly tables: Tables;
  turns = new Turns();
  /** Counts crashes: a store remembers under which number it was opened. */
  life = 0;
  #used: number;

  constructor(from?: Disk) {
    this.tables = new Map(STORE_TABLES.map((table) => [table, new MemoryTable(from?.tables.get(table))]));
    this.#used = from ? from.#used : 0;
  }

  crash(): void {
    this.life += 1;
    // Who waits behind a transaction that will never end must not hold up the next life.
    this.turns = new Turns();
  }

  /** All or nothing, in one synchronous step. */
  commit(changes: Changes): void {
    let used = this.#used;
    for (const [table, rows] of changes) {
      for (const [key, text] of rows)
        used += sizeOf(key, text) - sizeOf(key, this.tables.get(table)?.get(key));
    }
    // What makes things smaller always goes through: that is how space is freed.
    if (used > this.capacity && used > this.#used) {
      throw new StoreError("store_full", "Free some space; nothing older was lost.");
    }
    this.#used = used;
    for (const [table, rows] of changes) {
      for (const [key, text] of rows) this.tables.get(table)?.set(key, text);
    }
  }
}

function sizeOf(key: string, text: string | undefined): number {
  return text === undefined ? 0 : key.length + text.length;
}

class MemoryStore implements Store {
  readonly #disk: Disk;
  readonly #life: number;
  #open = true;

  constructor(disk: Disk) {
    this.#disk = disk;
    this.#life = disk.life;
  }

  async transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    return this.#disk.turns.take(async () => {
      this.#mustLive();
      const tx = new MemoryTransaction(this.#disk.tables, mode, () => this.#mustLive());
      try {
        const result = await work(tx);
        tx.mustHaveSucceeded();
        this.#mustLive();
        this.#disk.commit(tx.changes);
        return result;
      } finally {
        tx.end();
      }
    });
  }

  async close(): Promise<void> {
    this.#open = false;
    if (this.#disk.life === this.#life) await this.#disk.turns.idle();
  }

  #mustLive(): void {
    if (this.#disk.life !== this.#life) throw storeClosed();
  }
}

/** By table and key what a transaction wrote; undefined is a deletion. */
type Changes = Map<StoreTable, Map<string, string | undefined>>;

/** Reads what is committed with its own changes over it; the changes are applied by whoever commits. */
class MemoryTransaction implements StoreTransaction {
  readonly changes: Changes = new Map();
  readonly #tables: Tables;
  readonly #mode: "read" | "write";
  readonly #mustLive: () => void;
  #over = false;
  #failure: StoreError | undefined;

  constructor(tables: Tables, mode: "read" | "write", mustLive: () => void) {
    this.#tables = tables;
    this.#mode = mode;
    this.#mustLive = mustLive;
  }

  end(): void {
    this.#over = true;
  }

  /** A failed call fails the transaction, even where `work` swallowed it: half of what was meant is not kept. */
  mustHaveSucceeded(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  get(table: StoreTable, key: string): Promise<unknown> {
    return this.#call("read", () => {
      const text = this.#text(table, key);
      return text === undefined ? undefined : fromJson(text);
    });
  }

  list(table: StoreTable, range: KeyRange = {}): Promise<ReadonlyArray<readonly [string, unknown]>> {
    return this.#call("read", () => {
      const entries: Array<readonly [string, unknown]> = [];
      for (const key of this.#keys(table, range)) {
        if (entries.length >= (range.limit ?? Infinity)) break;
        const text = this.#text(table, key);
        if (text !== undefined) entries.push([key, fromJson(text)]);
      }
      return entries;
    });
  }

  put(table: StoreTable, key: string, value: unknown): Promise<void> {
    return this.#call("write", () => {
      this.#changesOf(table).set(key, toJson(value));
    });
  }

  delete(table: StoreTable, key: string): Promise<void> {
    return this.#call("write", () => {
      this.#changesOf(table).set(key, undefined);
    });
  }

  clear(table: StoreTable, prefix = ""): Promise<void> {
    return this.#call("write", () => {
      const changes = this.#changesOf(table);
      for (const key of this.#keys(table, { prefix })) changes.set(key, undefined);
    });
  }

  async #call<T>(needs: "read" | "write", step: () => T): Promise<T> {
    if (this.#over) throw transactionOver();
    try {
      this.#mustLive();
      if (needs === "write" && this.#mode === "read") throw readOnly();
      return step();
    } catch (error) {
      this.#failure ??= asStoreError(error);
      throw error;
    }
  }

  #text(table: StoreTable, key: string): string | undefined {
    const changes = this.changes.get(table);
    return changes?.has(key) === true ? changes.get(key) : this.#tables.get(table)?.get(key);
  }

  /** Keys of a range in order, its limit aside; among them may be some that this transaction deleted. */
  #keys(table: StoreTable, range: KeyRange): readonly string[] {
    const committed = this.#tables.get(table)?.keys(range) ?? [];
    const changes = this.changes.get(table);
    if (changes === undefined || changes.size === 0) return committed;
    const changed = new MemoryTable();
    for (const key of changes.keys()) changed.set(key, "");
    const own = changed.keys(range);
    return own.length === 0 ? committed : [...new Set([...committed, ...own])].toSorted();
  }

  #changesOf(table: StoreTable): Map<string, string | undefined> {
    const known = this.changes.get(table);
    if (known !== undefined) return known;
    const fresh = new Map<string, string | undefined>();
    this.changes.set(table, fresh);
    return fresh;
  }
}
