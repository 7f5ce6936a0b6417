/**
 * The queue of a device as a file: what waits on a phone that finds no network, or is about to be given away, is sent by another one. An addition to the SDK, which an app fetches
 * only where it imports it.
 *
 * @packageDocumentation
 */
export { exportQueue } from "./export-queue.ts";
export { type ImportReport, importQueue } from "./import-queue.ts";
export type { TransferDevice } from "./second-tab.ts";
