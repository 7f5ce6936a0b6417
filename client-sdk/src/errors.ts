import type { Problem, ProblemCode, Reason } from "@healthbridge/schema/client";

/**
 * What can go wrong in a call to the SDK, beside the codes a server's problem has:
 * - `offline`: the server could not be reached, or something else answered in its place
 * - `protocol_error`: the server refused the form of a request; the queue is kept
 * - `store_full`, `store_closed`, `store_blocked`, `store_failed`: the device could not write; nothing of the call was kept
 * - `aborted`: the caller's signal
 * - `closed`: the instance was closed
 */
export type ClientCode =
  | "offline"
  | "protocol_error"
  | "store_full"
  | "store_closed"
  | "store_blocked"
  | "store_failed"
  | "aborted"
  | "closed";

export type ErrorCode = ProblemCode | ClientCode;

/** Whether the same call can succeed: never as it is, later, or once somebody has signed in. */
export type Retry = "never" | "later" | "after-auth";

export interface ErrorDetails {
  readonly path?: string | undefined;
  readonly detail?: string | undefined;
  readonly reasons?: readonly Reason[] | undefined;
  /** position in the list given to `enqueueMany` */
  readonly index?: number | undefined;
  /** ms after which the server wants to be asked again */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

const LATER: ReadonlySet<string> = new Set(
  "offline store_blocked store_full aborted rate_limited unavailable internal".split(" "),
);
const AFTER_AUTH: ReadonlySet<string> = new Set(
  "not_signed_in token_expired token_invalid refresh_reused device_revoked".split(" "),
);

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
  readonly code: string;
  readonly retry: Retry;
  /** the field at fault, as `input.start` */
  readonly path: string | undefined;
  readonly reasons: readonly Reason[];
  readonly index: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode | (string & {}), details: ErrorDetails = {}) {
    const where = details.path === undefined ? "" : ` at ${details.path}`;
    const more = details.detail === undefined ? "" : `: ${details.detail}`;
    super(code + where + more, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retry = retryOf(code);
    this.path = details.path;
    this.reasons = details.reasons ?? [];
    this.index = details.index;
    this.retryAfter = details.retryAfter;
  }
}

function retryOf(code: string): Retry {
  if (AFTER_AUTH.has(code)) return "after-auth";
  return LATER.has(code) ? "later" : "never";
}

/** A problem as an error. */
export function errorFrom(problem: Problem, details: ErrorDetails = {}): HealthBridgeError {
  const { code, path, detail, reasons } = problem;
  return new HealthBridgeError(code, { path, detail, reasons, ...details });
}
