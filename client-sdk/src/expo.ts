/**
 * What the SDK adds in React Native: a store in a SQLite file, over `expo-sqlite` or any driver like it.
 *
 * @packageDocumentation
 */
export type { SqlDriver, SqlValue } from "./stores/sql/driver.ts";
export { sqlStore } from "./stores/sql/sql-store.ts";
