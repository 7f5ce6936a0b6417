import { endOfPrefix } from "./key-range.ts";
import type { KeyRange } from "./store.ts";

/** One committed table: JSON text by key, with the keys in order. */
export class MemoryTable {
  readonly #rows: Map<string, string>;
  #keys: string[];
  #ordered = true;

  /** @param from a table whose rows it holds as well */
  constructor(from?: MemoryTable) {
    this.#rows = new Map(from ? from.#rows : []);
    this.#keys = from ? [...from.#inOrder()] : [];
  }

  get(key: string): string | undefined {
    return this.#rows.get(key);
  }

  /** An undefined text deletes. */
  set(key: string, text: string | undefined): void {
    if (text === undefined) {
      if (this.#rows.delete(key)) this.#ordered = false;
      return;
    }
    // Most keys arrive in their order (numbers that grow), and then nothing has to be sorted.
    if (this.#ordered && !this.#rows.has(key)) {
      const last = this.#keys.at(-1);
      if (last === undefined || last < key) this.#keys.push(key);
      else this.#ordered = false;
    }
    this.#rows.set(key, text);
  }

  /** Keys of a range, its limit aside, in order. */
  keys(range: KeyRange): string[] {
    const keys = this.#inOrder();
    const { after, prefix } = range;
    let from = after === undefined ? 0 : firstAt(keys, (key) => key > after);
    if (prefix === undefined) return keys.slice(from);
    from = Math.max(
      from,
      firstAt(keys, (key) => key >= prefix),
    );
    const end = endOfPrefix(prefix);
    return keys.slice(from, end === undefined ? keys.length : firstAt(keys, (key) => key >= end));
  }

  #inOrder(): readonly string[] {
    if (!this.#ordered) {
      // Without a comparison function sort compares code units, which is the order of the contract.
      this.#keys = [...this.#rows.keys()].toSorted();
      this.#ordered = true;
    }
    return this.#keys;
  }
}

/** Index of the first key for which the test holds; the test holds for all keys after that one. */
function firstAt(keys: readonly string[], holds: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = keys[middle];
    if (key !== undefined && holds(key)) high = middle;
    else low = middle + 1;
  }
  return low;
}
