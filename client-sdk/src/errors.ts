import type { Problem, ProblemCode, Reason } from "@healthbridge/schema/client";
import type { Failure } from "./sync/machine.ts";

/**
 * What can go wrong in a call to the SDK, beside the codes a server's problem has:
 * - `offline`: the server could not be reached, or something else answered in its place
 * - `store_full`, `store_blocked`, `store_failed`: the device could not read or write; nothing of the call was kept
 * - `store_closed`: the same, because `close()` was called
 * - `store_locked`: the same, because the vault is locked; the call succeeds once it is open again
 * - `store_plain`, `store_tampered`: what the device holds was never sealed, or was changed by somebody else (`StoreErrorCode`)
 *
 * A vault has more (`@healthbridge/client-sdk/vault`):
 * - `pin_wrong`; `pin_wait`: too many were wrong, `retryAfter` says how long (ms); `pin_weak`: too short, or among the first that anybody tries
 * - `vault_missing`, `vault_exists`: nothing was created under this name yet, or something was already; `vault_unavailable`: the page is neither https nor localhost, so the
 *   browser lends it no cryptography; photos and calendar links need that as well
 * - `passkey_unavailable`: this device or browser has none that can keep a key; `passkey_refused`: the person, or the device, said no
 *
 * And a queue that travels in a file (`@healthbridge/client-sdk/transfer`):
 * - `passphrase_wrong`, `passphrase_weak`
 * - `file_damaged`: not such a file, or not all of it; `file_newer`: written by a later version of the app; `file_foreign`: another account's
 *
 * Three are told by the report of a `sync()` and by the status. What syncs before it asks the server something of its own throws the first two as well:
 * - `protocol_error`: the server refused the form of a request; the queue is kept
 * - `aborted`: the caller's signal ended the wait
 * - `closed`: `close()` was called; documents throw it where they were closed, attachments where they ended
 */
export type ClientCode =
  | "offline"
  | "protocol_error"
  | "store_full"
  | "store_closed"
  | "store_blocked"
  | "store_failed"
  | "store_locked"
  | "store_plain"
  | "store_tampered"
  | "pin_wrong"
  | "pin_wait"
  | "pin_weak"
  | "vault_missing"
  | "vault_exists"
  | "vault_unavailable"
  | "passkey_unavailable"
  | "passkey_refused"
  | "passphrase_wrong"
  | "passphrase_weak"
  | "file_damaged"
  | "file_newer"
  | "file_foreign"
  | "aborted"
  | "closed";

/**
 * Every code this version knows: those of a server's problems and those of the SDK itself. A later server may send others, so a `code` is typed as any text
 * of which these are known.
 */
export type ErrorCode = ProblemCode | ClientCode;

/** Whether the same call can succeed: never as it is, later, or once somebody has signed in. */
export type Retry = "never" | "later" | "after-auth";

/** What is known of an error beyond its code. */
export interface ErrorDetails {
  /** the field at fault, as `input.start` */
  readonly path?: string | undefined;
  /** for people, in the message; may change */
  readonly detail?: string | undefined;
  /** all there is to say, where it is more than one thing */
  readonly reasons?: readonly Reason[] | undefined;
  /** position in the list given to `enqueueMany` */
  readonly index?: number | undefined;
  /** ms after which the server wants to be asked again */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

const LATER = /^(offline|store_full|store_b?locked|aborted|rate_limited|pin_wait|unavailable|internal)$/;
const AFTER_AUTH = /^(not_signed_in|token_expired|token_invalid|refresh_reused|device_revoked)$/;

/**
 * The one error the SDK throws. What became of a queued operation is never an error: it is an `Outcome`.
 *
 * @example
 * try {
 *   await hb.book({ doctor, patient, start: "next tuesday" });
 * } catch (error) {
 *   if (error instanceof HealthBridgeError && error.code === "malformed") show(error.path); // input.start
 * }
 */
export class HealthBridgeError extends Error {
  override readonly name = "HealthBridgeError";
  // Declared alone: the constructor sets them all, and a phone need not fetch each twice.
  /** what went wrong; decide by this alone */
  declare readonly code: ErrorCode | (string & {});
  declare readonly retry: Retry;
  /** the field at fault, as `input.start` */
  declare readonly path: string | undefined;
  declare readonly reasons: readonly Reason[];
  declare readonly index: number | undefined;
  declare readonly retryAfter: number | undefined;

  constructor(code: ErrorCode | (string & {}), details: ErrorDetails = {}) {
    const { path, detail, reasons = [], index, retryAfter } = details;
    super(code + (path ? ` at ${path}` : "") + (detail ? `: ${detail}` : ""), details);
    this.code = code;
    this.retry = AFTER_AUTH.test(code) ? "after-auth" : LATER.test(code) ? "later" : "never";
    this.path = path;
    this.reasons = reasons;
    this.index = index;
    this.retryAfter = retryAfter;
  }
}

/** A problem as an error. */
export function errorFrom(problem: Problem, details?: ErrorDetails): HealthBridgeError {
  return new HealthBridgeError(problem.code, { ...problem, ...details });
}

/** Thrown where the server did not do what it was asked for; `why` says what to do about it (see `sync/machine.ts`). To an app it is a `HealthBridgeError`. */
export class Failed extends HealthBridgeError {
  declare readonly why: Failure["why"];
  declare readonly detail: string | undefined;
  /** of our server's refusal; 0 where none came from it */
  declare readonly status: number;

  constructor(why: Failure["why"], code: string, details: ErrorDetails & { readonly status?: number } = {}) {
    super(code, details);
    this.why = why;
    this.detail = details.detail;
    this.status = details.status ?? 0;
  }
}

/** For when nobody answers, or somebody else does. */
export function offline(detail: string, more?: ErrorDetails): Failed {
  return new Failed("lost", "offline", { detail, ...more });
}
