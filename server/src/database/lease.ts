import type { Connection, QueryOptions, ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { translate } from "./classify.ts";
import { DatabaseError } from "./database-error.ts";

/** What may stand for a `?`. An array becomes a list (`IN (?)`), an array of arrays rows (`VALUES ?`). */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly (SqlValue | readonly SqlValue[])[];

export interface Rows {
  readonly kind: "rows";
  readonly rows: readonly unknown[];
}

export interface Done {
  readonly kind: "done";
  readonly affectedRows: number;
  readonly changedRows: number;
  readonly insertId: number;
  /** The server's own word on whether a transaction is open now. */
  readonly inTransaction: boolean;
}

export type Answer = Rows | Done;

/** `objects` for our own SQL, `arrays` is what drizzle maps its columns from. */
export type RowShape = "objects" | "arrays";

/** Bit 0 of the status in every OK packet (SERVER_STATUS_IN_TRANS). */
const IN_TRANSACTION = 1;

/**
 * One connection in one borrower's hands, until `release` or `destroy`, whichever comes first.
 * Only a connection known to be clean may be released.
 */
export class Lease {
  readonly #connection: Connection;
  readonly #onEnd: (reusable: boolean) => void;
  readonly #cut = Promise.withResolvers<never>();
  #ended = false;

  constructor(connection: Connection, onEnd: (reusable: boolean) => void) {
    this.#connection = connection;
    this.#onEnd = onEnd;
    // Nobody may be waiting when the line is cut; that is no unhandled rejection.
    this.#cut.promise.catch(() => undefined);
  }

  /** Rejects when the lease is destroyed with a reason; never resolves. */
  get cut(): Promise<never> {
    return this.#cut.promise;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The server's number of this connection, for KILL and for logs. */
  get connectionId(): number {
    return this.#connection.threadId;
  }

  async run(sql: string, values: readonly SqlValue[] = [], shape: RowShape = "objects"): Promise<Answer> {
    if (this.#ended) throw new DatabaseError("misuse", "The connection was given back already.");
    try {
      const query = this.#connection.query<RowDataPacket[] | ResultSetHeader>(
        queryOptions(sql, values, shape),
      );
      // The driver never settles a statement whose connection it destroyed itself, hence the race.
      const [result] = await Promise.race([query, this.cut]);
      return answerFrom(result);
    } catch (error) {
      throw translate(error, sql);
    }
  }

  /** Gives a clean connection back. */
  release(): void {
    this.#end(true);
  }

  /** Closes the connection at once; a statement still running rejects with `reason`. */
  destroy(
    reason: DatabaseError = new DatabaseError("connection_lost", "The connection was closed here."),
  ): void {
    if (this.#ended) return;
    this.#cut.reject(reason);
    this.#end(false);
  }

  #end(reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(reusable);
  }
}

function queryOptions(sql: string, values: readonly SqlValue[], shape: RowShape): QueryOptions {
  const plain = { sql, values: [...values] };
  return shape === "objects" ? plain : { ...plain, rowsAsArray: true, typeCast: datesAsText };
}

/** Drizzle's date columns parse text themselves. */
function datesAsText(field: { type: string; string(): string | null }, next: () => unknown): unknown {
  return field.type === "TIMESTAMP" || field.type === "DATETIME" || field.type === "DATE"
    ? field.string()
    : next();
}

function answerFrom(result: readonly unknown[] | ResultSetHeader): Answer {
  if (isRows(result)) return { kind: "rows", rows: result };
  const status: unknown = Reflect.get(result, "serverStatus");
  return {
    kind: "done",
    affectedRows: result.affectedRows,
    changedRows: result.changedRows,
    insertId: result.insertId,
    inTransaction: typeof status === "number" && (status & IN_TRANSACTION) !== 0,
  };
}

function isRows(result: readonly unknown[] | ResultSetHeader): result is readonly unknown[] {
  return Array.isArray(result);
}
