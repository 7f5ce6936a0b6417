import { toJson } from "../json-value.ts";
import { clearSql, deleteSql, foreignRow, getSql, listSql, putSql, valueOf } from "../sql/statements.ts";
import { readOnly, type StoreError, transactionOver } from "../store-error.ts";
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
      const row = this.#file.get(getSql(table), keyToBytes(key));
      return row === undefined ? undefined : valueOf(row["value"]);
    });
  }

  list(table: StoreTable, range: KeyRange = {}): Promise<ReadonlyArray<readonly [string, unknown]>> {
    return this.#call("read", () => {
      const { sql, keys } = listSql(table, range);
      const rows = this.#file.all(sql, ...keys.map(keyToBytes), range.limit ?? -1);
      return rows.map((row) => [keyOf(row["key"]), valueOf(row["value"])] as const);
    });
  }

  put(table: StoreTable, key: string, value: unknown): Promise<void> {
    return this.#call("write", () => {
      this.#file.run(putSql(table), keyToBytes(key), toJson(value));
    });
  }

  delete(table: StoreTable, key: string): Promise<void> {
    return this.#call("write", () => {
      this.#file.run(deleteSql(table), keyToBytes(key));
    });
  }

  clear(table: StoreTable, prefix?: string): Promise<void> {
    return this.#call("write", () => {
      const { sql, keys } = clearSql(table, prefix);
      this.#file.run(sql, ...keys.map(keyToBytes));
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

function keyOf(column: unknown): string {
  if (column instanceof Uint8Array) return keyFromBytes(column);
  throw foreignRow();
}
