import { databaseErrorIn, reactionTo, translate } from "./classify.ts";
import { DatabaseError, type DatabaseErrorCode, misuse } from "./database-error.ts";
import type { Lease, SqlValue } from "./lease.ts";
import type { DatabasePool } from "./pool.ts";
import { forbidNesting, inScope } from "./scope.ts";
import { Statements, type TransactionDrizzle, type WriteResult } from "./statements.ts";

/**
 * What `work` sees. Statements go out one after another; after the first error every further one rejects with that
 * same error, and the transaction is rolled back whatever `work` returns.
 */
export interface Transaction {
  /** 1 for the first try. */
  readonly attempt: number;
  /** True when an earlier try sent its COMMIT and never heard back: its effect may be there already. */
  readonly afterUnknownCommit: boolean;
  readonly connectionId: number;
  /** For statements that return rows. `?` takes a value, `IN (?)` a list. */
  query<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** For INSERT, UPDATE, DELETE. `VALUES ?` takes `[rows]`, each row an array. */
  write(sql: string, values?: readonly SqlValue[]): Promise<WriteResult>;
  /** Typed statements on this same connection, under the same rules. */
  readonly drizzle: TransactionDrizzle;
}

export interface RetryNotice {
  /** The try that failed, from 1. */
  readonly attempt: number;
  readonly error: DatabaseError;
  /** The failed try had sent its COMMIT. */
  readonly commitUnknown: boolean;
  readonly waitMilliseconds: number;
}

export interface TransactionOptions {
  /** Tries in all. */
  readonly attempts?: number;
  /** From BEGIN to the end of COMMIT, per try. */
  readonly maxMilliseconds?: number;
  readonly onRetry?: (notice: RetryNotice) => void;
  /** Looked at before each try and while waiting for the next; a try that has begun is not interrupted. */
  readonly signal?: AbortSignal;
}

const ATTEMPTS = 5;
const MAX_MILLISECONDS = 10_000;
const SHORTEST_WAIT_MILLISECONDS = 10;
const LONGEST_WAIT_MILLISECONDS = 250;

/**
 * Runs `work` in a transaction and commits it; begins again from the start where that is safe (deadlock, lock
 * time-out, lost connection), COMMIT included.
 *
 * When the line breaks after COMMIT was sent nobody knows whether it was applied, and `work` runs once more. So
 * `work` must be idempotent: look first at what is settled, and do nothing outside the transaction.
 *
 * @throws DatabaseError, or what `work` threw
 */
export async function inTransaction<T>(
  pool: DatabasePool,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  forbidNesting("A transaction");
  const attempts = options.attempts ?? ATTEMPTS;
  let outcomeUnknown = false;
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const maxMilliseconds = options.maxMilliseconds ?? MAX_MILLISECONDS;
    const ending: Ending<T> = await tryOnce(pool, work, attempt, outcomeUnknown, maxMilliseconds);
    if (ending.type === "refused") throw ending.error;
    pool.ended?.(ending.type === "failed" ? ending.error : undefined);
    if (ending.type === "committed") return ending.value;
    outcomeUnknown ||= ending.commitUnknown;
    const reaction = reactionTo(ending.error);
    if (reaction === "leave-server") pool.retire();
    const again = reaction === "again" || reaction === "again-elsewhere";
    if (!again || attempt >= attempts) throw finalError(ending.error, attempt, outcomeUnknown);
    const { commitUnknown, error } = ending;
    const waitMilliseconds = jitter(pool.runtime.random());
    options.onRetry?.({ attempt, error, commitUnknown, waitMilliseconds });
    await pool.runtime.sleep(waitMilliseconds, options.signal);
  }
}

type Ending<T> =
  | { readonly type: "committed"; readonly value: T }
  /** `work` itself said no; the transaction was rolled back. */
  | { readonly type: "refused"; readonly error: unknown }
  | { readonly type: "failed"; readonly error: DatabaseError; readonly commitUnknown: boolean };

/** Full jitter: many losers of one deadlock must not meet again. */
function jitter(random: number): number {
  return SHORTEST_WAIT_MILLISECONDS + random * (LONGEST_WAIT_MILLISECONDS - SHORTEST_WAIT_MILLISECONDS);
}

