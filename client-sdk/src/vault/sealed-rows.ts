import { isRecord } from "../outbox/rows.ts";
import type { KeyRange, StoreTable } from "../stores/store.ts";
import { type Place, type RowKeys, tampered } from "./row-keys.ts";

/**
 * Which keys of rows are hidden. Most are ids, drawn at random: they say nothing of anybody. But a reference (`ref:…`) is the app's own text, and which doctors' days
 * somebody keeps on her phone (`sheet:<doctor>/<date>`) says what she may have. So in these tables a key is kept up to its first colon, and behind that stands what a secret
 * function makes of it; the key itself is sealed with the value.
 */
const HIDING: ReadonlySet<StoreTable> = new Set(["meta", "entity"]);
const COLON = ":";

/** A row as the app sees it. */
interface OpenedRow {
  readonly key: string;
  readonly value: unknown;
}

/** The rows of one store: as the app uses them (key, value) and as they are kept (raw, sealed). */
export class SealedRows {
  readonly #keys: RowKeys;
  readonly #store: string;

  constructor(keys: RowKeys, store: string) {
    this.#keys = keys;
    this.#store = store;
  }

  /** The key under which a row is kept. */
  raw(table: StoreTable, key: string): string {
    const kind = hidingKind(table, key);
    return kind === undefined ? key : kind + this.#keys.hide(this.#place(table, key));
  }

  /**
   * @param raw the key under which it will be kept
   * @param text of the value, as JSON
   */
  seal(
    table: StoreTable,
    { key, raw }: { readonly key: string; readonly raw: string },
    text: string,
  ): string {
    const whole = raw === key ? text : `{"key":${JSON.stringify(key)},"value":${text}}`;
    return this.#keys.seal(this.#place(table, raw), whole);
  }

  /** @throws StoreError `store_tampered` */
  open(table: StoreTable, raw: string, sealed: unknown): OpenedRow {
    const opened = this.#keys.open(this.#place(table, raw), sealed);
    if (hidingKind(table, raw) === undefined) return { key: raw, value: opened };
    if (!isRecord(opened) || typeof opened["key"] !== "string") throw tampered();
    return { key: opened["key"], value: opened["value"] };
  }

  #place(table: StoreTable, key: string): Place {
    return { store: this.#store, table, key };
  }
}

/** What of a range the store underneath can look up. Where it is less than all of it (`exact` is false), more than the range is found, and in no order. */
export function lookUp(
  table: StoreTable,
  range: KeyRange,
): { readonly range: KeyRange; readonly exact: boolean } {
  if (!HIDING.has(table)) return { range, exact: true };
  const { prefix = "" } = range;
  return { range: { prefix: hidingKind(table, prefix) ?? prefix }, exact: false };
}

/** Whether the store underneath can clear a prefix by itself. */
export function canClear(table: StoreTable, prefix: string): boolean {
  return (hidingKind(table, prefix) ?? prefix) === prefix;
}

export function isIn({ after, prefix = "" }: KeyRange, key: string): boolean {
  return key.startsWith(prefix) && (after === undefined || key > after);
}

/** What of a key stays readable, where the rest is hidden. */
function hidingKind(table: StoreTable, key: string): string | undefined {
  const end = HIDING.has(table) ? key.indexOf(COLON) + 1 : 0;
  return end === 0 ? undefined : key.slice(0, end);
}
