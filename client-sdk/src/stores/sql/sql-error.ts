import { StoreError } from "../store-error.ts";

/** SQLite's own words (`sqlite3_errstr`), which drivers pass on; the numbers beside them are not in all of them. */
const BUSY = /database (table )?is locked|SQLITE_(BUSY|LOCKED)/i;
const FULL = /database or disk is full|SQLITE_FULL|no space left/i;
const DAMAGED = /disk image is malformed|file is not a database|SQLITE_(CORRUPT|NOTADB)/i;
const UNWRITABLE = /unable to open database|readonly database|SQLITE_(CANTOPEN|READONLY)/i;

/** Whether somebody else holds the file at this moment. */
export function isBusy(error: unknown): boolean {
  return BUSY.test(wordsOf(error));
}

/** What a driver threw, in words for whoever runs the device. */
export function sqlError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const words = wordsOf(error);
  const failed = (advice: string): StoreError => new StoreError("store_failed", advice, { cause: error });
  if (FULL.test(words))
    return new StoreError("store_full", "This device is full. Free some space; nothing older was lost.", {
      cause: error,
    });
  if (BUSY.test(words))
    return new StoreError("store_blocked", "Something else has held the app's file for long. Try again.", {
      cause: error,
    });
  if (DAMAGED.test(words))
    return failed(
      "The app's file is damaged. Keep a copy of it, as it may hold operations that were never sent; then delete it and sign in again.",
    );
  if (UNWRITABLE.test(words)) return failed("The app's file cannot be opened for writing.");
  return failed("The app's file could not be used; the cause says why. Nothing of the write was kept.");
}

/** All a driver says: the reason is often in the cause. */
function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error; at instanceof Error && words.length < 5; at = at.cause) {
    words.push(at.message);
    if ("code" in at) words.push(String(at.code));
  }
  return words.join(" ");
}
