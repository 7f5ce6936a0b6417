import type { SQLInputValue } from "node:sqlite";
import { fromJson, toJson } from "../json-value.ts";
import { endOfPrefix } from "../key-range.ts";
import { readOnly, StoreError, transactionOver } from "../store-error.ts";
import type { KeyRange, StoreTable, StoreTransaction } from "../store.ts";
import { keyFromBytes, keyToBytes } from "./key-bytes.ts";
import { sqliteError } from "./sqlite-error.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/** The calls of one transaction on a connection that has begun it; whoever began it ends it. */
export class SqliteTransaction implements StoreTransaction {
  readonly #file: SqliteFile;
  readonly #path: string;
  readonly #mode: "read" | "write";
  #over = false;
  #failure: StoreError | undefined;

  constructor(file: SqliteFile, path: string, mode: "read" | "write") {
    this.#file = file;
    this.#path = path;
    this.#mode = mode;
  }

  end(): void {
    this.#over = true;
  }

  /** A failed call fails the transaction, even where `work` swallowed it: SQLite has undone more than that call by then, or less. */
  mustHaveSucceeded(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  get(table: StoreTable, key: string): Promise<unknown> {
    return this.#call("read", () => {
      const row = this.#file.get(`SELECT value FROM ${table} WHERE key = ?`, keyToBytes(key));
      return row === undefined ? undefined : valueOf(row["value"]);
    });
  }

  list(table: StoreTable, range: KeyRange = {}): Promise<ReadonlyArray<readonly [string, unknown]>> {
    return this.#call("read", () => {
      const { where, values } = condition(range.after, range.prefix);
      const sql = `SELECT key, value FROM ${table}${where} ORDER BY key LIMIT ?`;
      const rows = this.#file.all(sql, ...values, range.limit ?? -1);
      return rows.map((row) => [keyOf(row["key"]), valueOf(row["value"])] as const);
    });
  }

  put(table: StoreTable, key: string, value: unknown): Promise<void> {
    return this.#call("write", () => {
      const sql = `INSERT INTO ${table} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
      this.#file.run(sql, keyToBytes(key), toJson(value));
    });
  }

  delete(table: StoreTable, key: string): Promise<void> {
    return this.#call("write", () => {
      this.#file.run(`DELETE FROM ${table} WHERE key = ?`, keyToBytes(key));
    });
  }

  clear(table: StoreTable, prefix?: string): Promise<void> {
    return this.#call("write", () => {
      const { where, values } = condition(undefined, prefix);
      this.#file.run(`DELETE FROM ${table}${where}`, ...values);
    });
  }

  async #call<T>(needs: "read" | "write", step: () => T): Promise<T> {
    if (this.#over) throw transactionOver();
    try {
      // After a full disk SQLite may have rolled back by itself; what came now would be written outside of any transaction.
      this.mustHaveSucceeded();
      if (needs === "write" && this.#mode === "read") throw readOnly();
      return step();
    } catch (error) {
      this.#failure ??= sqliteError(error, this.#path);
      throw this.#failure;
    }
  }
}

function condition(
  after: string | undefined,
  prefix: string | undefined,
): { where: string; values: SQLInputValue[] } {
  const end = prefix === undefined ? undefined : endOfPrefix(prefix);
  const bounds: ReadonlyArray<readonly [string, string | undefined]> = [
    ["key > ?", after],
    ["key >= ?", prefix],
    ["key < ?", end],
  ];
  const terms: string[] = [];
  const values: SQLInputValue[] = [];
  for (const [term, bound] of bounds) {
    if (bound === undefined) continue;
    terms.push(term);
    values.push(keyToBytes(bound));
  }
  return { where: terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`, values };
}

function keyOf(column: unknown): string {
  if (column instanceof Uint8Array) return keyFromBytes(column);
  throw foreign();
}

function valueOf(column: unknown): unknown {
  if (typeof column === "string") return fromJson(column);
  throw foreign();
}

function foreign(): StoreError {
  return new StoreError(
    "store_failed",
    "The store holds a row it did not write. Restore the file from a backup.",
  );
}
