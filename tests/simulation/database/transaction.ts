import type { Lockable, Locker, LockRequest, Locks } from "./locks.ts";
import type { Entry } from "./ordered-index.ts";
import type { StoredRow } from "./stored-row.ts";
import type { Table } from "./table.ts";
import type { Row } from "./values.ts";

interface Change {
  readonly table: Table;
  readonly row: StoredRow;
  /** the version before it */
  readonly before: Row | null | undefined;
  /** places it took in indexes */
  readonly made: readonly Entry[];
}

/** A transaction of the model: its locks, and what it has changed so far. */
export class Transaction implements Locker {
  readonly locked: Lockable[] = [];
  waiting: LockRequest | undefined;
  readonly #locks: Locks;
  readonly #changes: Change[] = [];

  constructor(locks: Locks) {
    this.#locks = locks;
  }

  /** A point to come back to. */
  get mark(): number {
    return this.#changes.length;
  }

  /** Writes a new version of a row whose lock is held. */
  write(table: Table, row: StoredRow, next: Row | null): void {
    const before = row.pending;
    row.writer = this;
    this.#changes.push({ table, row, before, made: table.write(row, next) });
  }

  /** Notes a row that was made and has no version yet, so that it goes again if the statement fails. */
  noteMade(table: Table, row: StoredRow): void {
    this.#changes.push({ table, row, before: undefined, made: [] });
  }

  /** Undoes what was done since a mark. Locks stay, but not on what an insert made. */
  undoTo(mark: number): void {
    while (this.#changes.length > mark) {
      const change = this.#changes.pop();
      if (change !== undefined) this.#undo(change);
    }
  }

  /** Tables of which it has changed rows. */
  get tables(): ReadonlySet<string> {
    return new Set(this.#changes.map(({ table }) => table.schema.name));
  }

  commit(): void {
    for (const { table, row } of this.#changes) if (row.writer === this) table.settle(row);
    for (const { table, row, made } of this.#changes) table.clear(row, made);
    this.#changes.length = 0;
    this.#locks.releaseAll(this);
  }

  rollback(): void {
    this.#locks.giveUp(this);
    this.undoTo(0);
    this.#locks.releaseAll(this);
  }

  #undo({ table, row, before, made }: Change): void {
    const undone = row.pending;
    table.unwrite(row, before, made);
    if (before === undefined) row.writer = undefined;
    if (undone !== undefined && undone !== null) this.#freePlaces(table, undone);
    if (row.committed === undefined && row.pending === undefined) this.#locks.vanish(this, row);
  }

  /** Places in indexes where nothing stands any more. */
  #freePlaces(table: Table, undone: Row): void {
    for (const index of table.indexes) {
      if (!index.key.locked) continue;
      const key = index.keyOf(undone);
      const place = table.placeIfAny(index, key);
      if (place === undefined || place.queue.length === 0) continue;
      const value = index.key.unique ? key.slice(0, index.key.columns.length) : key;
      if (index.find(value) === undefined) this.#locks.vanish(this, place);
    }
  }
}
