import { createHash } from "node:crypto";

/** How many rows a table has, and what they come to: equal where every row is. */
export class TableDigest {
  readonly #hash = createHash("sha256");
  #rows = 0;

  add(row: string): void {
    this.#hash.update(row);
    this.#rows += 1;
  }

  end(): { readonly rows: number; readonly sha256: string } {
    return { rows: this.#rows, sha256: this.#hash.digest("hex") };
  }
}
