import { Lockable } from "./locks.ts";
import { type Entry, OrderedIndex } from "./ordered-index.ts";
import { primaryKey, type TableSchema } from "./schema.ts";
import { StoredRow } from "./stored-row.ts";
import type { Row } from "./values.ts";

/** A place in an index that is locked apart from its row: by whoever puts a row there, takes one away, or looks whether there is one. */
export class KeyPlace extends Lockable {
  readonly #onUnused: () => void;

  constructor(onUnused: () => void) {
    super();
    this.#onUnused = onUnused;
  }

  override unused(): void {
    this.#onUnused();
  }
}

/** A table's rows and indexes. */
export class Table {
  readonly schema: TableSchema;
  readonly indexes: readonly OrderedIndex[];
  readonly primary: OrderedIndex;
  readonly #places: readonly Map<string, KeyPlace>[];
  nextNumber = 1;

  constructor(schema: TableSchema) {
    const primary = primaryKey(schema);
    this.schema = schema;
    this.indexes = schema.keys.map((key) => new OrderedIndex(key, primary));
    this.primary = this.indexes[0] ?? new OrderedIndex(primary, primary);
    this.#places = schema.keys.map(() => new Map());
  }

  index(at: number): OrderedIndex {
    return this.indexes[at] ?? this.primary;
  }

  /** The lock on a place. In a unique key the value alone is the place, whatever row has it. */
  place(index: OrderedIndex, key: Row): KeyPlace {
    const places = this.#places[index.key.at] ?? new Map<string, KeyPlace>();
    const name = nameOf(index, key);
    const found = places.get(name);
    if (found !== undefined) return found;
    const made = new KeyPlace(() => {
      places.delete(name);
    });
    places.set(name, made);
    return made;
  }

  placeIfAny(index: OrderedIndex, key: Row): KeyPlace | undefined {
    return this.#places[index.key.at]?.get(nameOf(index, key));
  }

  /** A new row without any version yet. */
  make(key: Row): StoredRow {
    const row = new StoredRow(key, (unused) => {
      if (unused.committed !== undefined || unused.pending !== undefined) return;
      this.primary.remove(unused.key, unused);
    });
    this.primary.add(key, row);
    return row;
  }

  /**
   * Gives a row another uncommitted version. Answers the places it took in indexes for that: they stay until the transaction ends, also when the row moves on or is deleted, so that
   * who looks there waits.
   */
  write(row: StoredRow, next: Row | null): readonly Entry[] {
    const { committed, pending } = row;
    row.pending = next;
    if (next === null) return [];
    const made: Entry[] = [];
    for (const index of this.indexes) {
      if (index.key.primary || (committed !== undefined && index.sameKey(next, committed))) continue;
      if (pending !== undefined && pending !== null && index.sameKey(next, pending)) continue;
      const key = index.keyOf(next);
      if (index.find(key) === undefined) made.push(index.add(key, row));
    }
    return made;
  }

  /** Takes a version back. */
  unwrite(row: StoredRow, before: Row | null | undefined, made: readonly Entry[]): void {
    for (const entry of made) entry.index.remove(entry.key, row);
    row.pending = before;
  }

  /** Makes the uncommitted version the one everybody sees. */
  settle(row: StoredRow): void {
    const { committed, pending } = row;
    if (pending === undefined) return;
    if (committed !== undefined) {
      for (const index of this.indexes) {
        if (index.key.primary || (pending !== null && index.sameKey(committed, pending))) continue;
        index.remove(index.keyOf(committed), row);
      }
    }
    row.committed = pending ?? undefined;
    row.pending = undefined;
    row.writer = undefined;
  }

  /** Gives places back where the row does not stand in the end. */
  clear({ committed }: StoredRow, made: readonly Entry[]): void {
    for (const entry of made)
      if (committed === undefined || !entry.index.standsAt(entry, committed))
        entry.index.remove(entry.key, entry.row);
  }

  committedRows(): Row[] {
    return this.primary.entries.flatMap(({ row }) => (row.committed === undefined ? [] : [row.committed]));
  }

  /** Puts committed rows into an empty table. */
  fill(rows: readonly Row[]): void {
    const made = rows.map((values) => {
      const row = this.make(this.primary.keyOf(values));
      row.committed = values;
      return { row, values };
    });
    for (const index of this.indexes) if (!index.key.primary) index.fill(made);
  }
}

function nameOf({ key: { columns, unique } }: OrderedIndex, key: Row): string {
  return (unique ? key.slice(0, columns.length) : key).join("\0");
}
