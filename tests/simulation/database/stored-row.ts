import { type Locker, Lockable } from "./locks.ts";
import type { Row } from "./values.ts";

/** A row of a table, in its versions. At most one transaction has changed it and not ended yet: changing takes the row's lock. */
export class StoredRow extends Lockable {
  /** its primary key */
  readonly key: Row;
  committed: Row | undefined;
  /** what `writer` made of it: `null` deleted, `undefined` nothing */
  pending: Row | null | undefined;
  writer: Locker | undefined;
  readonly #onUnused: (row: StoredRow) => void;

  constructor(key: Row, onUnused: (row: StoredRow) => void) {
    super();
    this.key = key;
    this.#onUnused = onUnused;
  }

  /** As a transaction sees it in a plain read. */
  seenBy(reader: Locker | undefined): Row | undefined {
    if (this.pending === undefined || this.writer !== reader) return this.committed;
    return this.pending ?? undefined;
  }

  /** The newest version there is. */
  get newest(): Row | undefined {
    return this.pending === undefined ? this.committed : (this.pending ?? undefined);
  }

  override unused(): void {
    this.#onUnused(this);
  }
}
