import { resolve } from "node:path";
import { storeClosed, StoreError } from "../store-error.ts";
import type { Store, StoreTransaction } from "../store.ts";
import { Turns } from "../turns.ts";
import { patiently } from "./patience.ts";
import { sqliteError } from "./sqlite-error.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { SqliteTransaction } from "./sqlite-transaction.ts";

/** What may be chosen about a SQLite store. */
export interface SqliteStoreOptions {
  /** How large the file may grow; a write beyond that rejects with `store_full`. By default as large as the disk allows. */
  readonly maxBytes?: number;
}

/** A transaction held open longer stops everybody who shares the file, so it is ended without effect. */
const LONGEST_TRANSACTION_MS = 30_000;

/**
 * A store in a SQLite file, for Node: a clinic's server, a command line, a desktop app. Needs Node 22.16 or newer, and nothing else.
 *
 * The file and its folder are made where they are missing, readable by this user alone. Several processes may use one file at
 * once: they take turns. A write that has resolved is on the disk. The file is opened by the first transaction.
 *
 * @example
 * ```ts
 * const store = sqliteStore("/var/lib/clinic/healthbridge.db");
 * await store.transaction("write", (tx) => tx.put("meta", "clinic", { name: "Kisumu East" }));
 * await store.close();
 * ```
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  return new SqliteStore(path, options);
}

class SqliteStore implements Store {
  /** devices of one program that have a file each have nothing to do with each other */
  readonly name: string;
  readonly #path: string;
  readonly #options: SqliteStoreOptions;
  // One connection has one transaction at a time, so the transactions of this store take turns.
  readonly #turns = new Turns();
  #file: SqliteFile | undefined;
  #open = true;

  constructor(path: string, options: SqliteStoreOptions) {
    this.name = resolve(path);
    this.#path = path;
    this.#options = options;
  }

  async transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (!this.#open) throw storeClosed();
    return this.#turns.take(async () => {
      const file = await this.#begin(mode);
      const tx = new SqliteTransaction(file, this.#path, mode);
      try {
        const result = await endedInTime(work(tx));
        tx.mustHaveSucceeded();
        this.#commit(file);
        return result;
      } finally {
        tx.end();
        this.#undoWhatIsOpen(file);
      }
    });
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#turns.idle();
    this.#file?.close();
    this.#file = undefined;
  }

  async #begin(mode: "read" | "write"): Promise<SqliteFile> {
    try {
      this.#file ??= await SqliteFile.open(this.#path, this.#options.maxBytes);
      const file = this.#file;
      await patiently(this.#path, () =>
        mode === "write" ? file.exec("BEGIN IMMEDIATE") : beginReading(file),
      );
      return file;
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  #commit(file: SqliteFile): void {
    try {
      file.exec("COMMIT");
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  #undoWhatIsOpen(file: SqliteFile): void {
    try {
      if (file.isTransaction) file.exec("ROLLBACK");
    } catch {
      // Closing undoes as well, and the next transaction begins with a connection that is known to be sound.
      file.close();
      this.#file = undefined;
    }
  }
}

/** Fixes what the transaction will see: SQLite does that at the first read, not at BEGIN. */
function beginReading(file: SqliteFile): void {
  file.exec("BEGIN");
  try {
    file.get("SELECT 1 FROM meta LIMIT 1");
  } catch (error) {
    file.exec("ROLLBACK");
    throw error;
  }
}

async function endedInTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new StoreError(
        "store_failed",
        `A transaction was held open for ${LONGEST_TRANSACTION_MS / 1000} s and was undone. Await nothing but its own calls inside \`work\`.`,
      ),
    );
  }, LONGEST_TRANSACTION_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
