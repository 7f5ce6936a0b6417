import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { translate } from "../../../server/src/database/classify.ts";
import { parseDatabaseUrl } from "../../../server/src/database/database-url.ts";
import { driverOptions } from "../../../server/src/database/driver-options.ts";
import type { SqlValue } from "../../../server/src/database/lease.ts";

/** What a server said to a statement. An error is an answer too: these tests are about errors. */
export interface Said {
  /** the server's number of the error; 0: none */
  readonly errno: number;
  /** the key or constraint that refused */
  readonly key: string | undefined;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly affected: number;
  readonly warnings: number;
  readonly insertId: number;
}

export type Isolation = "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";

export interface LineOptions {
  readonly isolation?: Isolation;
  /** Seconds; long unless a test is about it, so that no slow machine turns a wait into an error. */
  readonly lockWait?: number;
  /** The driver as it comes, which counts rows found instead of rows changed. */
  readonly foundRows?: boolean;
}

/** A statement that was sent and may be waiting for a lock. */
export interface Sent {
  readonly answer: Promise<Said>;
  /** What was said, once it was. */
  readonly said: Said | undefined;
}

const CONNECT_MILLISECONDS = 10_000;

/** One bare connection, with the settings the product uses unless told otherwise. No pool, no retry, nothing between the test and the server. */
export class Line implements AsyncDisposable {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.on("error", () => undefined);
  }

  static async open(url: string, options: LineOptions = {}): Promise<Line> {
    const driver = driverOptions(parseDatabaseUrl(url), CONNECT_MILLISECONDS);
    const { flags: _, ...plain } = driver;
    const line = new Line(await createConnection(options.foundRows === true ? plain : driver));
    await line.run(`SET SESSION TRANSACTION ISOLATION LEVEL ${options.isolation ?? "READ COMMITTED"}`);
    await line.run(`SET SESSION innodb_lock_wait_timeout = ${options.lockWait ?? 30}`);
    return line;
  }

  /** The server's number of this connection. */
  get id(): number {
    return this.#connection.threadId;
  }

  /** Sends a statement and waits for what the server says, be it an error. */
  run(sql: string, values: readonly SqlValue[] = []): Promise<Said> {
    return this.#ask(sql, values);
  }

  /** Sends a statement and waits for rows or a count; an error is thrown. */
  async must(sql: string, values: readonly SqlValue[] = []): Promise<Said> {
    const said = await this.#ask(sql, values);
    if (said.errno !== 0) throw new Error(`${sql} failed with ${said.errno}`);
    return said;
  }

  /** Sends a statement that may have to wait. */
  send(sql: string, values: readonly SqlValue[] = []): Sent {
    let said: Said | undefined;
    const answer = this.#ask(sql, values).then((answered) => (said = answered));
    return {
      answer,
      get said() {
        return said;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy();
    await Promise.resolve();
  }

  async #ask(sql: string, values: readonly SqlValue[]): Promise<Said> {
    try {
      const [result] = await this.#connection.query<RowDataPacket[] | ResultSetHeader>({
        sql,
        values: [...values],
      });
      if (Array.isArray(result)) return { ...NOTHING, rows: result };
      const { affectedRows, warningStatus, insertId } = result;
      return { ...NOTHING, affected: affectedRows, warnings: warningStatus, insertId };
    } catch (error) {
      const { errno, key } = translate(error);
      if (errno === undefined) throw error;
      return { ...NOTHING, errno, key };
    }
  }
}

const NOTHING: Said = { errno: 0, key: undefined, rows: [], affected: 0, warnings: 0, insertId: 0 };

/** The value of the only column of the only row. */
export function only(said: Said): unknown {
  const [row, more] = said.rows;
  if (row === undefined || more !== undefined || said.errno !== 0)
    throw new Error(`not one row: ${JSON.stringify(said)}`);
  return Object.values(row)[0];
}

/** Several lines at once; `await using` closes them all. */
export async function openLines(
  url: string,
  count: number,
  options: LineOptions = {},
): Promise<AsyncDisposable & { readonly all: readonly Line[]; at(place: number): Line }> {
  await using stack = new AsyncDisposableStack();
  const all: Line[] = [];
  for (let made = 0; made < count; made++) all.push(stack.use(await Line.open(url, options)));
  const owned = stack.move();
  return {
    all,
    at(place) {
      const line = all[place];
      if (line === undefined) throw new Error(`no line ${place}`);
      return line;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
