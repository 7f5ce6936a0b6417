/**
 * What the SDK adds where Node runs it.
 *
 * @packageDocumentation
 */
export { sqliteStore, type SqliteStoreOptions } from "./stores/sqlite/sqlite-store.ts";
