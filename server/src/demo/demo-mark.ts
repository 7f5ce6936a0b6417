import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";

/** The row in `server_state` that says that the demo is in a database. */
const MARK = "demo";

const TABLE_THERE =
  "SELECT TABLE_NAME AS name FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";

/** Why a server does not start on a database. */
export class WrongDatabase extends Error {
  override readonly name = "WrongDatabase";
}

/**
 * Keeps the demo and what is real apart: the demo's passwords stand in the source, for everybody to read. Asked before migrations: a database that is not to be used is not changed
 * either, for the server that does use it may be an older one.
 *
 * @throws WrongDatabase
 */
export async function keepDemoApart(pool: DatabasePool, demo: boolean): Promise<void> {
  const { marked, used } = await read(pool, async (reader) => {
    const has = async (table: string, sql: string, values: readonly string[] = []): Promise<boolean> =>
      (await reader.query(TABLE_THERE, [table])).length > 0 && (await reader.query(sql, values)).length > 0;
    return {
      marked: await has("server_state", "SELECT value FROM server_state WHERE name = ?", [MARK]),
      used: await has("account", "SELECT id FROM account LIMIT 1"),
    };
  });
  if (marked && !demo)
    throw new WrongDatabase(
      "This database was filled by the demo, whose passwords everybody knows. Give the server another: DATABASE_URL, or another folder in HEALTHBRIDGE_DATA.",
    );
  if (!marked && used && demo)
    throw new WrongDatabase(
      "This database is in use, and the demo would add an administrator whose password everybody knows. Give the demo another: DATABASE_URL, or another folder in HEALTHBRIDGE_DATA.",
    );
}

/** Notes that the demo is in a database. */
export async function markDemo(pool: DatabasePool): Promise<void> {
  await inTransaction(pool, (tx) =>
    tx.write("INSERT INTO server_state (name, value) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = name", [
      MARK,
      "filled",
    ]),
  );
}
