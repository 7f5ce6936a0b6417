import { Socket } from "node:net";
import { createPool, type Pool, type PoolConnection } from "mysql2/promise";
import { translate } from "./classify.ts";
import { DatabaseError } from "./database-error.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import { driverOptions } from "./driver-options.ts";
import { Gate } from "./gate.ts";
import { Lease } from "./lease.ts";
import type { DatabaseRuntime } from "./runtime.ts";
import { type SessionLimits, sessionStatements } from "./session-setup.ts";
import { systemRuntime } from "./system-runtime.ts";

export interface DatabasePoolOptions extends Partial<SessionLimits> {
  /** `mysql://user:password@host:port/database`, or with `?socketPath=/…` */
  readonly url: string;
  /** Connections at most. */
  readonly size?: number;
  /** Borrowers that may wait for one; the next is refused as `overloaded`. */
  readonly queueLimit?: number;
  readonly queueMilliseconds?: number;
  /** How long connecting may take, and setting up what was connected. */
  readonly connectMilliseconds?: number;
  /** told how each transaction ended: committed, unless with an error */
  readonly onEnded?: (error: DatabaseError | undefined) => void;
  readonly runtime?: DatabaseRuntime;
}

export interface PoolStats {
  readonly size: number;
  readonly inUse: number;
  readonly waiting: number;
}

/** Connections to one database. Everybody but this folder goes through `inTransaction` and `read`. */
export interface DatabasePool {
  readonly runtime: DatabaseRuntime;
  /** Borrows a connection that is set up and known to be clean. */
  lease(): Promise<Lease>;
  /** Lets go of every connection: idle ones now, borrowed ones when they come back. New ones are opened on demand. */
  retire(): void;
  /** Is told how each transaction ended, where somebody wants to know: committed, unless with an error. */
  ended?(error: DatabaseError | undefined): void;
  stats(): PoolStats;
  /** Waits for the borrowed ones, then closes all. */
  close(): Promise<void>;
}

const DEFAULTS = {
  size: 10,
  queueLimit: 200,
  queueMilliseconds: 5_000,
  connectMilliseconds: 5_000,
  lockWaitSeconds: 3,
  idleSeconds: 60,
  idleTransactionSeconds: 10,
  statementSeconds: 10,
};

/** A connection unused for so much of the server's own patience is closed rather than trusted. */
const IDLE_SHARE = 0.75;

/** Opens no connection yet: the first borrower does. */
export function openPool(options: DatabasePoolOptions): DatabasePool {
  return new MysqlPool(options);
}

class MysqlPool implements DatabasePool {
  readonly runtime: DatabaseRuntime;
  readonly #pool: Pool;
  readonly #gate: Gate;
  readonly #size: number;
  readonly #idleMilliseconds: number;
  readonly #setUpMilliseconds: number;
  readonly #setUp: readonly string[];
  readonly #onEnded: DatabasePoolOptions["onEnded"];
  /** By the driver's core connection: the promise wrapper is another object at every checkout. */
  readonly #known = new WeakMap<object, KnownConnection>();
  readonly #idle = new Set<PoolConnection>();
  #generation = 0;
  #closing: Promise<void> | undefined;

  constructor(options: DatabasePoolOptions) {
    const settings = { ...DEFAULTS, ...options };
    this.runtime = options.runtime ?? systemRuntime;
    this.#size = settings.size;
    this.#idleMilliseconds = settings.idleSeconds * 1000 * IDLE_SHARE;
    this.#setUpMilliseconds = settings.connectMilliseconds;
    this.#setUp = sessionStatements(settings);
    this.#onEnded = options.onEnded;
    this.#gate = new Gate(
      { places: settings.size, queue: settings.queueLimit, patienceMilliseconds: settings.queueMilliseconds },
      this.runtime,
    );
    this.#pool = createPool({
      ...driverOptions(parseDatabaseUrl(options.url), settings.connectMilliseconds),
      connectionLimit: settings.size,
      maxIdle: settings.size,
      // The gate in front lets in no more than there are connections, so nobody waits inside the driver.
      waitForConnections: true,
    });
  }

  async lease(): Promise<Lease> {
    await this.#gate.enter();
    try {
      const connection = await this.#cleanConnection();
      const generation = this.#generation;
      return new Lease(connection, (reusable) => {
        this.#takeBack(connection, reusable && generation === this.#generation);
      });
    } catch (error) {
      this.#gate.leave();
      throw cannotConnect(error);
    }
  }

  retire(): void {
    this.#generation += 1;
    for (const connection of this.#idle) close(connection);
    this.#idle.clear();
  }

  ended(error: DatabaseError | undefined): void {
    this.#onEnded?.(error);
  }

  stats(): PoolStats {
    return { size: this.#size, inUse: this.#gate.inside, waiting: this.#gate.waiting };
  }

  close(): Promise<void> {
    this.#closing ??= this.#gate.close().then(() => this.#pool.end());
    return this.#closing;
  }

  async #cleanConnection(): Promise<PoolConnection> {
    for (;;) {
      const connection = await this.#pool.getConnection();
      this.#forgetIdle(connection);
      const known = this.#known.get(connection.connection);
      if (known !== undefined && this.runtime.now() - known.idleSince < this.#idleMilliseconds)
        return connection;
      if (known === undefined) {
        await this.#setUpOnce(connection);
        return connection;
      }
      // The server is about to close it, or has and we were not told.
      close(connection);
    }
  }

  async #setUpOnce(connection: PoolConnection): Promise<void> {
    // The driver listens for one error only; a second one would end the process.
    connection.connection.on("error", () => undefined);
    const silent = Promise.withResolvers<never>();
    // The borrower's own limit begins with the loan, so a database that says nothing before it would keep the place for ever.
    const callOff = this.runtime.after(this.#setUpMilliseconds, () => {
      silent.reject(new DatabaseError("connection_lost", "No answer while the connection was set up."));
    });
    try {
      for (const statement of this.#setUp) await Promise.race([connection.query(statement), silent.promise]);
    } catch (error) {
      close(connection);
      throw error;
    } finally {
      callOff();
    }
    this.#known.set(connection.connection, { idleSince: this.runtime.now() });
  }

  #takeBack(connection: PoolConnection, reusable: boolean): void {
    if (reusable) {
      this.#known.set(connection.connection, { idleSince: this.runtime.now() });
      this.#idle.add(connection);
      connection.release();
    } else {
      close(connection);
    }
    this.#gate.leave();
  }

  #forgetIdle(connection: PoolConnection): void {
    for (const idle of this.#idle) if (idle.connection === connection.connection) this.#idle.delete(idle);
  }
}

interface KnownConnection {
  readonly idleSince: number;
}

/** The driver only half-closes; a line that leads nowhere would linger. */
function close(connection: PoolConnection): void {
  const stream: unknown = Reflect.get(connection.connection, "stream");
  connection.destroy();
  if (stream instanceof Socket) stream.destroy();
}

function cannotConnect(error: unknown): DatabaseError {
  const found = translate(error);
  if (found.code === "overloaded" || found.code === "unavailable" || found.code === "misuse") return found;
  const lost = found.code === "connection_lost";
  return new DatabaseError("unavailable", `No connection to the database: ${found.message}`, {
    cause: found,
    // A wrong password or a missing database does not get better by trying again.
    retry: lost ? "later" : "never",
    ...(found.errno === undefined ? {} : { errno: found.errno }),
  });
}
