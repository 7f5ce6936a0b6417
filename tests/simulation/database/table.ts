import { Lockable } from "./locks.ts";
import { OrderedIndex } from "./ordered-index.ts";
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

  /** Gives a row another uncommitted version; `undefined` takes the one it has away. */
  write(row: StoredRow, next: Row | null | undefined): void {
    const before = row.pending ?? undefined;
    const after = next ?? undefined;
    const { committed } = row;
    for (let at = 1; at < this.indexes.length; at += 1) {
      const index = this.index(at);
      if (before !== undefined && after !== undefined && index.sameKey(before, after)) continue;
      if (before !== undefined && !(committed !== undefined && index.sameKey(before, committed)))
        index.remove(index.keyOf(before), row);
      if (after !== undefined && !(committed !== undefined && index.sameKey(after, committed)))
        index.add(index.keyOf(after), row);
    }
    row.pending = next;
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
