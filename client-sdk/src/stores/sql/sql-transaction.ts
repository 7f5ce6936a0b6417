import { toJson } from "../json-value.ts";
import { readOnly, type StoreError, transactionOver } from "../store-error.ts";
import type { KeyRange, StoreTable, StoreTransaction } from "../store.ts";
import { Turns } from "../turns.ts";
import type { SqlDriver, SqlValue } from "./driver.ts";
import { bytesToUnits, unitsToBytes } from "./key-units.ts";
import { sqlError } from "./sql-error.ts";
import { clearSql, deleteSql, foreignRow, getSql, listSql, putSql, valueOf } from "./statements.ts";

/** The calls of one transaction on a connection that has begun it; whoever began it ends it. */
export class SqlTransaction implements StoreTransaction {
  readonly #driver: SqlDriver;
  readonly #mode: "read" | "write";
  // A driver answers from other threads: what was asked first has to be done first, and all of it before the end.
  readonly #turns = new Turns();
  #over = false;
  #failure: StoreError | undefined;

  constructor(driver: SqlDriver, mode: "read" | "write") {
    this.#driver = driver;
    this.#mode = mode;
  }

  /** No further calls; resolves when those that were made have ended. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#turns.idle();
  }

  /** A failed call fails the transaction, even where `work` swallowed it: SQLite has undone more than that call by then, or less. */
  mustHaveSucceeded(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async get(table: StoreTable, key: string): Promise<unknown> {
    const [row] = await this.#read(getSql(table), [unitsToBytes(key)]);
    return row === undefined ? undefined : this.#parsed(() => valueOf(row["value"]));
  }

  async list(table: StoreTable, range: KeyRange = {}): Promise<ReadonlyArray<readonly [string, unknown]>> {
    const { sql, keys } = listSql(table, range);
    const rows = await this.#read(sql, [...keys.map(unitsToBytes), range.limit ?? -1]);
    return this.#parsed(() => rows.map((row) => [keyOf(row["key"]), valueOf(row["value"])] as const));
  }

  put(table: StoreTable, key: string, value: unknown): Promise<void> {
    return this.#write(putSql(table), () => [unitsToBytes(key), toJson(value)]);
  }

  delete(table: StoreTable, key: string): Promise<void> {
    return this.#write(deleteSql(table), () => [unitsToBytes(key)]);
  }

  clear(table: StoreTable, prefix?: string): Promise<void> {
    const { sql, keys } = clearSql(table, prefix);
    return this.#write(sql, () => keys.map(unitsToBytes));
  }

  async #read(sql: string, values: SqlValue[]): Promise<readonly Record<string, unknown>[]> {
    const rows = await this.#call("read", () => this.#driver.getAllAsync(sql, values));
    return this.#parsed(() => rows.map(rowOf));
  }

  /** @param values made at the time of the call: whoever changes them later does not change what is stored */
  async #write(sql: string, values: () => SqlValue[]): Promise<void> {
    const bound = this.#parsed(values);
    await this.#call("write", () => this.#driver.runAsync(sql, bound));
  }

  async #call<T>(needs: "read" | "write", step: () => Promise<T>): Promise<T> {
    if (this.#over) throw transactionOver();
    return this.#turns.take(async () => {
      try {
        this.mustHaveSucceeded();
        if (needs === "write" && this.#mode === "read") throw readOnly();
        return await step();
      } catch (error) {
        throw this.#failed(error);
      }
    });
  }

  #parsed<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(error: unknown): StoreError {
    this.#failure ??= sqlError(error);
    return this.#failure;
  }
}

function rowOf(row: unknown): Record<string, unknown> {
  if (!isRow(row)) throw foreignRow();
  return row;
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null;
}

function keyOf(column: unknown): string {
  if (column instanceof Uint8Array) return bytesToUnits(column);
  throw foreignRow();
}
