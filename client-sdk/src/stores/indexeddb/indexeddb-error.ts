import { notJson } from "../json-value.ts";
import { readOnly, StoreError, transactionOver } from "../store-error.ts";

/** A `DOMException` of IndexedDB in words for whoever runs the app. `store_failed` with retry "later" means interrupted. */
export function indexedDbError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const failed = (message: string): StoreError => new StoreError("store_failed", message, { cause: error });
  switch (error instanceof Error ? error.name : "") {
    case "QuotaExceededError":
      return storeFull(error);
    case "DataCloneError":
      return notJson(error);
    case "ReadOnlyError":
      return readOnly();
    case "InvalidStateError":
    case "TransactionInactiveError":
      return transactionOver();
    case "VersionError":
      return failed("A newer app was here. Reload the page.");
    // The browser has no `indexedDB` at all, or forbids it.
    case "TypeError":
    case "SecurityError":
    case "NotSupportedError":
      return failed("Allow site data, end private browsing.");
    default:
      return interrupted(error);
  }
}

/** The browser ended a transaction or a connection by itself: nothing of it was kept, and the same again can succeed. */
export function interrupted(cause: unknown): StoreError {
  return new StoreError("store_failed", "Interrupted. Reload the page.", {
    cause,
    retry: "later",
  });
}

/** Without a cause it is us who refuse, because the browser refused as much a moment ago. */
export function storeFull(cause?: unknown): StoreError {
  return new StoreError("store_full", "Free some space; nothing older was lost.", { cause });
}
