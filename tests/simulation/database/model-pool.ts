import type { Connection } from "mysql2/promise";
import { translate } from "../../../server/src/database/classify.ts";
import { DatabaseError } from "../../../server/src/database/database-error.ts";
import { Gate } from "../../../server/src/database/gate.ts";
import { Lease } from "../../../server/src/database/lease.ts";
import type { DatabasePool, PoolStats } from "../../../server/src/database/pool.ts";
import type { DatabaseRuntime } from "../../../server/src/database/runtime.ts";
import { sessionStatements } from "../../../server/src/database/session-setup.ts";
import type { ModelConnection } from "./connection.ts";

/** As `pool.ts` has them. */
const QUEUE = 200;
const QUEUE_MILLISECONDS = 5_000;
const IDLE_MILLISECONDS = 45_000;
const SET_UP = sessionStatements({
  lockWaitSeconds: 3,
  idleSeconds: 60,
  idleTransactionSeconds: 10,
  statementSeconds: 10,
});

/** The server's pool over connections to the model: the same gate in front, the same leases, set up with the same statements. */
export class ModelPool implements DatabasePool {
  readonly runtime: DatabaseRuntime;
  readonly #connect: () => ModelConnection;
  readonly #size: number;
  readonly #gate: Gate;
  #idle: { readonly connection: ModelConnection; readonly since: number }[] = [];
  #generation = 0;
  #closing: Promise<void> | undefined;

  constructor(connect: () => ModelConnection, runtime: DatabaseRuntime, size: number) {
    this.#connect = connect;
    this.runtime = runtime;
    this.#size = size;
    this.#gate = new Gate({ places: size, queue: QUEUE, patienceMilliseconds: QUEUE_MILLISECONDS }, runtime);
  }

  async lease(): Promise<Lease> {
    await this.#gate.enter();
    try {
      const connection = this.#idleConnection() ?? (await this.#newConnection());
      const generation = this.#generation;
      // The lease uses nothing else of the driver's connection.
      const face: object = connection;
      return new Lease(face as Connection, (reusable) => {
        this.#takeBack(connection, reusable && generation === this.#generation);
      });
    } catch (error) {
      this.#gate.leave();
      throw cannotConnect(error);
    }
  }

  retire(): void {
    this.#generation += 1;
    for (const { connection } of this.#idle) connection.destroy();
    this.#idle = [];
  }

  stats(): PoolStats {
    return { size: this.#size, inUse: this.#gate.inside, waiting: this.#gate.waiting };
  }

  close(): Promise<void> {
    this.#closing ??= this.#gate.close().then(() => {
      this.retire();
    });
    return this.#closing;
  }

  /** The one used last. The driver forgets connections that the server closed while they were idle. */
  #idleConnection(): ModelConnection | undefined {
    for (;;) {
      const last = this.#idle.pop();
      if (last === undefined) return undefined;
      if (last.connection.isOpen && this.runtime.now() - last.since < IDLE_MILLISECONDS)
        return last.connection;
      last.connection.destroy();
    }
  }

  async #newConnection(): Promise<ModelConnection> {
    const connection = this.#connect();
    try {
      for (const statement of SET_UP) await connection.query(statement);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }

  #takeBack(connection: ModelConnection, reusable: boolean): void {
    if (reusable) this.#idle.push({ connection, since: this.runtime.now() });
    else connection.destroy();
    this.#gate.leave();
  }
}

function cannotConnect(error: unknown): DatabaseError {
  const found = translate(error);
  if (found.code === "overloaded" || found.code === "unavailable" || found.code === "misuse") return found;
  return new DatabaseError("unavailable", `No connection to the database: ${found.message}`, {
    cause: found,
    retry: found.code === "connection_lost" ? "later" : "never",
    ...(found.errno === undefined ? {} : { errno: found.errno }),
  });
}
