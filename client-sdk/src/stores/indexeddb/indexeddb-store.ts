import { storeClosed, StoreError } from "../store-error.ts";
import { STORE_TABLES, type Store, type StoreTransaction } from "../store.ts";
import { BALLAST, Connection } from "./connection.ts";
import { indexedDbError, interrupted } from "./indexeddb-error.ts";
import { IndexedDbTransaction } from "./indexeddb-transaction.ts";

export interface IndexedDbStoreOptions {
  /** Of the database; stores of one name on one site are one store, in every tab. */
  readonly name: string;
  /** By default the browser's own. */
  readonly factory?: IDBFactory;
}

const BALLAST_BYTES = 65_536;
/** After the ballast was thrown off, every so many writes that succeed it is tried whether it fits again. */
const WRITES_BETWEEN_TRIES = 16;

/**
 * A store in the browser's IndexedDB, shared by all tabs of the site. The database is opened by the first transaction.
 *
 * A write that has resolved was written through to the disk (`durability: "strict"`). Where the browser closes the database or
 * ends a transaction by itself, it is tried once more before the call rejects. A ballast of 64 kB is kept beside the tables: when
 * the device is full it is thrown off, so that one more urgent write still fits; what comes after that rejects with `store_full`.
 *
 * @example
 * ```ts
 * const store = indexedDbStore({ name: "healthbridge" });
 * const session = await store.transaction("read", (tx) => tx.get("meta", "session"));
 * ```
 */
export function indexedDbStore({ name, factory = globalThis.indexedDB }: IndexedDbStoreOptions): Store {
  return new IndexedDbStore(new Connection(name, factory));
}

class IndexedDbStore implements Store {
  readonly #connection: Connection;
  readonly #running = new Set<Promise<unknown>>();
  #open = true;
  /** Successful writes until we see to the ballast. */
  #untilBallast = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    const result = await this.#tracked(this.#twice(mode, work));
    if (mode === "write" && this.#open && this.#untilBallast-- === 0) void this.#tracked(this.#takeBallast());
    return result;
  }

  async close(): Promise<void> {
    this.#open = false;
    await Promise.allSettled(this.#running);
    this.#connection.close();
  }

  async #tracked<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #twice<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    try {
      return await this.#once(mode, work);
    } catch (error) {
      if (!(error instanceof StoreError) || !(await this.#canHelp(error))) throw error;
      return this.#once(mode, work);
    }
  }

  /** Whether something was done by which the same transaction may succeed now. Nothing of the first is there: it was aborted. */
  async #canHelp({ code, retry }: StoreError): Promise<boolean> {
    if (code === "store_full") return this.#dropBallast();
    if (code !== "store_failed" || retry !== "later") return false;
    this.#connection.close();
    return true;
  }

  async #once<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const native = await this.#begin(mode);
    const tx = new IndexedDbTransaction(native);
    // Work that hangs, or has no call under way, learns by this that its transaction was aborted.
    const ended = native.done.catch((error: unknown) => {
      throw indexedDbError(error);
    });
    const aborted = ended.then(() => new Promise<never>(() => undefined));
    try {
      const result = await Promise.race([Promise.resolve(tx).then(work), aborted]);
      if (tx.failure) throw tx.failure;
      tx.end();
      await ended;
      return result;
    } catch (error) {
      tx.end();
      await abort(native);
      // What could be helped is, whatever work made of the error.
      throw tx.failure?.retry === "later" ? tx.failure : error;
    }
  }

  async #begin(mode: "read" | "write") {
    const database = await this.#connection.open();
    try {
      // All tables, so that all transactions take turns as they would on one table.
      return database.transaction([...STORE_TABLES], mode === "write" ? "readwrite" : "readonly", {
        durability: "strict",
      });
    } catch (error) {
      // The connection is closing and has not told us yet.
      throw interrupted(error);
    }
  }

  /** Makes room: the one way in which a full device can still take an urgent operation. */
  async #dropBallast(): Promise<boolean> {
    this.#untilBallast = WRITES_BETWEEN_TRIES;
    try {
      await (await this.#connection.open()).delete(BALLAST, BALLAST);
      return true;
    } catch {
      return false;
    }
  }

  async #takeBallast(): Promise<void> {
    this.#untilBallast = -1;
    try {
      const database = await this.#connection.open();
      if ((await database.count(BALLAST)) > 0) return;
      // Random, because browsers compress what they store, and zeros would weigh nothing.
      await database.put(BALLAST, crypto.getRandomValues(new Uint8Array(BALLAST_BYTES)), BALLAST);
    } catch {
      this.#untilBallast = WRITES_BETWEEN_TRIES;
    }
  }
}

async function abort(native: { abort(): void; readonly done: Promise<void> }): Promise<void> {
  try {
    native.abort();
  } catch {
    // It has ended already.
  }
  await native.done.catch(() => undefined);
}
