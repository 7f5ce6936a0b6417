import { fromBase64, toBase64 } from "../base64.ts";
import { isRecord } from "../outbox/rows.ts";
import { STORE_TABLES, type StoreTable } from "../stores/store.ts";
import { type RowKeys, sealedText, tampered } from "./row-keys.ts";

/**
 * The tally of a store: how many rows each table has, and a sum over them that nobody without the key can make. It is kept sealed in the store, and written with every
 * transaction. A single row that was removed, or put back to what it was last week, opens as it did then; but it is not in the tally. (All rows together, put back to one
 * moment, are: that is a restored backup, which the server recognises by the numbers of operations.)
 */

/** The key in `meta` under which it is kept. No app's key. */
export const TALLY_KEY = "\u0000vault";

interface TableTally {
  readonly rows: number;
  readonly sum: Uint8Array;
}

/** By table; without an entry: no rows. */
export type Tally = ReadonlyMap<StoreTable, TableTally>;

/** What is kept: the vault that sealed the store, readable, and the tally. */
export interface TallyRow {
  readonly vault: string;
  readonly sealed: string;
}

/** What one call did to a table. */
export interface Step {
  readonly table: StoreTable;
  readonly added?: string;
  /** rows that are gone; `all` of the table */
  readonly gone: readonly unknown[] | "all";
}

export const EMPTY_TALLY: Tally = new Map();

/** The tally after some steps, in their order. */
export function afterSteps(keys: RowKeys, before: Tally, steps: readonly Step[]): Tally {
  const after = new Map(before);
  for (const table of STORE_TABLES) {
    const own = steps.filter((step) => step.table === table);
    const emptied = own.findLastIndex(({ gone }) => gone === "all");
    const last = own.slice(emptied + 1);
    if (own.length === 0) continue;
    const base = emptied === -1 ? before.get(table) : undefined;
    const added = last.flatMap((step) => step.added ?? []);
    const gone = last.flatMap((step) => (step.gone === "all" ? [] : step.gone)).map(sealedText);
    const sum = keys.sum([...added, ...gone]);
    for (const [at, byte] of base?.sum.entries() ?? []) sum[at] = (sum[at] ?? 0) ^ byte;
    after.set(table, { rows: (base?.rows ?? 0) + added.length - gone.length, sum });
  }
  return after;
}

/** The tally of rows as they are kept. */
export function tallyOf(keys: RowKeys, tables: ReadonlyMap<StoreTable, readonly unknown[]>): Tally {
  const steps = [...tables].flatMap(([table, rows]) =>
    rows.map((row): Step => ({ table, added: sealedText(row), gone: [] })),
  );
  return afterSteps(keys, EMPTY_TALLY, steps);
}

export function sameTally(one: Tally, other: Tally): boolean {
  return textOf(one) === textOf(other);
}

export function sealTally(keys: RowKeys, store: string, tally: Tally): TallyRow {
  return { vault: keys.vault, sealed: keys.seal(placeOf(store), textOf(tally)) };
}

/** @throws StoreError `store_tampered` */
export function openTally(keys: RowKeys, store: string, { sealed }: TallyRow): Tally {
  const read = keys.open(placeOf(store), sealed);
  if (!Array.isArray(read)) throw tampered();
  const tally = new Map<StoreTable, TableTally>();
  for (const [at, table] of STORE_TABLES.entries()) {
    const entry: unknown = read[at];
    if (!isRecord(entry)) continue; // written by a version that has fewer tables
    const { rows, sum } = entry;
    if (typeof rows !== "number" || typeof sum !== "string") throw tampered();
    tally.set(table, { rows, sum: fromBase64(sum) });
  }
  return tally;
}

/** The row as it was read; `undefined` where there is none. */
export function asTallyRow(row: unknown): TallyRow | undefined {
  if (row === undefined) return undefined;
  if (isTallyRow(row)) return row;
  throw tampered();
}

function isTallyRow(row: unknown): row is TallyRow {
  return typeof row === "object" && row !== null && "vault" in row && "sealed" in row;
}

function placeOf(store: string): { readonly store: string; readonly table: string; readonly key: string } {
  return { store, table: "meta", key: TALLY_KEY };
}

function textOf(tally: Tally): string {
  return JSON.stringify(
    STORE_TABLES.map((table) => {
      const { rows = 0, sum = new Uint8Array(16) } = tally.get(table) ?? {};
      return { rows, sum: toBase64(sum) };
    }),
  );
}
