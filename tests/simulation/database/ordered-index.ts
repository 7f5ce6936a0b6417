import type { Key } from "./schema.ts";
import type { StoredRow } from "./stored-row.ts";
import type { Value } from "./syntax.ts";
import { keyValue, type Row } from "./values.ts";

/** A place in an index. Rows whose key changes in an open transaction have one for each version. */
export interface Entry {
  readonly key: Row;
  readonly row: StoredRow;
  readonly index: OrderedIndex;
}

export interface Bound {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** An index over a table: entries in the order of the key's columns, then of the primary key. A sorted list is fast enough for some thousand rows. */
export class OrderedIndex {
  readonly key: Key;
  readonly #tail: readonly number[];
  readonly #tailFolds: readonly boolean[];
  readonly entries: Entry[] = [];

  constructor(key: Key, primary: Key) {
    this.key = key;
    this.#tail = key.primary ? [] : primary.columns;
    this.#tailFolds = key.primary ? [] : primary.folds;
  }

  /** A row's key, as entries hold it. */
  keyOf(row: Row): Row {
    const { columns, folds } = this.key;
    const key: Value[] = [];
    for (let at = 0; at < columns.length; at += 1)
      key.push(keyValue(row[columns[at] ?? 0] ?? null, folds[at] === true));
    const tail = this.#tail;
    for (let at = 0; at < tail.length; at += 1)
      key.push(keyValue(row[tail[at] ?? 0] ?? null, this.#tailFolds[at] === true));
    return key;
  }

  /** Whether a version of the row stands at this place: while a change of its key is open it has several, and after a wait it may have left. */
  standsAt(entry: Entry, version: Row): boolean {
    return this.key.primary || compareKeys(this.keyOf(version), entry.key, entry.key.length) === 0;
  }

  /** Whether two versions of one row have the same place. */
  sameKey(left: Row, right: Row): boolean {
    const { columns } = this.key;
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at] ?? 0;
      if (left[column] !== right[column]) return false;
    }
    return true;
  }

  /** Takes many rows at once, while it is empty. */
  fill(rows: readonly { readonly row: StoredRow; readonly values: Row }[]): void {
    const made = rows.map(({ row, values }): Entry => ({ key: this.keyOf(values), row, index: this }));
    for (const entry of made.toSorted((left, right) => compareKeys(left.key, right.key, left.key.length)))
      this.entries.push(entry);
  }

  add(key: Row, row: StoredRow): Entry {
    const { entries } = this;
    const entry: Entry = { key, row, index: this };
    const last = entries.at(-1);
    if (last === undefined || compareKeys(last.key, key, key.length) <= 0) entries.push(entry);
    else entries.splice(this.#firstNotBelow(key), 0, entry);
    return entry;
  }

  remove(key: Row, row: StoredRow): void {
    for (let at = this.#firstNotBelow(key); at < this.entries.length; at += 1) {
      const entry = this.entries[at];
      if (entry === undefined || compareKeys(entry.key, key, key.length) !== 0) return;
      if (entry.row === row) {
        this.entries.splice(at, 1);
        return;
      }
    }
  }

  /** The entry of a whole key; of several the first. */
  find(key: Row): Entry | undefined {
    const entry = this.entries[this.#firstNotBelow(key)];
    return entry !== undefined && compareKeys(entry.key, key, key.length) === 0 ? entry : undefined;
  }

  /** Adds to `found` the entries whose key begins with `prefix` and goes on between the bounds. */
  collect(prefix: Row, low: Bound | undefined, high: Bound | undefined, found: Entry[]): void {
    const { entries } = this;
    const depth = prefix.length;
    let at = low === undefined ? this.#firstNotBelow(prefix) : this.#firstNotBelow([...prefix, low.value]);
    for (; at < entries.length; at += 1) {
      const entry = entries[at];
      if (entry === undefined || compareKeys(entry.key, prefix, depth) !== 0) return;
      const next = entry.key[depth] ?? null;
      if (low !== undefined && !low.inclusive && compareParts(next, low.value) === 0) continue;
      if (high !== undefined) {
        const side = compareParts(next, high.value);
        if (side > 0 || (side === 0 && !high.inclusive)) return;
      }
      found.push(entry);
    }
  }

  #firstNotBelow(prefix: Row): number {
    const { entries } = this;
    const depth = prefix.length;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = entries[middle];
      if (entry !== undefined && compareKeys(entry.key, prefix, depth) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function compareKeys(left: Row, right: Row, depth: number): number {
  for (let at = 0; at < depth; at += 1) {
    const side = compareParts(left[at] ?? null, right[at] ?? null);
    if (side !== 0) return side;
  }
  return 0;
}

/** Values of one column, ready to compare; NULL is lowest. */
function compareParts(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}
