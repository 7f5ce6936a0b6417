/** Refusals as a server words them and as the driver hands them on: `server/src/database/classify.ts` reads these fields. */
export class ServerError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly sqlState: string;
  readonly sqlMessage: string;

  constructor(errno: number, code: string, sqlState: string, message: string) {
    super(message);
    this.name = "Error";
    this.errno = errno;
    this.code = code;
    this.sqlState = sqlState;
    this.sqlMessage = message;
  }
}

/** A line that broke: it comes from the driver, not from the server. */
export class LineError extends Error {
  readonly code: string | undefined;
  readonly fatal = true;

  constructor(code: string | undefined, message: string) {
    super(message);
    this.name = "Error";
    this.code = code;
  }
}

/** Errors that carry no state of their own are made without a stack: thousands of them belong to a normal run. */
export function without<T>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function serverError(errno: number, code: string, sqlState: string, message: string): ServerError {
  return without(() => new ServerError(errno, code, sqlState, message));
}

export const duplicateKey = (entry: string, key: string): ServerError =>
  serverError(1062, "ER_DUP_ENTRY", "23000", `Duplicate entry '${entry}' for key '${key}'`);

export const deadlock = (): ServerError =>
  serverError(
    1213,
    "ER_LOCK_DEADLOCK",
    "40001",
    "Deadlock found when trying to get lock; try restarting transaction",
  );

export const lockTimeout = (): ServerError =>
  serverError(
    1205,
    "ER_LOCK_WAIT_TIMEOUT",
    "HY000",
    "Lock wait timeout exceeded; try restarting transaction",
  );

export const readOnly = (): ServerError =>
  serverError(
    1290,
    "ER_OPTION_PREVENTS_STATEMENT",
    "HY000",
    "The MariaDB server is running with the --read-only option so it cannot execute this statement",
  );

export const checkFailed = (constraint: string, table: string): ServerError =>
  serverError(
    4025,
    "ER_CONSTRAINT_FAILED",
    "23000",
    `CONSTRAINT \`${constraint}\` failed for \`model\`.\`${table}\``,
  );

export interface ForeignKeyText {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
}

const names = (columns: readonly string[]): string => columns.map((name) => `\`${name}\``).join(", ");

const foreignKeyText = ({ name, table, columns, parent, parentColumns }: ForeignKeyText): string =>
  `(\`model\`.\`${table}\`, CONSTRAINT \`${name}\` FOREIGN KEY (${names(columns)}) REFERENCES \`${parent}\` (${names(parentColumns)}))`;

export const parentMissing = (key: ForeignKeyText): ServerError =>
  serverError(
    1452,
    "ER_NO_REFERENCED_ROW_2",
    "23000",
    `Cannot add or update a child row: a foreign key constraint fails ${foreignKeyText(key)}`,
  );

export const childExists = (key: ForeignKeyText): ServerError =>
  serverError(
    1451,
    "ER_ROW_IS_REFERENCED_2",
    "23000",
    `Cannot delete or update a parent row: a foreign key constraint fails ${foreignKeyText(key)}`,
  );

export const mayNotBeNull = (column: string): ServerError =>
  serverError(1048, "ER_BAD_NULL_ERROR", "23000", `Column '${column}' cannot be null`);

export const noDefault = (column: string): ServerError =>
  serverError(1364, "ER_NO_DEFAULT_FOR_FIELD", "HY000", `Field '${column}' doesn't have a default value`);

export const tooLong = (column: string): ServerError =>
  serverError(1406, "ER_DATA_TOO_LONG", "22001", `Data too long for column '${column}' at row 1`);

export const outOfRange = (column: string): ServerError =>
  serverError(
    1264,
    "ER_WARN_DATA_OUT_OF_RANGE",
    "22003",
    `Out of range value for column '${column}' at row 1`,
  );

export const wrongValue = (type: string, column: string): ServerError =>
  serverError(
    1366,
    "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD",
    "22007",
    `Incorrect ${type} value: '…' for column \`model\`.\`${column}\` at row 1`,
  );

export const truncated = (column: string): ServerError =>
  serverError(1265, "WARN_DATA_TRUNCATED", "01000", `Data truncated for column '${column}' at row 1`);

export const divisionByZero = (): ServerError =>
  serverError(1365, "ER_DIVISION_BY_ZERO", "22012", "Division by 0");

export const generatedGiven = (column: string, table: string): ServerError =>
  serverError(
    1906,
    "ER_WARNING_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN",
    "HY000",
    `The value specified for generated column '${column}' in table '${table}' has been ignored`,
  );

export const wrongCount = (row: number): ServerError =>
  serverError(
    1136,
    "ER_WRONG_VALUE_COUNT_ON_ROW",
    "21S01",
    `Column count doesn't match value count at row ${String(row)}`,
  );

export const syntaxError = (near: string): ServerError =>
  serverError(1064, "ER_PARSE_ERROR", "42000", `You have an error in your SQL syntax near '${near}'`);

export const lineCut = (): LineError =>
  without(
    () => new LineError("PROTOCOL_CONNECTION_LOST", "Connection lost: The server closed the connection."),
  );

export const lineClosed = (): LineError =>
  without(() => new LineError(undefined, "Can't add new command when connection is in closed state"));

export const connectionRefused = (): LineError =>
  without(() => new LineError("ECONNREFUSED", "connect ECONNREFUSED (the model database is down)"));
