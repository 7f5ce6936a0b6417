import type { Access } from "./access.ts";
import type { Environment } from "./environment.ts";
import type { Lockable, Mode, Steps } from "./locks.ts";
import { compareKeys, type Entry } from "./ordered-index.ts";
import type { StoredRow } from "./stored-row.ts";
import type { Table } from "./table.ts";
import type { Row } from "./values.ts";

/** What is locked: rows of one source of the statement. */
export interface Locking {
  readonly source: number;
  readonly tableAt: number;
  readonly access: Access;
  readonly filter: (env: Environment) => boolean;
  readonly mode: Mode;
  readonly skipLocked: boolean;
  /** rows at most; it stops looking when it has them */
  readonly most: number;
  /** an UPDATE that goes through the whole table first looks at a locked row as it was committed last, and passes over one that it does not want */
  readonly semiConsistent: boolean;
}

export interface LockedRow {
  readonly row: StoredRow;
  readonly version: Row;
}

/**
 * Goes through rows in the order of an index and locks each before it looks at it, as it is now, not as it was when the statement began. What turns out not to be
 * wanted is let go again, as at READ COMMITTED. After each wait the index is looked at anew, from where the statement stands.
 */
export function* lockRows(env: Environment, locking: Locking): Steps<readonly LockedRow[]> {
  const { tables } = env.session;
  const table = tables[locking.tableAt];
  if (table === undefined) return [];
  const { access } = locking;
  const found: LockedRow[] = [];
  const seen = new Set<StoredRow>();
  let entries = access.entries(env, table);
  let at = 0;
  while (at < entries.length && found.length < locking.most) {
    const entry = entries[at];
    at += 1;
    if (entry === undefined || seen.has(entry.row) || isLockedAndUnwanted(env, entry.row, locking)) continue;
    const { outcome, taken } = yield* lockEntry(env, table, entry, locking);
    if (outcome === "granted" || outcome === "gone") {
      entries = remaining(access.entries(env, table), entry, outcome === "gone");
      at = 0;
    }
    const version = outcome === "gone" || outcome === "skipped" ? undefined : wanted(env, entry, locking);
    if (version === undefined) {
      for (const on of taken) env.session.locks.release(env.session.transaction, on);
      continue;
    }
    seen.add(entry.row);
    found.push({ row: entry.row, version });
  }
  return found;
}

interface Attempt {
  readonly outcome: "at once" | "granted" | "gone" | "skipped";
  /** what was not held before, to be let go again if the row is not wanted */
  readonly taken: readonly Lockable[];
}

/** Locks the place in the index by which the row was come to (an insert of the same key waits for it), then the row. */
function* lockEntry(
  env: Environment,
  table: Table,
  entry: Entry,
  { mode, skipLocked }: Locking,
): Steps<Attempt> {
  const { locks, transaction } = env.session;
  const place = placeOf(table, entry);
  const taken: Lockable[] = [];
  let outcome: Attempt["outcome"] = "at once";
  for (const on of place === undefined ? [entry.row] : [place, entry.row]) {
    const had = locks.holds(transaction, on);
    if (!locks.take(transaction, on, mode)) {
      if (skipLocked) return { outcome: "skipped", taken };
      if ((yield* locks.acquire(transaction, on, mode)) === "gone") return { outcome: "gone", taken };
      outcome = "granted";
    }
    if (!had) taken.push(on);
  }
  return { outcome, taken };
}

function placeOf(table: Table, { index, key }: Entry): Lockable | undefined {
  if (!index.key.locked) return undefined;
  return key.slice(0, index.key.columns.length).includes(null) ? undefined : table.place(index, key);
}

/** The row as it is now, if the statement wants it. */
function wanted(env: Environment, entry: Entry, { source, filter }: Locking): Row | undefined {
  const version = entry.row.newest;
  if (version === undefined || !entry.index.standsAt(entry, version)) return undefined;
  env.rows[source] = version;
  return filter(env) ? version : undefined;
}

function isLockedAndUnwanted(
  env: Environment,
  row: StoredRow,
  { semiConsistent, access, source, filter }: Locking,
): boolean {
  if (!semiConsistent || !access.whole || row.holders.length === 0) return false;
  if (env.session.locks.holds(env.session.transaction, row)) return false;
  env.rows[source] = row.committed;
  return row.committed === undefined || !filter(env);
}

/** What comes after an entry. Through several indexes there is no order: what was taken already is known by its row. */
function remaining(entries: readonly Entry[], last: Entry, again: boolean): readonly Entry[] {
  return entries.filter(({ index, key }) => {
    if (index !== last.index) return true;
    const side = compareKeys(key, last.key, last.key.length);
    return again ? side >= 0 : side > 0;
  });
}
