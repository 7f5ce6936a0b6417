import { type Connection, createConnection } from "mysql2/promise";
import { translate } from "./classify.ts";
import { DatabaseError } from "./database-error.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import { driverOptions } from "./driver-options.ts";
import { Lease } from "./lease.ts";

const CONNECT_MILLISECONDS = 5_000;

/**
 * One connection outside any pool, for what a pool's connections must never do: DDL, accounts, server settings.
 * `await using` closes it.
 */
export class SingleConnection implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #lease: Lease;

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#lease = new Lease(connection, (reusable) => {
      if (!reusable) connection.destroy();
    });
    // An idle connection that breaks says so to nobody else; the next statement finds out.
    connection.on("error", () => undefined);
  }

  static async open(url: string): Promise<SingleConnection> {
    try {
      return new SingleConnection(
        await createConnection(driverOptions(parseDatabaseUrl(url), CONNECT_MILLISECONDS)),
      );
    } catch (error) {
      const found = translate(error);
      throw new DatabaseError("unavailable", `No connection to the database: ${found.message}`, {
        cause: found,
        ...(found.errno === undefined ? {} : { errno: found.errno }),
      });
    }
  }

  get run(): Lease["run"] {
    return this.#lease.run.bind(this.#lease);
  }

  async rows<Row extends object>(...statement: Parameters<Lease["run"]>): Promise<readonly Row[]> {
    const answer = await this.#lease.run(...statement);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller knows the columns it asked for
    return answer.kind === "rows" ? (answer.rows as readonly Row[]) : [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lease.ended) return;
    this.#lease.release();
    await this.#connection.end().catch(() => undefined);
  }
}
