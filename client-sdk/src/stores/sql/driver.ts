/** What a store binds to a statement. */
export type SqlValue = string | number | Uint8Array;

/**
 * An open connection to one SQLite file: what is used of `expo-sqlite`'s `SQLiteDatabase`, which fits as it is. It has to be a connection of the store's own
 * (`useNewConnection: true`): a transaction is whatever comes between BEGIN and COMMIT on it.
 */
export interface SqlDriver {
  /** Runs statements that bind nothing. */
  execAsync(sql: string): Promise<unknown>;
  /** Runs one statement. */
  runAsync(sql: string, values: SqlValue[]): Promise<unknown>;
  /** Runs one statement and answers all its rows; blobs as `Uint8Array`. */
  getAllAsync(sql: string, values: SqlValue[]): Promise<unknown[]>;
  closeAsync(): Promise<unknown>;
}
