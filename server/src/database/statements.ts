import { drizzle, type MySqlRemoteDatabase } from "drizzle-orm/mysql-proxy";
import { translate } from "./classify.ts";
import { type DatabaseError, misuse } from "./database-error.ts";
import type { Answer, Done, Lease, RowShape, SqlValue } from "./lease.ts";
import { checkStatement, type Permission } from "./statement-guard.ts";

/** What a write did. Counts are of rows changed, not of rows found. */
export type WriteResult = Pick<Done, "affectedRows" | "changedRows" | "insertId">;

/** Drizzle for typed statements in a transaction; it has no way to begin another one. */
export type TransactionDrizzle = Omit<MySqlRemoteDatabase, "transaction" | "query" | "_">;

/** Drizzle for typed reads. */
export type ReadDrizzle = Pick<
  MySqlRemoteDatabase,
  "select" | "selectDistinct" | "with" | "$with" | "$count"
>;

/**
 * Statements on one lease, one after another, until the first error.
 *
 * After a deadlock the server is in autocommit: whatever were sent next would be applied for good. So a statement
 * leaves only when the one before it succeeded, also when the caller did not wait.
 */
export class Statements {
  readonly #lease: Lease;
  readonly #permission: Permission;
  #tail: Promise<unknown> = Promise.resolve();
  #fault: DatabaseError | undefined;
  #closed = false;
  #drizzle: MySqlRemoteDatabase | undefined;

  constructor(lease: Lease, permission: Permission) {
    this.#lease = lease;
    this.#permission = permission;
  }

  /** The first error; nothing goes out after it. */
  get fault(): DatabaseError | undefined {
    return this.#fault;
  }

  async query<Row extends object>(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    const answer = await this.#inTurn(sql, values, "objects");
    if (answer.kind !== "rows") throw misuse("A statement without rows belongs into write().");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller knows the columns it asked for
    return answer.rows as readonly Row[];
  }

  async write(sql: string, values: readonly SqlValue[]): Promise<WriteResult> {
    const answer = await this.#inTurn(sql, values, "objects");
    if (answer.kind !== "done") throw misuse("A statement with rows belongs into query().");
    return answer;
  }

  get drizzle(): MySqlRemoteDatabase {
    this.#drizzle ??= drizzle(async (sql, params: SqlValue[], method) => {
      const answer = await this.#inTurn(sql, params, method === "all" ? "arrays" : "objects");
      const result = answer.kind === "rows" ? answer.rows : answer;
      return { rows: method === "all" && answer.kind === "rows" ? [...answer.rows] : [result] };
    });
    return this.#drizzle;
  }

  /** Waits for what was sent but not waited for, and lets nothing more out. Throws the first error. */
  async finish(): Promise<void> {
    this.#closed = true;
    await this.#tail;
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Lets nothing more out, waits for nothing. */
  abandon(): void {
    this.#closed = true;
  }

  #inTurn(sql: string, values: readonly SqlValue[], shape: RowShape): Promise<Answer> {
    if (this.#closed) return Promise.reject(misuse("The transaction or read is over."));
    const turn = this.#tail.then(async () => {
      if (this.#fault !== undefined) throw this.#fault;
      try {
        checkStatement(sql, this.#permission);
        return this.#checked(await this.#lease.run(sql, values, shape));
      } catch (error) {
        this.#fault = translate(error, sql);
        throw this.#fault;
      }
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  #checked(answer: Answer): Answer {
    if (this.#permission === "read-write" && answer.kind === "done" && !answer.inTransaction) {
      throw misuse("The statement ended the transaction.");
    }
    return answer;
  }
}
