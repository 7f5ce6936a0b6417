import type { DatabasePool } from "../../../server/src/database/pool.ts";
import type { DatabaseRuntime } from "../../../server/src/database/runtime.ts";
import type { QueryOptions, Result } from "./answers.ts";
import { blueprintOf } from "./blueprint.ts";
import { ModelConnection, type Server, type ServerStats } from "./connection.ts";
import type { StatementFault, StatementInfo } from "./faults.ts";
import type { LockStats } from "./locks.ts";
import { ModelPool } from "./model-pool.ts";
import { connectionRefused } from "./server-errors.ts";
import { type Snapshot, Storage } from "./storage.ts";

export type { StatementFault, StatementInfo } from "./faults.ts";

export interface ModelDatabaseOptions {
  /** SQL texts of the migrations (contents of migrations/*.sql in order), split at `--> statement-breakpoint` or not */
  readonly migrations: readonly string[];
  /** the database's own clock, ms since 1970 (NOW(3)) */
  now(): number;
  /** from 0 up to, not including, 1 */
  random(): number;
  /** resolves after so many virtual ms */
  sleep(ms: number): Promise<void>;
  /** calls action once after so many virtual ms; answers how to call it off */
  after(ms: number, action: () => void): () => void;
  /** looked at before each statement of each connection; how the simulation injects faults. `undefined`: run it at once */
  readonly onStatement?: (info: StatementInfo) => StatementFault | undefined;
  /** told of each transaction that was committed, with the tables of which it changed rows; how the simulation sees what stands only for a moment */
  readonly onCommit?: (tables: ReadonlySet<string>) => void;
}

/** A bare line to the model, for who has no server around it. */
export interface BareConnection {
  readonly connectionId: number;
  query(sql: string | QueryOptions, values?: readonly unknown[]): Promise<[Result, unknown]>;
  destroy(): void;
}

/**
 * A database in memory that runs the server's own statements in virtual time: the tables that the migrations make, transactions at READ COMMITTED, row locks,
 * deadlocks, foreign keys. Nothing in it depends on a clock, on chance or on the order of objects other than what its options give.
 */
export interface ModelDatabase {
  /** A pool as the server's code wants it. `owner`: which server process. */
  openPool(owner: string, runtime: DatabaseRuntime, options?: { readonly size?: number }): DatabasePool;
  connect(owner: string): BareConnection;
  /** kill -9 of a server process: open transactions roll back, statements under way never answer (a COMMIT may have got through) */
  dropOwner(owner: string): void;
  /** kill -9 of the database: everything uncommitted is gone, lines are cut (a COMMIT under way was applied or not); nobody connects until `start` */
  crash(): void;
  start(): void;
  readonly running: boolean;
  /** a copy of all committed rows */
  snapshot(): unknown;
  /** sets committed rows back to a copy; lines are cut as by a crash */
  restore(snapshot: unknown): void;
  /** committed rows of a table, in the order of the primary key; `Row` is what its columns say */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever asks knows the table's columns, as with a real database
  rows<Row extends object = Record<string, unknown>>(table: string): readonly Row[];
  readonly stats: Readonly<ServerStats & LockStats>;
  /** Throws what the model could not do, such as a statement it does not know, if there was any such thing: whoever sent it may have taken it for an answer. `rows` and `snapshot` throw it as well. */
  assertSound(): void;
}

const DEFAULT_SIZE = 10;

export function createModelDatabase(options: ModelDatabaseOptions): ModelDatabase {
  return new Model(options);
}

class Model implements ModelDatabase, Server {
  readonly storage: Storage;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly after: (ms: number, action: () => void) => () => void;
  readonly #onStatement: ModelDatabaseOptions["onStatement"];
  readonly #onCommit: ModelDatabaseOptions["onCommit"];
  readonly #connections = new Set<ModelConnection>();
  readonly counts: ServerStats = { statements: 0, committed: 0, rolledBack: 0, connections: 0 };
  #running = true;
  #trouble: { readonly error: unknown } | undefined;

  constructor(options: ModelDatabaseOptions) {
    this.storage = new Storage(blueprintOf(options.migrations));
    this.now = () => options.now();
    this.random = () => options.random();
    this.sleep = (ms) => options.sleep(ms);
    this.after = (ms, action) => options.after(ms, action);
    this.#onStatement = options.onStatement;
    this.#onCommit = options.onCommit;
    this.#putFirstRows();
  }

  get running(): boolean {
    return this.#running;
  }

  get stats(): Readonly<ServerStats & LockStats> {
    return { ...this.counts, ...this.storage.locks.stats };
  }

  openPool(owner: string, runtime: DatabaseRuntime, { size = DEFAULT_SIZE } = {}): DatabasePool {
    return new ModelPool(() => this.#open(owner), runtime, size);
  }

  connect(owner: string): BareConnection {
    const connection = this.#open(owner);
    return {
      connectionId: connection.threadId,
      query: (sql, values = []) => connection.query(sql, values),
      destroy: () => {
        connection.destroy();
      },
    };
  }

  dropOwner(owner: string): void {
    for (const connection of this.#connections) if (connection.owner === owner) connection.vanish();
  }

  crash(): void {
    this.#running = false;
    this.#cutAll();
  }

  start(): void {
    this.#running = true;
  }

  assertSound(): void {
    if (this.#trouble !== undefined) throw this.#trouble.error;
  }

  snapshot(): Snapshot {
    this.assertSound();
    return this.storage.snapshot();
  }

  restore(snapshot: unknown): void {
    this.#cutAll();
    this.storage.restore(snapshot as Snapshot);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever asks knows the table's columns, as with a real database
  rows<Row extends object = Record<string, unknown>>(table: string): readonly Row[] {
    this.assertSound();
    return this.storage.rows(table) as readonly Row[];
  }

  faultFor(info: StatementInfo): StatementFault | undefined {
    this.assertSound();
    return this.#onStatement?.(info);
  }

  lockWaited(): void {
    for (const connection of this.#connections) connection.endWhenIdle();
  }

  trouble(error: unknown): void {
    this.#trouble ??= { error };
  }

  committed(tables: ReadonlySet<string>): void {
    if (tables.size > 0) this.#onCommit?.(tables);
  }

  closed(connection: ModelConnection): void {
    this.#connections.delete(connection);
  }

  #open(owner: string): ModelConnection {
    if (!this.#running) throw connectionRefused();
    this.counts.connections += 1;
    const connection = new ModelConnection(this, this.counts.connections, owner);
    this.#connections.add(connection);
    return connection;
  }

  #cutAll(): void {
    for (const connection of this.#connections) connection.cut();
  }

  #putFirstRows(): void {
    const transaction = this.storage.begin();
    const session = {
      tables: this.storage.tables,
      locks: this.storage.locks,
      transaction,
      connection: 0,
      now: this.now(),
    };
    for (const sql of this.storage.blueprint.firstStatements) {
      const plan = this.storage.blueprint.plan(sql);
      if (plan.kind !== "write") throw new Error(`no statement for a migration: ${sql}`);
      const step = plan.change(session, []).next();
      if (step.done !== true) throw new Error("a migration waits for a lock");
    }
    transaction.commit();
  }
}
