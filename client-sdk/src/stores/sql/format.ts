import { StoreError } from "../store-error.ts";
import type { StoreTable } from "../store.ts";

/** The form of a store's SQLite file, whoever writes it: a phone's file opens on a clinic's computer. */

/** "HBst": what tells our files from anybody else's. */
export const APPLICATION_ID = 0x48_42_73_74;

/** What makes each version of the file out of the one before; `user_version` counts how many were applied. Only ever append. */
export const MIGRATIONS: readonly string[] = [
  tables("meta", "outbox", "outcome", "entity", "feed"),
  tables("document"),
];

/** What follows migrations in the same transaction. */
export const MIGRATED: string = `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`;

function tables(...names: readonly StoreTable[]): string {
  return names
    .map((name) => `CREATE TABLE ${name} (key BLOB PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`)
    .join("\n");
}

/** What a file says of itself. */
export interface FileFacts {
  /** `PRAGMA application_id` */
  readonly applicationId: number;
  /** `PRAGMA user_version` */
  readonly version: number;
  /** `SELECT count(*) FROM sqlite_schema`; looked at where nothing else is said */
  readonly objects: number;
}

/**
 * Refuses a file of another program, or of a newer version of the app.
 * @throws StoreError `store_failed`
 */
export function checkOurs(path: string, { applicationId, version, objects }: FileFacts): void {
  const isEmpty = version === 0 && objects === 0;
  if (applicationId !== APPLICATION_ID && !isEmpty) {
    throw new StoreError(
      "store_failed",
      `${path} belongs to another program. Choose another file for the store.`,
    );
  }
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      "store_failed",
      `${path} was written by a newer version of this app (format ${version}, known here ${MIGRATIONS.length}). Update the app; the file is untouched.`,
    );
  }
}