async function tryOnce<T>(
  pool: DatabasePool,
  work: (transaction: Transaction) => Promise<T>,
  attempt: number,
  afterUnknownCommit: boolean,
  maxMilliseconds: number,
): Promise<Ending<T>> {
  let lease: Lease;
  try {
    lease = await pool.lease();
  } catch (error) {
    return { type: "failed", error: translate(error), commitUnknown: false };
  }
  const callOff = pool.runtime.after(maxMilliseconds, () => {
    lease.destroy(new DatabaseError("transaction_too_long", `Cut after ${String(maxMilliseconds)} ms.`));
  });
  try {
    return await runOn(lease, work, attempt, afterUnknownCommit);
  } finally {
    callOff();
  }
}

async function runOn<T>(
  lease: Lease,
  work: (transaction: Transaction) => Promise<T>,
  attempt: number,
  afterUnknownCommit: boolean,
): Promise<Ending<T>> {
  const statements = new Statements(lease, "read-write");
  let value: T;
  try {
    await lease.run("START TRANSACTION");
    const face = transactionFace(statements, lease, attempt, afterUnknownCommit);
    // Work may hang on something that is not a statement; when the time is over it is left behind.
    value = await Promise.race([inScope(() => work(face)), lease.cut]);
    await statements.finish();
  } catch (error) {
    statements.abandon();
    return endFailed(lease, statements.fault, error);
  }
  return commit(lease, value);
}

function transactionFace(
  statements: Statements,
  lease: Lease,
  attempt: number,
  afterUnknownCommit: boolean,
): Transaction {
  return {
    attempt,
    afterUnknownCommit,
    connectionId: lease.connectionId,
    query: (sql, values = []) => statements.query(sql, values),
    write: (sql, values = []) => statements.write(sql, values),
    get drizzle() {
      return statements.drizzle;
    },
  };
}

async function commit<T>(lease: Lease, value: T): Promise<Ending<T>> {
  try {
    const answer = await lease.run("COMMIT");
    if (answer.kind === "done" && answer.inTransaction)
      throw misuse("The transaction is still open after COMMIT.");
    lease.release();
    return { type: "committed", value };
  } catch (error) {
    const found = translate(error);
    const commitUnknown = COMMIT_UNKNOWN.has(found.code);
    if (ROLLED_BACK.has(found.code)) await rollBack(lease);
    else lease.destroy();
    // Cut for taking too long: no more is known than after a broken line, and the same helps.
    const asLost = found.code === "transaction_too_long";
    return {
      type: "failed",
      error: asLost
        ? new DatabaseError("connection_lost", "No answer to COMMIT in time.", { cause: found })
        : found,
      commitUnknown,
    };
  }
}

/** A clear refusal of COMMIT means "not applied"; after these nobody can tell. */
const COMMIT_UNKNOWN: ReadonlySet<DatabaseErrorCode> = new Set<DatabaseErrorCode>([
  "connection_lost",
  "cluster_not_ready",
  "transaction_too_long",
  "statement_too_long",
  "statement",
  "no_room",
]);

/** After these the connection itself is sound. */
const ROLLED_BACK: ReadonlySet<DatabaseErrorCode> = new Set<DatabaseErrorCode>([
  "deadlock",
  "lock_timeout",
  "duplicate",
  "constraint",
  "statement",
  "statement_too_long",
  "misuse",
]);

async function endFailed<T>(
  lease: Lease,
  fault: DatabaseError | undefined,
  thrown: unknown,
): Promise<Ending<T>> {
  const found = fault ?? databaseErrorIn(thrown);
  if (found === undefined || ROLLED_BACK.has(found.code)) await rollBack(lease);
  else lease.destroy();
  // What `work` made of an error counts, unless the transaction is to be tried again.
  if (found === undefined) return { type: "refused", error: thrown };
  if (reactionTo(found) === "give-up" && databaseErrorIn(thrown) === undefined)
    return { type: "refused", error: thrown };
  return { type: "failed", error: found, commitUnknown: false };
}

/** Gives the connection back only when the server confirms that no transaction is open. */
export async function rollBack(lease: Lease): Promise<void> {
  if (lease.ended) return;
  try {
    const answer = await lease.run("ROLLBACK");
    if (answer.kind === "done" && !answer.inTransaction) lease.release();
    else lease.destroy();
  } catch {
    // The error that led here is the one worth telling.
    lease.destroy();
  }
}

function finalError(error: DatabaseError, attempts: number, outcomeUnknown: boolean): DatabaseError {
  if (attempts === 1 && !outcomeUnknown) return error;
  return new DatabaseError(error.code, error.message, {
    cause: error,
    retry: error.retry,
    attempts,
    outcomeUnknown,
    ...(error.errno === undefined ? {} : { errno: error.errno }),
    ...(error.key === undefined ? {} : { key: error.key }),
    ...(error.statement === undefined ? {} : { statement: error.statement }),
  });
}
