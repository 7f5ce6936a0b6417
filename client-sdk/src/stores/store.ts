/**
 * The tables of a device's store. Keys are text, values anything JSON can hold. A later version may have more: a store makes those it has not.
 * - `meta`: session, streams, settings, one row each
 * - `outbox`: operations without an outcome, by lane and number
 * - `outcome`: outcomes the app has not acknowledged, and applied operations kept until they are durable on the server
 * - `entity`: the replica, by `<kind>:<id>`
 * - `feed`: cursors, and which entities each feed holds
 * - `document`: documents of consultations, what was written here (`mine:…`) apart from what the server has (`base:…`)
 */
export const STORE_TABLES = ["meta", "outbox", "outcome", "entity", "feed", "document"] as const;
/** The name of one of a store's tables. */
export type StoreTable = (typeof STORE_TABLES)[number];

/** A stretch of keys in a table, in the order of UTF-16 code units (as IndexedDB and JavaScript compare text). */
export interface KeyRange {
  /** keys greater than this */
  readonly after?: string;
  /** keys that begin with this */
  readonly prefix?: string;
  /** at most so many */
  readonly limit?: number;
}

/**
 * Reads and writes within one transaction, which sees its own writes. Await nothing else between its calls: whoever writes next
 * waits for it, and one that is held open for seconds is ended without effect. A call that failed fails the transaction, even
 * where `work` caught the error.
 */
export interface StoreTransaction {
  get(table: StoreTable, key: string): Promise<unknown>;
  /** Entries in the order of their keys. */
  list(table: StoreTable, range?: KeyRange): Promise<ReadonlyArray<readonly [key: string, value: unknown]>>;
  put(table: StoreTable, key: string, value: unknown): Promise<void>;
  delete(table: StoreTable, key: string): Promise<void>;
  /** Deletes every key that begins with the prefix; all of the table where it is left out. */
  clear(table: StoreTable, prefix?: string): Promise<void>;
}

/**
 * Where a device keeps what must not be lost. Required of every store, and tested by the exported suite (`@healthbridge/client-sdk/testing`):
 * - transactions are serialisable: two writers never see each other half done, also from two tabs or two processes;
 * - a write transaction is all or nothing: when `work` throws, or the process dies, nothing of it is there;
 * - when the promise of a write transaction resolves, it survives a killed process and, where the platform can do it, a power cut;
 * - `work` runs again from its start where the first run came to nothing (a browser closed the connection, space had to be freed):
 *   it has no effect but through its transaction. It never begins another transaction and waits for that;
 * - it rejects with `StoreError` (codes `store_full`, `store_closed`, `store_blocked`, `store_failed`), never hangs, and a failed write harms nothing that was there.
 *   What `work` throws by itself passes through as it is.
 */
export interface Store {
  /** which one it is, where stores of one name are one store in every tab: two apps of one site each send for themselves, and each have a line */
  readonly name?: string | undefined;
  transaction<T>(mode: "read" | "write", work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Ends the use of the store; later calls reject with `store_closed`. */
  close(): Promise<void>;
}
