/**
 * What went wrong with the database, in the words the rest of the server decides on.
 *
 * - `duplicate`: a unique key said no; `key` names it. A business outcome, not a fault.
 * - `constraint`: a CHECK or foreign key said no.
 * - `deadlock`, `lock_timeout`, `connection_lost`: tried again already, as often as allowed.
 * - `read_only`, `cluster_not_ready`: this server must not be written to now (fail-over); nothing was applied.
 * - `overloaded`: shed before BEGIN, nothing was applied.
 * - `no_room`: it has no room on its disk, or no memory, for what was to be written; nothing was applied.
 * - `unavailable`: no connection could be made.
 * - `transaction_too_long`: held longer than allowed and cut; nothing was applied.
 * - `statement_too_long`: the server gave up on one statement.
 * - `statement`: any other refusal of a statement, as a rule a bug of ours.
 * - `misuse`: our own code broke a rule of this layer.
 */
export type DatabaseErrorCode =
  | "duplicate"
  | "constraint"
  | "deadlock"
  | "lock_timeout"
  | "connection_lost"
  | "read_only"
  | "cluster_not_ready"
  | "overloaded"
  | "no_room"
  | "unavailable"
  | "transaction_too_long"
  | "statement_too_long"
  | "statement"
  | "misuse";

/** Whether asking again later can help. There is no "now": what helps at once was already tried here. */
export type Retry = "never" | "later";

export interface DatabaseErrorDetails {
  readonly cause?: unknown;
  readonly errno?: number;
  /** Name of the violated key, without its table. */
  readonly key?: string;
  /** Text with `?` in place of every value. */
  readonly statement?: string;
  readonly retry?: Retry;
  readonly outcomeUnknown?: boolean;
  readonly attempts?: number;
}

const RETRY_LATER: ReadonlySet<DatabaseErrorCode> = new Set<DatabaseErrorCode>([
  "deadlock",
  "lock_timeout",
  "connection_lost",
  "read_only",
  "cluster_not_ready",
  "overloaded",
  "no_room",
  "unavailable",
  "transaction_too_long",
]);

/**
 * The one error this folder throws. Its message, key and statement never carry a value from a row:
 * it may be logged as it is.
 */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  readonly retry: Retry;
  readonly errno: number | undefined;
  readonly key: string | undefined;
  readonly statement: string | undefined;
  /** True when a COMMIT was sent and nobody knows what became of it. Never answer "not applied" then. */
  readonly outcomeUnknown: boolean;
  /** How often the transaction was begun. */
  readonly attempts: number;

  constructor(code: DatabaseErrorCode, message: string, details: DatabaseErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "DatabaseError";
    this.code = code;
    this.retry = details.retry ?? (RETRY_LATER.has(code) ? "later" : "never");
    this.errno = details.errno;
    this.key = details.key;
    this.statement = details.statement;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.attempts = details.attempts ?? 1;
  }
}

/** A rule of this layer was broken by our own code; nobody should catch it. */
export function misuse(message: string): DatabaseError {
  return new DatabaseError("misuse", message);
}
