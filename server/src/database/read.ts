import { databaseErrorIn, reactionTo, translate } from "./classify.ts";
import { DatabaseError } from "./database-error.ts";
import type { SqlValue } from "./lease.ts";
import type { DatabasePool } from "./pool.ts";
import { forbidNesting, inScope } from "./scope.ts";
import { type ReadDrizzle, Statements } from "./statements.ts";
import { rollBack } from "./transaction.ts";

/** Reads on one connection, each its own snapshot. */
export interface Reader {
  query<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  readonly drizzle: ReadDrizzle;
}

export interface ReadOptions {
  readonly maxMilliseconds?: number;
  readonly signal?: AbortSignal;
}

const MAX_MILLISECONDS = 10_000;
const ATTEMPTS = 2;

/**
 * Plain reads outside any transaction. When the line breaks `work` runs once more on another connection: one that
 * sat idle may have been closed by the server the moment it was picked.
 */
export async function read<T>(
  pool: DatabasePool,
  work: (reader: Reader) => Promise<T>,
  options: ReadOptions = {},
): Promise<T> {
  forbidNesting("A read");
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await readOnce(pool, work, options.maxMilliseconds ?? MAX_MILLISECONDS);
    } catch (error) {
      const found = databaseErrorIn(error);
      if (found === undefined) throw error;
      const reaction = reactionTo(found);
      if (reaction === "leave-server") pool.retire();
      if (reaction !== "again-elsewhere" || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function readOnce<T>(
  pool: DatabasePool,
  work: (reader: Reader) => Promise<T>,
  maxMilliseconds: number,
): Promise<T> {
  const lease = await pool.lease();
  const statements = new Statements(lease, "read");
  const callOff = pool.runtime.after(maxMilliseconds, () => {
    lease.destroy(
      new DatabaseError("statement_too_long", `Cut after ${String(maxMilliseconds)} ms.`, { retry: "later" }),
    );
  });
  try {
    const reader: Reader = {
      query: (sql, values = []) => statements.query(sql, values),
      get drizzle() {
        return statements.drizzle;
      },
    };
    const value = await Promise.race([inScope(() => work(reader)), lease.cut]);
    await statements.finish();
    lease.release();
    return value;
  } catch (error) {
    statements.abandon();
    const fault = statements.fault ?? databaseErrorIn(error);
    if (fault !== undefined && reactionTo(fault) !== "give-up") lease.destroy();
    else await rollBack(lease);
    throw fault === undefined ? error : translate(fault);
  } finally {
    callOff();
  }
}
