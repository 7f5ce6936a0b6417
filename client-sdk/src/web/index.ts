/**
 * What an app in a browser adds to the SDK: its service worker and updates of it, whether what is kept here is safe, a daily limit on data, push messages. What a browser does not
 * have is a state to show, never an error.
 *
 * @packageDocumentation
 */
export { platformPage } from "../adapters/platform-page.ts";
export type { DataKind } from "./byte-count.ts";
export {
  dataBudget,
  type DataBudget,
  type DataBudgetOptions,
  type DataBudgetState,
  type GovernedDevice,
} from "./data-budget.ts";
export { dropPush, type DropPushOptions } from "./drop-push.ts";
export { reportEviction, type ReportingDevice } from "./eviction.ts";
export { forgetStore, lostStores } from "./lost-stores.ts";
export type { Connection, Keepsake, Notifications, Page, StorageKeeper, WorkerContainer } from "./page.ts";
export {
  type AppUpdate,
  type OfflineStart,
  type RegisteredServiceWorker,
  registerServiceWorker,
  type ServiceWorkerOptions,
} from "./register-service-worker.ts";
export type { Eviction, NotedStream } from "./sentinel.ts";
export { type TellingStore, tellingStore } from "./telling-store.ts";
export { type Wakes, type WakeOptions, wakeOnSync, type WakeState } from "./wake-on-sync.ts";
export { type PushOptions, type PushState, type WatchedPush, watchPush } from "./watch-push.ts";
export {
  type StorageOptions,
  type StorageState,
  type WatchedStorage,
  watchStorage,
} from "./watch-storage.ts";
