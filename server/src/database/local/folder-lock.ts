import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LocalServerError } from "./local-server-error.ts";

/**
 * Makes this process the only one that runs a server on a data folder.
 *
 * The lock is SQLite's lock on a file, that is, the operating system's: it ends with the process, however that ends,
 * so there is no stale lock to guess about and no process number that may belong to somebody else by now.
 */
export class FolderLock implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** @param what runs there, for the message of whoever comes second */
  static take(folder: string, what = "the database"): FolderLock {
    const ownerFile = join(folder, "owner");
    const database = openLock(folder);
    try {
      database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw new LocalServerError("in_use", inUse(folder, ownerFile, what), { cause: error });
    }
    writeFileSync(ownerFile, `${String(process.pid)}\n`);
    return new FolderLock(database);
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

function openLock(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, "lock"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LocalServerError("unusable_folder", `The folder ${folder} cannot be used (${why}).`, {
      cause: error,
    });
  }
}

function inUse(folder: string, ownerFile: string, what: string): string {
  let owner = "another process";
  try {
    owner = `process ${readFileSync(ownerFile, "utf8").trim()}`;
  } catch {
    // It took the lock this very moment and has not signed yet.
  }
  return `${owner} already runs ${what} in ${folder}. Stop it first, or choose another folder.`;
}
