/**
 * What went wrong with a device's store.
 *
 * - `store_full`: the device, or what the browser lets this site keep, is full. Nothing of the write was kept, everything older was.
 * - `store_closed`: the store was closed by its owner.
 * - `store_blocked`: somebody else holds the data: a tab with an older version of the app, or another process.
 * - `store_failed`: anything else, from a damaged file to a use that breaks the contract; the message says which.
 *
 * Three come from a store that a vault has sealed (`@healthbridge/client-sdk/vault`):
 * - `store_locked`: the vault is locked. Nothing of the write was kept; the same call succeeds once somebody has unlocked it.
 * - `store_plain`: the store holds rows that nobody sealed, and the app has not said that they are to be taken over.
 * - `store_tampered`: what is kept is not what was written: somebody has changed, swapped, removed or put back rows, or the disk is damaged. Nothing of it is used.
 */
export type StoreErrorCode =
  | "store_full"
  | "store_closed"
  | "store_blocked"
  | "store_failed"
  | "store_locked"
  | "store_plain"
  | "store_tampered";

/** What is known beyond the code. */
export interface StoreErrorDetails {
  readonly cause?: unknown;
  /** Whether the same call can succeed later without anybody changing the code; by default so for `store_full`, `store_blocked` and `store_locked`. */
  readonly retry?: "never" | "later";
}

/**
 * The one error a `Store` rejects with by itself; what `work` throws passes through as it is. An app that uses no store by itself never meets it: calls of the
 * SDK reject with a `HealthBridgeError` that has the same `code`, and this as its `cause`.
 *
 * Its message says what to do next and never carries a stored value, so it may be logged.
 *
 * @example
 * ```ts
 * try {
 *   await hb.book(wish);
 * } catch (error) {
 *   if (error instanceof HealthBridgeError && error.code === "store_full") showFreeSomeSpace();
 *   else throw error;
 * }
 * ```
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  // Declared alone: the constructor sets them, and a phone need not fetch each twice.
  declare readonly code: StoreErrorCode;
  declare readonly retry: "never" | "later";

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails = {}) {
    super(message, details);
    this.code = code;
    this.retry = details.retry ?? (/locked|full/.test(code) ? "later" : "never");
  }
}

/** For a call after `close()`. */
export function storeClosed(): StoreError {
  return new StoreError("store_closed", "The store was closed.");
}

/** For a call on a transaction that has ended. */
export function transactionOver(): StoreError {
  return new StoreError("store_failed", "The transaction is over: await each call alone.");
}

/** For a write inside a read transaction. */
export function readOnly(): StoreError {
  return new StoreError("store_failed", "A read transaction cannot write.");
}

/** Whatever was thrown, as a `StoreError`. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError("store_failed", "The store failed; see the cause.", {
    cause: error,
  });
}
