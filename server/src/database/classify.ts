import { DatabaseError, type DatabaseErrorCode } from "./database-error.ts";

/** What the transaction loop does about an error. */
export type Reaction =
  /** The transaction is gone or will be rolled back; begin again from the start. */
  | "again"
  /** As `again`, and the connection is of no more use. */
  | "again-elsewhere"
  /** The server stopped taking writes; every connection of the pool points at the wrong one. */
  | "leave-server"
  /** Not ours to repeat. */
  | "give-up";

const REACTIONS: Readonly<Partial<Record<DatabaseErrorCode, Reaction>>> = {
  deadlock: "again",
  lock_timeout: "again",
  connection_lost: "again-elsewhere",
  unavailable: "again-elsewhere",
  read_only: "leave-server",
  cluster_not_ready: "leave-server",
};

/** What to do about an error; one that cannot get better by itself is never repeated. */
export function reactionTo(error: DatabaseError): Reaction {
  return error.retry === "never" ? "give-up" : (REACTIONS[error.code] ?? "give-up");
}

/** Server error numbers that mean more than "bad statement". Numbers of MariaDB and MySQL do not clash here. */
const BY_ERRNO: ReadonlyMap<number, DatabaseErrorCode> = new Map<number, DatabaseErrorCode>([
  [1062, "duplicate"],
  [1586, "duplicate"],
  [1216, "constraint"],
  [1217, "constraint"],
  [1451, "constraint"],
  [1452, "constraint"],
  [3819, "constraint"], // CHECK, MySQL
  [4025, "constraint"], // CHECK, MariaDB
  [1213, "deadlock"],
  [1020, "deadlock"], // the row changed since the snapshot (MariaDB, innodb_snapshot_isolation)
  [3101, "deadlock"], // rolled back during commit (group replication)
  [1305, "deadlock"], // ROLLBACK TO a savepoint that a deadlock took away
  [1205, "lock_timeout"],
  [3572, "lock_timeout"], // NOWAIT, MySQL
  [1290, "read_only"],
  [1836, "read_only"],
  [1792, "read_only"],
  [1047, "cluster_not_ready"], // Galera: outside the primary component
  [1180, "cluster_not_ready"], // Galera: error during commit
  [1040, "overloaded"],
  [1203, "overloaded"],
  [1226, "overloaded"],
  // What its machine lacks, whoever asks: no statement is at fault.
  [3, "no_room"], // a file cannot be written
  [20, "no_room"], // the disk is full
  [1021, "no_room"], // the same
  [1026, "no_room"], // a file cannot be written
  [1030, "no_room"], // the storage engine's own error, 28 (no space) above all
  [1037, "no_room"], // out of memory
  [1041, "no_room"], // the same
  [1114, "no_room"], // "the table is full"
  [1135, "no_room"], // no thread for a connection
  [1206, "no_room"], // no memory for locks
  [1637, "no_room"], // no undo log free
  [1877, "no_room"], // a table cannot be written
  [1878, "no_room"], // or read
  [3019, "no_room"], // the undo log is full
  [1969, "statement_too_long"], // max_statement_time, MariaDB
  [3024, "statement_too_long"], // max_execution_time, MySQL
  [1053, "connection_lost"], // the server is shutting down
  [1079, "connection_lost"],
  [1080, "connection_lost"],
  [1152, "connection_lost"],
  [1154, "connection_lost"],
  [1155, "connection_lost"],
  [1158, "connection_lost"],
  [1159, "connection_lost"],
  [1160, "connection_lost"],
  [1161, "connection_lost"],
  [1184, "connection_lost"],
  [1317, "connection_lost"], // interrupted: somebody killed the statement or the session
  [1927, "connection_lost"], // killed, MariaDB
  [3169, "connection_lost"], // killed, MySQL
  [4031, "connection_lost"], // idle too long, MySQL
]);

/** Codes of the operating system and of the driver for a line that broke. */
const LOST_CODES: ReadonlySet<string> = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "ECONNRESET",
  "ECONNABORTED",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
]);

/** Server texts that name only tables, columns and constraints, never a value: safe and useful to show. */
const PLAIN_TEXT: ReadonlySet<number> = new Set([
  1044, 1045, 1048, 1049, 1050, 1051, 1052, 1054, 1061, 1091, 1109, 1136, 1142, 1146, 1305, 1364, 1451, 1452,
  3819, 4025, 1698,
]);

