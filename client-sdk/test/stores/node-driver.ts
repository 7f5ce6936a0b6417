import { DatabaseSync } from "node:sqlite";
import type { SqlDriver, SqlValue } from "@healthbridge/client-sdk/expo";

/** Node's SQLite behind the calls of `expo-sqlite` that a store uses: each answers later, as from another thread, and throws in its words. */
export class NodeDriver implements SqlDriver {
  readonly #database: DatabaseSync;
  /** how many statements were run */
  statements = 0;

  constructor(path: string, maxBytes?: number) {
    this.#database = new DatabaseSync(path);
    if (maxBytes !== undefined) {
      const { page_size: size = 4096 } = this.#database.prepare("PRAGMA page_size").get() ?? {};
      this.#database.exec(`PRAGMA max_page_count = ${String(Math.floor(maxBytes / Number(size)))}`);
    }
  }

  execAsync = (sql: string): Promise<void> => this.#later(() => this.#database.exec(sql));
  // Slower than the rest: what was asked for later may be done first.
  runAsync = async (sql: string, values: SqlValue[]): Promise<unknown> => {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#later(() => this.#database.prepare(sql).run(...values));
  };
  getAllAsync = (sql: string, values: SqlValue[]): Promise<unknown[]> =>
    this.#later(() => this.#database.prepare(sql).all(...values));
  closeAsync = (): Promise<void> => this.#later(() => this.#database.close());

  async #later<T>(step: () => T): Promise<T> {
    this.statements += 1;
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return step();
    } catch (error) {
      throw inItsWords(error);
    }
  }
}

/** On Android the number is a character that says nothing; SQLite's own words are all there is. */
function inItsWords(error: unknown): Error {
  const { message, errcode = 0 } = error as { readonly message: string; readonly errcode?: number };
  const reason = new Error(`Error code ${String.fromCharCode(errcode & 0xff)}: ${message}`);
  return new Error("Call to function 'NativeStatement.runAsync' has been rejected.", { cause: reason });
}
