/**
 * The script of an app's service worker: keeps the app's files, starts it without a network, and wakes it when there is one.
 *
 * @packageDocumentation
 */
export type { Asset } from "./precache.ts";
export { serveApp, type ServeAppOptions } from "./serve-app.ts";
export type { WorkerMessage, WorkerWords } from "./words.ts";
