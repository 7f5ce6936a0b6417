import { STORE_TABLES } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { indexedDbError } from "./indexeddb-error.ts";
import { result } from "./promises.ts";

/** Raise it together with what `onupgradeneeded` does; it never removes anything. */
const VERSION = 2;
export const BALLAST = "ballast";

/** The database of one name: opened when first needed, and again after a browser or another tab closed it. */
export class Connection {
  readonly #name: string;
  readonly #factory: IDBFactory;
  readonly #version: number;
  #opening: Promise<IDBDatabase> | undefined;
  #database: IDBDatabase | undefined;

  constructor(name: string, factory: IDBFactory, version: number = VERSION) {
    this.#name = name;
    this.#factory = factory;
    this.#version = version;
  }

  open(): Promise<IDBDatabase> {
    this.#opening ??= this.#connect();
    return this.#opening;
  }

  /** The next `open` connects anew. Transactions under way come to their end first. */
  close(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#opening = undefined;
  }

  async #connect(): Promise<IDBDatabase> {
    try {
      const request = this.#factory.open(this.#name, this.#version);
      request.addEventListener("upgradeneeded", () => {
        const known = request.result.objectStoreNames;
        for (const table of [...STORE_TABLES, BALLAST]) {
          if (!known.contains(table)) request.result.createObjectStore(table);
        }
      });
      // An open that is blocked goes on as soon as the other tab lets go: until then calls are refused, after that they work.
      const blocked = new Promise<never>((_, reject) => {
        request.addEventListener("blocked", () => {
          reject(new StoreError("store_blocked", "Another tab runs an older app."));
        });
      });
      return await Promise.race([this.#adopt(request), blocked]);
    } catch (error) {
      throw indexedDbError(error);
    }
  }

  async #adopt(request: IDBOpenDBRequest): Promise<IDBDatabase> {
    try {
      const database = await result(request);
      this.#database = database;
      this.#opening = Promise.resolve(database);
      const forget = (): void => {
        if (this.#database === database) this.close();
      };
      // Forced by the browser (site data cleared, disk error); or asked for by a tab that upgrades, which we must not block.
      database.addEventListener("close", forget);
      database.addEventListener("versionchange", forget);
      return database;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}
