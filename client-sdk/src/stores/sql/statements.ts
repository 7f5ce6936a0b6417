import { fromJson } from "../json-value.ts";
import { endOfPrefix } from "../key-range.ts";
import { StoreError } from "../store-error.ts";
import type { KeyRange, StoreTable } from "../store.ts";

/** The calls of a store's transaction as SQL; the values are bound by whoever runs it. */

export const getSql = (table: StoreTable): string => `SELECT value FROM ${table} WHERE key = ?`;

export const putSql = (table: StoreTable): string =>
  `INSERT INTO ${table} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

export const deleteSql = (table: StoreTable): string => `DELETE FROM ${table} WHERE key = ?`;

/** Keys to bind, in this order. */
interface Ranged {
  readonly sql: string;
  readonly keys: readonly string[];
}

/** Followed by the limit to bind; -1 for none. */
export function listSql(table: StoreTable, { after, prefix }: KeyRange): Ranged {
  const { where, keys } = condition(after, prefix);
  return { sql: `SELECT key, value FROM ${table}${where} ORDER BY key LIMIT ?`, keys };
}

export function clearSql(table: StoreTable, prefix: string | undefined): Ranged {
  const { where, keys } = condition(undefined, prefix);
  return { sql: `DELETE FROM ${table}${where}`, keys };
}

/** The value in a column. */
export function valueOf(column: unknown): unknown {
  if (typeof column === "string") return fromJson(column);
  throw foreignRow();
}

/** For a row that is not of the form we write. */
export function foreignRow(): StoreError {
  return new StoreError(
    "store_failed",
    "The store holds a row it did not write. Restore the file from a backup.",
  );
}

function condition(
  after: string | undefined,
  prefix: string | undefined,
): { readonly where: string; readonly keys: readonly string[] } {
  const end = prefix === undefined ? undefined : endOfPrefix(prefix);
  const bounds: ReadonlyArray<readonly [string, string | undefined]> = [
    ["key > ?", after],
    ["key >= ?", prefix],
    ["key < ?", end],
  ];
  const terms: string[] = [];
  const keys: string[] = [];
  for (const [term, bound] of bounds) {
    if (bound === undefined) continue;
    terms.push(term);
    keys.push(bound);
  }
  return { where: terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`, keys };
}