interface Fault {
  readonly errno: number | undefined;
  readonly code: string;
  readonly text: string;
  readonly fatal: boolean;
  readonly fromServer: boolean;
}

/** What an error means; looks through wrappers (drizzle keeps the driver's error in `cause`). */
export function classify(error: unknown): DatabaseErrorCode {
  const own = databaseErrorIn(error);
  if (own !== undefined) return own.code;
  const fault = faultIn(error);
  if (fault === undefined) return "statement";
  const known = fault.errno === undefined ? undefined : BY_ERRNO.get(fault.errno);
  if (known !== undefined) return known;
  return !fault.fromServer && (fault.fatal || LOST_CODES.has(fault.code)) ? "connection_lost" : "statement";
}

/** Turns a driver's error into ours, with every value of a row left out. */
export function translate(error: unknown, statement?: string): DatabaseError {
  const own = databaseErrorIn(error);
  if (own !== undefined) return own;
  const fault = faultIn(error);
  const code = classify(error);
  const key = fault === undefined ? undefined : keyName(code, fault.text);
  return new DatabaseError(code, describe(fault, key), {
    cause: fault === undefined ? error : withoutValues(fault),
    ...(fault?.errno === undefined ? {} : { errno: fault.errno }),
    ...(key === undefined ? {} : { key }),
    ...(statement === undefined ? {} : { statement }),
  });
}

/** Our own error, found at any depth of `cause`. */
export function databaseErrorIn(error: unknown): DatabaseError | undefined {
  for (const link of chain(error)) if (link instanceof DatabaseError) return link;
  return undefined;
}

function describe(fault: Fault | undefined, key: string | undefined): string {
  if (fault === undefined) return "the database layer failed";
  const name = fault.errno === undefined ? fault.code : `${fault.code} ${String(fault.errno)}`;
  if (key !== undefined) return `refused by ${key} (${name})`;
  return fault.errno === undefined || PLAIN_TEXT.has(fault.errno) ? `${fault.text} (${name})` : name;
}

/**
 * The driver's error holds the whole statement with its values, and the server's text often quotes them: without
 * escaping them, so only cutting from the first quote to the last is safe.
 */
function withoutValues(fault: Fault): Error {
  const plain = fault.errno === undefined || PLAIN_TEXT.has(fault.errno);
  return new Error(plain ? fault.text : fault.text.replace(/'.*'/s, "'…'"));
}

/** MySQL writes `for key 'booking.uq_op'`, MariaDB `for key 'uq_op'`; constraints come in three spellings. */
function keyName(code: DatabaseErrorCode, text: string): string | undefined {
  if (code === "duplicate") return /for key '(?:[^']*\.)?([^'.]+)'\s*$/s.exec(text)?.[1];
  if (code === "constraint") return /constraint [`']([^`']+)[`']/i.exec(text)?.[1];
  return undefined;
}

function faultIn(error: unknown): Fault | undefined {
  for (const link of chain(error)) {
    const code = stringAt(link, "code");
    const errno = numberAt(link, "errno");
    const fromServer = stringAt(link, "sqlState") !== undefined;
    const fatal = Reflect.get(link, "fatal") === true;
    if (
      link instanceof DatabaseError ||
      (!fromServer && !fatal && !(code !== undefined && LOST_CODES.has(code)))
    )
      continue;
    // Node's own errno (-111 for a refused connection) is not the server's.
    return {
      code: code ?? "CONNECTION",
      errno: fromServer || (errno !== undefined && errno > 0) ? errno : undefined,
      text: stringAt(link, "sqlMessage") ?? stringAt(link, "message") ?? "",
      fatal,
      fromServer,
    };
  }
  return undefined;
}

function* chain(error: unknown): Generator<object> {
  const seen = new Set<object>();
  let link: unknown = error;
  while (typeof link === "object" && link !== null && !seen.has(link)) {
    seen.add(link);
    yield link;
    link = Reflect.get(link, "cause");
  }
}

function stringAt(object: object, name: string): string | undefined {
  const value: unknown = Reflect.get(object, name);
  return typeof value === "string" ? value : undefined;
}

function numberAt(object: object, name: string): number | undefined {
  const value: unknown = Reflect.get(object, name);
  return typeof value === "number" ? value : undefined;
}
