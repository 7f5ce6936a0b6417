import { StoreError } from "../store-error.ts";

// https://sqlite.org/rescode.html
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** The file that readers and writers share beside the database could not be made longer. */
const IOERR_SHMSIZE = IOERR | (19 << 8);

/** Whether somebody else holds the file at this moment. */
export function isBusy(error: unknown): boolean {
  return (errcodeOf(error) & 0xff) === BUSY;
}

/** An error of SQLite or of the file system in words for whoever runs the device. */
export function sqliteError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const errcode = errcodeOf(error);
  const failed = (advice: string): StoreError => new StoreError("store_failed", advice, { cause: error });
  if (errcode === IOERR_SHMSIZE || systemCodeOf(error) === "ENOSPC") return full(path, error);
  switch (errcode & 0xff) {
    case FULL:
      return full(path, error);
    case BUSY:
      return blocked(path, error);
    case CORRUPT:
    case NOTADB:
      return failed(
        `${path} is damaged. Keep a copy of it, as it may hold operations that were never sent; then restore a backup or move it away and sign in again.`,
      );
    case READONLY:
    case CANTOPEN:
      return failed(
        `${path} cannot be opened for writing. Check that it and its folder belong to this user.`,
      );
    case IOERR:
      return failed(
        `The disk failed to read or write ${path}. Check the disk; what was written before is kept as far as the disk kept it.`,
      );
    default:
      return failed(`${path} could not be used; the cause says why. Nothing of the write was kept.`);
  }
}

/** For when others hold the file longer than we wait. */
export function blocked(path: string, cause: unknown): StoreError {
  return new StoreError(
    "store_blocked",
    `Another process has held ${path} for long. Try again; if it stays so, end that process.`,
    {
      cause,
    },
  );
}

function full(path: string, cause: unknown): StoreError {
  return new StoreError(
    "store_full",
    `There is no space left for ${path}. Free some, then try again; nothing older was lost.`,
    { cause },
  );
}

function errcodeOf(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : 0;
}

function systemCodeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
