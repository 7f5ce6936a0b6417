import { storeClosed, StoreError } from "../store-error.ts";
import { STORE_TABLES, type Store, type StoreTransaction } from "../store.ts";
import { BALLAST, Connection } from "./connection.ts";
import { indexedDbError, interrupted } from "./indexeddb-error.ts";
import { IndexedDbTransaction } from "./indexeddb-transaction.ts";
import { done, result } from "./promises.ts";

/** `IDBFactory` where a browser's types are loaded; in an app for Node, which compiles without them, any object. */
type Factory = typeof globalThis extends { readonly indexedDB: infer Browser } ? Browser : object;

/** Which database of the browser's a store is. */
export interface IndexedDbStoreOptions {
  /** Of the database; stores of one name on one site are one store, in every tab. */
  readonly name: string;
  /** By default the browser's own. */
  readonly factory?: Factory;
}

/** A database that is being cleared refuses to be opened once before it can be made anew. */
const TRIES = 3;
/** Four times what `getRandomValues` gives at once, and large enough for browsers to keep it in a file of its own, which is freed at once. */
const BALLAST_BYTES = 262_144;
/** An operation is smaller. For more the ballast is not given up, and no more is offered to a browser that is full. */
const SMALL = 16_384;
/** After the ballast was thrown off, every so many writes that succeed it is tried whether it fits again. */
const WRITES_BETWEEN_TRIES = 16;
/**
 * For so long after something did not fit, only what is smaller is offered to the browser. Chromium appends even what it then
 * refuses to its log, and counts that: an app that kept trying would use up the very room that small writes still have
 * (measured: one to three times the size of each refused transaction, given back neither by deleting nor by reopening).
 */
const REFUSED_FOR_MS = 600_000;

/**
 * A store in the browser's IndexedDB, shared by all tabs of the site. The database is opened by the first transaction.
 *
 * A write that has resolved was written through to the disk (`durability: "strict"`). Where the browser closes the database or
 * ends a transaction by itself, it is tried again before the call rejects. A ballast of 256 kB is kept beside the tables: when
 * the device is full it is thrown off for the first small write, so that something urgent still fits; what fits no more rejects
 * with `store_full`, and nothing large is then tried for ten minutes. Deleting always works.
 *
 * @example
 * ```ts
 * const store = indexedDbStore({ name: "healthbridge" });
 * const session = await store.transaction("read", (tx) => tx.get("meta", "session"));
 * ```
 */
export function indexedDbStore({ name, factory = globalThis.indexedDB }: IndexedDbStoreOptions): Store {
  return new IndexedDbStore(name, new Connection(name, factory));
}

class IndexedDbStore implements Store {
  readonly name: string;
  readonly #connection: Connection;
  readonly #running = new Set<Promise<unknown>>();
  #open = true;
  /** Successful writes until we see to the ballast. */
  #untilBallast = 0;
  /** What did not fit lately, and until when as much is refused. */
  #tooLarge = Infinity;
  #refusedUntil = 0;

  constructor(name: string, connection: Connection) {
    this.name = name;
    this.#connection = connection;
  }

  async transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    const answer = await this.#tracked(this.#persistently(mode, work));
    if (mode === "write" && this.#open && this.#untilBallast-- === 0) void this.#tracked(this.#takeBallast());
    return answer;
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

  async #persistently<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        return await this.#once(mode, work);
      } catch (error) {
        if (left === 0 || !(error instanceof StoreError) || !(await this.#canHelp(error))) throw error;
      }
    }
  }

  /** Whether something was done by which the same transaction may succeed now. Nothing of the first is there: it was aborted. */
  async #canHelp({ code, retry, cause }: StoreError): Promise<boolean> {
    if (code === "store_full") return cause !== undefined && this.#tooLarge <= SMALL && this.#dropBallast();
    if (code !== "store_failed" || retry !== "later") return false;
    this.#connection.close();
    return true;
  }

  async #once<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    const native = await this.#begin(mode);
    const over = done(native);
    const tx = new IndexedDbTransaction(
      native,
      performance.now() < this.#refusedUntil ? Math.min(this.#tooLarge, SMALL) : Infinity,
    );
    // Work that hangs, or has no call under way, learns by this that its transaction was aborted.
    const ended = over.catch((error: unknown) => {
      throw indexedDbError(error);
    });
    const aborted = ended.then(() => new Promise<never>(() => undefined));
    try {
      const answer = await Promise.race([Promise.resolve(tx).then(work), aborted]);
      if (tx.failure) throw tx.failure;
      tx.end();
      await ended;
      return answer;
    } catch (error) {
      tx.end();
      // Why the browser ended it, or else a call failed, counts for more than what work made of that: it may be helped.
      const ended = await abort(native, over);
      const reason = tx.late ?? ended ?? (tx.failure?.retry === "later" ? tx.failure : error);
      if (reason instanceof StoreError && reason.code === "store_full" && reason.cause !== undefined) {
        this.#tooLarge = tx.size;
        this.#refusedUntil = performance.now() + REFUSED_FOR_MS;
      }
      throw reason;
    }
  }

  async #begin(mode: "read" | "write"): Promise<IDBTransaction> {
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
      const ballast = await this.#ballast();
      if ((await result(ballast.count())) === 0) return false;
      ballast.delete(BALLAST);
      await done(ballast.transaction);
      this.#refusedUntil = 0;
      return true;
    } catch {
      return false;
    }
  }

  async #ballast(): Promise<IDBObjectStore> {
    const database = await this.#connection.open();
    return database.transaction(BALLAST, "readwrite").objectStore(BALLAST);
  }

  async #takeBallast(): Promise<void> {
    this.#untilBallast = -1;
    try {
      const ballast = await this.#ballast();
      if ((await result(ballast.count())) > 0) return;
      // Random, because browsers compress what they store, and zeros would weigh nothing.
      const bytes = new Uint8Array(BALLAST_BYTES);
      for (let at = 0; at < BALLAST_BYTES; at += 65_536)
        crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      ballast.put(bytes, BALLAST);
      await done(ballast.transaction);
    } catch {
      this.#untilBallast = WRITES_BETWEEN_TRIES;
    }
  }
}

/** Undoes what is not committed. Answers with the reason where the browser did that before us. */
async function abort(native: IDBTransaction, over: Promise<void>): Promise<StoreError | undefined> {
  let isOurs = true;
  try {
    native.abort();
  } catch {
    isOurs = false;
  }
  try {
    await over;
  } catch (error) {
    if (!isOurs) return indexedDbError(error);
  }
  return undefined;
}
