/**
 * The SDK without forecasts, for phones that count every byte: nothing is decided on the device, so an operation's forecast is `unknown` and reads show what
 * the server said last. Everything else is the SDK; the same store serves both.
 *
 * @packageDocumentation
 */
export { indexedDbStore, type IndexedDbStoreOptions } from "./stores/indexeddb/indexeddb-store.ts";
export { memoryDisk, memoryStore, type MemoryDisk } from "./stores/memory-store.ts";
export { StoreError, type StoreErrorCode, type StoreErrorDetails } from "./stores/store-error.ts";
export {
  STORE_TABLES,
  type KeyRange,
  type Store,
  type StoreTable,
  type StoreTransaction,
} from "./stores/store.ts";
export { platformRuntime } from "./adapters/platform-runtime.ts";
export type { Channel, Runtime } from "./adapters/runtime.ts";
export {
  type ClientCode,
  type ErrorCode,
  type ErrorDetails,
  HealthBridgeError,
  type Retry,
} from "./errors.ts";
export type { Events } from "./events.ts";
export {
  type BookInput,
  type FollowedFeed,
  HealthBridge,
  type OpenOptions,
  type RescheduleInput,
  type SignInOptions,
  type SignOutReport,
} from "./health-bridge.ts";
export type { Observable } from "./observable.ts";
export type {
  Enqueued,
  EnqueueItem,
  EnqueueOptions,
  Forecast,
  Lane,
  Outcome,
  Waiting,
} from "./outbox/operation.ts";
export type { Filter, Held, Query } from "./replica/query.ts";
export {
  describeStatus,
  type SyncOptions,
  type SyncProblem,
  type SyncReport,
  type SyncState,
  type SyncStatus,
} from "./sync/status.ts";
