import type { Readable } from "node:stream";
import { type Connection, type ConnectionOptions, createConnection, escape } from "mysql2";
import { translate } from "../database/classify.ts";
import { parseDatabaseUrl } from "../database/database-url.ts";
import { driverOptions } from "../database/driver-options.ts";
import type { Flavour } from "../database/local/server-program.ts";

/** A table as it is to be written down. */
export interface TableShape {
  readonly name: string;
  /** the statement that makes it, on one line */
  readonly create: string;
  /** without those that the database works out by itself */
  readonly columns: readonly Column[];
  /** names of the columns that its rows are ordered by */
  readonly key: readonly string[];
  /** about how many rows it has */
  readonly about: number;
}

interface Column {
  readonly name: string;
  readonly kind: "number" | "bytes" | "text";
}

const CONNECT_MILLISECONDS = 5_000;
/** Seconds the database waits for us while a disk is slow. */
const SLOW_DISK_SECONDS = 600;
/** Rows that are read ahead. */
const READ_AHEAD = 200;

/** The snapshot stays, and the table can be changed again: a migration that waited would have everybody else wait behind it. */
const LET_GO = "ROLLBACK TO SAVEPOINT before_table";

const NUMBERS = /^(?:tinyint|smallint|mediumint|int|bigint|decimal|double)$/;
const BYTES = /^(?:binary|varbinary|(?:tiny|medium|long)?blob|bit|geometry|point)$/;

/**
 * Reads whole tables as the database holds them, at one instant: everything that is read over this connection is as it was when it was opened, however long that takes and
 * whatever is written meanwhile (a snapshot of InnoDB's). It changes nothing and keeps nobody waiting but migrations.
 */
export class TableReader implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #database: string;
  /** the rows of the table that is being read */
  #reading: Readable | undefined;

  private constructor(connection: Connection, database: string) {
    this.#connection = connection;
    this.#database = database;
    // One that breaks says so to statements that are under way, but not to rows that are being read.
    connection.on("error", (error: Error) => this.#reading?.destroy(error));
  }

  /** @throws DatabaseError where it cannot be reached */
  static async open(url: string): Promise<TableReader> {
    const address = parseDatabaseUrl(url);
    const options: ConnectionOptions = driverOptions(address, CONNECT_MILLISECONDS);
    const reader = new TableReader(createConnection(options), address.database ?? "");
    await reader.#rows("SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = ?", [
      SLOW_DISK_SECONDS,
    ]);
    await reader.#rows("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    await reader.#rows("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    return reader;
  }

  async flavour(): Promise<Flavour> {
    const [row] = await this.#rows("SELECT VERSION()");
    return String(row?.[0]).includes("MariaDB") ? "mariadb" : "mysql";
  }

  /** About how many bytes the tables take on the disk, with their indexes. */
  async bytes(): Promise<number> {
    const [row] = await this.#rows(
      "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = ?",
      [this.#database],
    );
    return Number(row?.[0]);
  }

  /** All tables, by name. */
  async tables(): Promise<readonly TableShape[]> {
    const found = await this.#rows(
      "SELECT table_name, COALESCE(table_rows, 0) FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'",
      [this.#database],
    );
    const names = found.map(([name, about]) => ({ name: String(name), about: Number(about) }));
    const shapes: TableShape[] = [];
    for (const { name, about } of names.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      shapes.push({ name, about, ...(await this.#shape(name)) });
    return shapes;
  }

  /** Every row of a table, in the order of its key, as it stands in an INSERT: `(1,'Amina',X'00ff',NULL)`. */
  async *rows(table: TableShape): AsyncGenerator<string> {
    const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
    const order = table.key.map(quoted).join(", ");
    const sql = `SELECT ${columns} FROM ${quoted(table.name)}${order === "" ? "" : ` ORDER BY ${order}`}`;
    await this.#rows("SAVEPOINT before_table");
    this.#reading = this.#connection
      .query({ sql, rowsAsArray: true, typeCast: (field) => field.buffer() })
      .stream({ highWaterMark: READ_AHEAD });
    const rows: AsyncIterable<unknown> = this.#reading;
    try {
      for await (const values of rows) yield asValues(table.columns, Array.isArray(values) ? values : []);
      this.#reading = undefined;
    } catch (error) {
      throw translate(error);
    }
    await this.#rows(LET_GO);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In the middle of a table it would first wait for the rest.
    if (this.#reading !== undefined) return this.#connection.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#connection.end(() => {
      resolve();
    });
    await promise;
  }

  async #shape(name: string): Promise<Pick<TableShape, "create" | "columns" | "key">> {
    await this.#rows("SAVEPOINT before_table");
    const [made] = await this.#rows(`SHOW CREATE TABLE ${quoted(name)}`);
    const columns = await this.#rows(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = ? AND table_name = ? AND COALESCE(generation_expression, '') = '' ORDER BY ordinal_position",
      [this.#database, name],
    );
    const key = await this.#rows(
      "SELECT column_name FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index",
      [this.#database, name],
    );
    await this.#rows(LET_GO);
    return {
      create: String(made?.[1]).replaceAll(/\s*\n\s*/g, " "),
      columns: columns.map(([column, type]) => ({ name: String(column), kind: kindOf(String(type)) })),
      key: key.map(([column]) => String(column)),
    };
  }

  #rows(sql: string, values: readonly unknown[] = []): Promise<readonly (readonly unknown[])[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly (readonly unknown[])[]>();
    this.#connection.query({ sql, values: [...values], rowsAsArray: true }, (error, found: unknown) => {
      if (error !== null) reject(translate(error));
      else resolve(Array.isArray(found) ? found : []);
    });
    return promise;
  }
}

/** A name for a statement. */
export function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** @throws Error for a type that would not be written down exactly */
function kindOf(type: string): Column["kind"] {
  if (NUMBERS.test(type)) return "number";
  if (BYTES.test(type)) return "bytes";
  if (type === "float") throw new Error("a FLOAT is told with fewer digits than it has");
  return "text";
}

/** Values arrive as the bytes of the text protocol: nothing is rounded or converted on the way. */
function asValues(columns: readonly Column[], values: readonly unknown[]): string {
  const texts = columns.map(({ name, kind }, index) => {
    const value = values[index];
    if (value === null) return "NULL";
    if (!Buffer.isBuffer(value)) throw new Error(`the column ${name} did not arrive`);
    if (kind === "number") return value.toString("latin1");
    return kind === "bytes" ? `X'${value.toString("hex")}'` : escape(value.toString("utf8"));
  });
  return `(${texts.join(",")})`;
}
