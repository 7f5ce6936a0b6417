import type { Environment } from "./environment.ts";
import type { Steps } from "./locks.ts";
import type { Entry, OrderedIndex } from "./ordered-index.ts";
import type { ForeignKey, Key } from "./schema.ts";
import {
  checkFailed,
  childExists,
  duplicateKey,
  type ForeignKeyText,
  parentMissing,
} from "./server-errors.ts";
import type { StoredRow } from "./stored-row.ts";
import type { Value } from "./syntax.ts";
import type { Table } from "./table.ts";
import type { TableRules } from "./table-rules.ts";
import { keyValue, type Row, stored } from "./values.ts";

/** What an insert ran into: the key that has the row already, and that row, locked. */
export interface Duplicate {
  readonly index: OrderedIndex;
  readonly row: StoredRow;
  readonly version: Row;
}

/** Gives a row the form the table keeps it in: types, columns worked out of others, CHECK. */
export function formed(env: Environment, table: Table, rules: TableRules, given: readonly Value[]): Row {
  const row = given.map((value, at): Value => {
    const column = table.schema.columns[at];
    return column === undefined || column.generated !== undefined ? null : stored(column, value);
  });
  env.rows[0] = row;
  for (const { column, run } of rules.generated) row[column.at] = stored(column, run(env));
  for (const { name, holds } of rules.checks) if (!holds(env)) throw checkFailed(name, table.schema.name);
  return row;
}

/** Inserts a row. Where a unique key has it already: answers that row (locked) when `orUpdate`, else refuses. */
export function* insertRow(
  env: Environment,
  table: Table,
  row: Row,
  orUpdate: boolean,
): Steps<Duplicate | undefined> {
  const { transaction } = env.session;
  for (;;) {
    const place = yield* claimPrimary(env, table, row, orUpdate);
    if (place === "again") continue;
    if ("duplicate" in place) return found(place.duplicate, orUpdate);
    const duplicate = yield* claimPlaces(env, table, row, place.free, orUpdate);
    if (duplicate !== undefined) return found(duplicate, orUpdate);
    transaction.write(table, place.free, row);
    yield* checkParents(env, table, undefined, row);
    return undefined;
  }
}

function found(duplicate: Duplicate, orUpdate: boolean): Duplicate {
  if (orUpdate) return duplicate;
  throw duplicateOf(duplicate);
}

function duplicateOf({ index: { key }, version }: Duplicate): Error {
  return duplicateKey(key.columns.map((column) => String(version[column] ?? null)).join("-"), key.name);
}

/** Looks whether a primary key is free, waiting for whoever has just put a row there, or taken it away. */
function* claimPrimary(
  env: Environment,
  table: Table,
  row: Row,
  orUpdate: boolean,
): Steps<{ readonly free: StoredRow } | { readonly duplicate: Duplicate } | "again"> {
  const { locks, transaction } = env.session;
  const index = table.primary;
  const key = index.keyOf(row);
  const there = index.find(key)?.row;
  if (there === undefined) {
    const made = table.make(key);
    locks.take(transaction, made, "exclusive");
    transaction.noteMade(table, made);
    return { free: made };
  }
  const outcome = yield* locks.acquire(transaction, there, orUpdate ? "exclusive" : "shared", true);
  if (outcome === "gone") return "again";
  const version = there.newest;
  if (version !== undefined) {
    if (!orUpdate) return { duplicate: { index, row: there, version } };
    if ((yield* locks.acquire(transaction, there, "exclusive")) === "gone") return "again";
    const now = there.newest;
    return now === undefined ? "again" : { duplicate: { index, row: there, version: now } };
  }
  if ((yield* locks.acquire(transaction, there, "exclusive", true)) === "gone") return "again";
  // Who waited may have been handed a shared lock; what stands there now may be new.
  if (!there.exclusive || there.newest !== undefined || index.find(key)?.row !== there) return "again";
  transaction.noteMade(table, there);
  return { free: there };
}

/** The same for the other unique keys. `own`: the row that shall stand there. */
function* claimPlaces(
  env: Environment,
  table: Table,
  row: Row,
  own: StoredRow,
  orUpdate: boolean,
): Steps<Duplicate | undefined> {
  for (const index of table.indexes) {
    if (!index.key.locked) continue;
    const duplicate = index.key.unique ? yield* claimPlace(env, table, index, row, own, orUpdate) : undefined;
    if (duplicate !== undefined) return duplicate;
    if (!index.key.unique) yield* lockPlace(env, table, index, row);
  }
  return undefined;
}

function* claimPlace(
  env: Environment,
  table: Table,
  index: OrderedIndex,
  row: Row,
  own: StoredRow,
  orUpdate: boolean,
): Steps<Duplicate | undefined> {
  const { locks, transaction } = env.session;
  const width = index.key.columns.length;
  const key = index.keyOf(row).slice(0, width);
  if (key.includes(null)) return undefined;
  for (;;) {
    const place = table.place(index, key);
    const isTaken = index.find(key) !== undefined;
    if (!isTaken && locks.take(transaction, place, "exclusive")) return undefined;
    const outcome = yield* locks.acquire(transaction, place, orUpdate ? "exclusive" : "shared", true);
    if (outcome === "gone") continue;
    const other = standingAt(index, key, own);
    if (other === undefined) {
      if ((yield* locks.acquire(transaction, place, "exclusive", true)) === "gone") continue;
      if (!place.exclusive) continue;
      if (standingAt(index, key, own) === undefined) return undefined;
      continue;
    }
    if (!orUpdate) return { index, row: other, version: other.newest ?? row };
    if ((yield* locks.acquire(transaction, other, "exclusive")) === "gone") continue;
    const version = other.newest;
    if (version !== undefined && standingAt(index, key, own) === other) return { index, row: other, version };
  }
}

