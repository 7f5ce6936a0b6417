import type { KeyRange, StoreTable } from "../stores/store.ts";
import type { RowKeys } from "./row-keys.ts";

/**
 * Which keys of rows are hidden. Most are ids, drawn at random: they say nothing of anybody. But a reference (`ref:…`) is the app's own text, and which doctors' days
 * somebody keeps on her phone (`sheet:<doctor>/<date>`) says what she may have. So in these tables what stands behind the first colon is sealed, always to the same text.
 */
const HIDING: ReadonlySet<StoreTable> = new Set(["meta", "entity"]);
const COLON = ":";

/** The names of rows in one store, as the app uses them (key) and as they are kept (raw). */
export class Names {
  readonly #keys: RowKeys;
  readonly #store: string;

  constructor(keys: RowKeys, store: string) {
    this.#keys = keys;
    this.#store = store;
  }

  raw(table: StoreTable, key: string): string {
    const cut = cutOf(table, key);
    if (cut === undefined) return key;
    return cut.kind + this.#keys.sealName({ store: this.#store, table }, cut.kind + cut.rest);
  }

  /** @throws StoreError `store_tampered` */
  key(table: StoreTable, raw: string): string {
    const cut = cutOf(table, raw);
    return cut === undefined ? raw : this.#keys.openName({ store: this.#store, table }, cut.rest);
  }
}

/** What of a range the store underneath can look up. Where it is less than all of it, `isIn` says which of the keys found belong to it, and they come in any order. */
export function lookUp(
  table: StoreTable,
  range: KeyRange,
): { readonly range: KeyRange; readonly exact: boolean } {
  if (!HIDING.has(table)) return { range, exact: true };
  const { prefix } = range;
  const cut = prefix === undefined ? undefined : cutOf(table, prefix);
  if (cut !== undefined) return { range: { prefix: cut.kind }, exact: false };
  return { range: prefix === undefined ? {} : { prefix }, exact: false };
}

/** Whether the store underneath can clear a prefix by itself. */
export function canClear(table: StoreTable, prefix: string): boolean {
  const cut = cutOf(table, prefix);
  return cut === undefined || cut.rest === "";
}

export function isIn({ after, prefix = "" }: KeyRange, key: string): boolean {
  return key.startsWith(prefix) && (after === undefined || key > after);
}

function cutOf(table: StoreTable, key: string): { readonly kind: string; readonly rest: string } | undefined {
  const end = HIDING.has(table) ? key.indexOf(COLON) + 1 : 0;
  return end === 0 ? undefined : { kind: key.slice(0, end), rest: key.slice(end) };
}
