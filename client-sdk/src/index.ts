export { memoryDisk, memoryStore, type MemoryDisk } from "./stores/memory-store.ts";
export { StoreError, type StoreErrorCode, type StoreErrorDetails } from "./stores/store-error.ts";
export {
  STORE_TABLES,
  type KeyRange,
  type Store,
  type StoreTable,
  type StoreTransaction,
} from "./stores/store.ts";
