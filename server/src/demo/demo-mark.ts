import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";

/** The row in `server_state` that says that the demo is in a database. */
const MARK = "demo";

/** Why a server does not start on a database. */
export class WrongDatabase extends Error {
  override readonly name = "WrongDatabase";
}

/**
 * Keeps the demo and what is real apart: the demo's passwords stand in the source, for everybody to read.
 *
 * @throws WrongDatabase
 */
export async function keepDemoApart(pool: DatabasePool, demo: boolean): Promise<void> {
  const { marked, used } = await read(pool, async (reader) => ({
    marked: (await reader.query("SELECT value FROM server_state WHERE name = ?", [MARK])).length > 0,
    used: (await reader.query("SELECT id FROM account LIMIT 1")).length > 0,
  }));
  if (marked && !demo)
    throw new WrongDatabase(
      "This database was filled by the demo, whose passwords everybody knows. Give the server another: DATABASE_URL, or another folder in HEALTHBRIDGE_DATA.",
    );
  if (!marked && used && demo)
    throw new WrongDatabase(
      "This database is in use, and the demo would add an administrator whose password everybody knows. Give the demo another: DATABASE_URL, or another folder in HEALTHBRIDGE_DATA.",
    );
  if (demo && !marked)
    await inTransaction(pool, (tx) =>
      tx.write("INSERT INTO server_state (name, value) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = name", [
        MARK,
        "filled",
      ]),
    );
}
