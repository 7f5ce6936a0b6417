/**
 * What every connection is told once, before its first use. Both statements run on MariaDB and on MySQL: a comment
 * that starts with M! is executed by MariaDB alone, one that starts with !80000 by MySQL alone.
 */
export interface SessionLimits {
  /** A lock is waited for that long, then error 1205. */
  readonly lockWaitSeconds: number;
  /** The server closes a connection, or rolls back a transaction, that its client forgot. */
  readonly idleSeconds: number;
  readonly idleTransactionSeconds: number;
  /** The server gives up on a single statement (on MySQL: on a SELECT). */
  readonly statementSeconds: number;
}

/**
 * No NO_BACKSLASH_ESCAPES and no ANSI_QUOTES: values are escaped on our side with backslashes, and quoted strings are
 * strings. Strict for all engines, so that nothing is ever cut or zeroed silently.
 */
const SQL_MODE = [
  "STRICT_ALL_TABLES",
  "STRICT_TRANS_TABLES",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ZERO_DATE",
  "NO_ZERO_IN_DATE",
  "NO_ENGINE_SUBSTITUTION",
  "ONLY_FULL_GROUP_BY",
].join(",");

export function sessionStatements(limits: SessionLimits): readonly string[] {
  const statementMilliseconds = limits.statementSeconds * 1000;
  return [
    // This spelling works on both; the variable has another name on each.
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    [
      `SET SESSION sql_mode = '${SQL_MODE}'`,
      "time_zone = '+00:00'",
      `innodb_lock_wait_timeout = ${String(limits.lockWaitSeconds)}`,
      `wait_timeout = ${String(limits.idleSeconds)}`,
      "autocommit = 1",
    ].join(", ") +
      ` /*M!100300 , idle_transaction_timeout = ${String(limits.idleTransactionSeconds)}` +
      `, max_statement_time = ${String(limits.statementSeconds)} */` +
      ` /*!80000 , max_execution_time = ${String(statementMilliseconds)} */`,
  ];
}