/** The row that has a unique key now, of whoever it is. */
function standingAt(index: OrderedIndex, key: Row, own: StoredRow): StoredRow | undefined {
  const entries: Entry[] = [];
  index.collect(key, undefined, undefined, entries);
  return entries.find(({ row }) => {
    if (row === own || row.newest === undefined) return false;
    const now = index.keyOf(row.newest);
    return key.every((value, at) => now[at] === value);
  })?.row;
}

/** Gives a locked row other values. */
export function* updateRow(
  env: Environment,
  table: Table,
  row: StoredRow,
  before: Row,
  after: Row,
): Steps<void> {
  const { transaction } = env.session;
  if (!table.primary.sameKey(before, after)) {
    yield* deleteRow(env, table, row, before);
    const duplicate = yield* insertRow(env, table, after, false);
    if (duplicate !== undefined) throw duplicateOf(duplicate);
    return;
  }
  yield* checkChildren(env, table, before, after);
  for (const index of table.indexes) {
    if (!index.key.locked || index.sameKey(before, after)) continue;
    yield* lockPlace(env, table, index, before);
    const duplicate = index.key.unique ? yield* claimPlace(env, table, index, after, row, false) : undefined;
    if (duplicate !== undefined) throw duplicateOf(duplicate);
    if (!index.key.unique) yield* lockPlace(env, table, index, after);
  }
  transaction.write(table, row, after);
  yield* checkParents(env, table, before, after);
}

export function* deleteRow(env: Environment, table: Table, row: StoredRow, before: Row): Steps<void> {
  yield* checkChildren(env, table, before, undefined);
  for (const index of table.indexes) if (index.key.locked) yield* lockPlace(env, table, index, before);
  env.session.transaction.write(table, row, null);
}

/** Locks a row's place in an index, to put it there or take it away. */
function* lockPlace(env: Environment, table: Table, index: OrderedIndex, row: Row): Steps<void> {
  const { locks, transaction } = env.session;
  const key = index.keyOf(row);
  if (key.slice(0, index.key.columns.length).includes(null)) return;
  while ((yield* locks.acquire(transaction, table.place(index, key), "exclusive")) === "gone");
}

/** A row that points at another one: that one must be there, and is kept there until the transaction ends. */
function* checkParents(env: Environment, table: Table, before: Row | undefined, after: Row): Steps<void> {
  for (const key of table.schema.parents) {
    const values = key.columns.map((column) => after[column] ?? null);
    if (values.includes(null)) continue;
    if (before !== undefined && key.columns.every((column, at) => before[column] === values[at])) continue;
    const parent = env.session.tables[key.parent.at];
    if (parent === undefined || !(yield* lockPointed(env, parent, key.parentKey, values)))
      throw parentMissing(textOf(key));
  }
}

/** A row that others point at must not go away. */
function* checkChildren(env: Environment, table: Table, before: Row, after: Row | undefined): Steps<void> {
  for (const key of table.schema.children) {
    const values = key.parentColumns.map((column) => before[column] ?? null);
    if (values.includes(null)) continue;
    if (after !== undefined && key.parentColumns.every((column, at) => after[column] === values[at]))
      continue;
    const child = env.session.tables[key.child.at];
    if (child !== undefined && (yield* lockPointed(env, child, key.childKey, values)))
      throw childExists(textOf(key));
  }
}

/**
 * Looks for a row with these values, waiting for open changes; keeps a shared lock on the place in the index where it found one. The row itself is not locked, unless the index is the
 * primary key.
 */
function* lockPointed(env: Environment, table: Table, key: Key, values: readonly Value[]): Steps<boolean> {
  const { locks, transaction } = env.session;
  const index = table.index(key.at);
  const wanted = values.map((value, at) => keyValue(value, key.folds[at] === true));
  const entries: Entry[] = [];
  index.collect(wanted, undefined, undefined, entries);
  for (const entry of entries) {
    const on = key.primary ? entry.row : table.place(index, entry.key);
    const had = locks.holds(transaction, on);
    if ((yield* locks.acquire(transaction, on, "shared")) === "gone") continue;
    const now = entry.row.newest;
    if (now !== undefined && index.standsAt(entry, now)) return true;
    if (!had) locks.release(transaction, on);
  }
  return false;
}

function textOf({ name, child, columns, parent, parentColumns }: ForeignKey): ForeignKeyText {
  const names = (table: ForeignKey["child"], places: readonly number[]): readonly string[] =>
    places.map((at) => table.columns[at]?.name ?? "");
  return {
    name,
    table: child.name,
    columns: names(child, columns),
    parent: parent.name,
    parentColumns: names(parent, parentColumns),
  };
}
