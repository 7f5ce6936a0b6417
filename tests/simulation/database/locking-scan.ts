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
    const outcome = yield* lockEntry(env, table, entry, locking);
    if (outcome === "skipped") continue;
    if (outcome !== "at once") {
      entries = remaining(access.entries(env, table), entry, outcome === "gone");
      at = 0;
      if (outcome === "gone") continue;
    }
    const version = wanted(env, entry, locking);
    if (version === undefined) continue;
    seen.add(entry.row);
    found.push({ row: entry.row, version });
  }
  return found;
}

/** What was newly locked for an entry, in case it is to be let go again. */
const fresh = new WeakMap<Environment, readonly Lockable[]>();

/** Locks the place in a unique key by which the row was come to (an insert of the same key waits for it), then the row. */
function* lockEntry(
  env: Environment,
  table: Table,
  entry: Entry,
  { mode, skipLocked }: Locking,
): Steps<"at once" | "granted" | "gone" | "skipped"> {
  const { locks, transaction } = env.session;
  const place = placeOf(table, entry);
  const taken: Lockable[] = [];
  let waited = false;
  for (const on of place === undefined ? [entry.row] : [place, entry.row]) {
    if (locks.holds(transaction, on) && (on.exclusive || mode === "shared")) continue;
    const had = locks.holds(transaction, on);
    if (skipLocked && !locks.take(transaction, on, mode)) {
      for (const each of taken) locks.release(transaction, each);
      return "skipped";
    }
    const outcome = yield* locks.acquire(transaction, on, mode);
    if (outcome === "gone") {
      for (const each of taken) locks.release(transaction, each);
      return "gone";
    }
    waited ||= outcome === "granted";
    if (!had) taken.push(on);
  }
  fresh.set(env, taken);
  return waited ? "granted" : "at once";
}

function placeOf(table: Table, { index, key }: Entry): Lockable | undefined {
  if (!index.key.unique || index.key.primary) return undefined;
  return key.slice(0, index.key.columns.length).includes(null) ? undefined : table.place(index, key);
}

/** The row as it is now, if the statement wants it; else its lock is given back. */
function wanted(env: Environment, entry: Entry, { source, filter }: Locking): Row | undefined {
  const version = entry.row.newest;
  if (version !== undefined && entry.index.standsAt(entry, version)) {
    env.rows[source] = version;
    if (filter(env)) return version;
  }
  const { locks, transaction } = env.session;
  for (const on of fresh.get(env) ?? []) locks.release(transaction, on);
  return undefined;
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
