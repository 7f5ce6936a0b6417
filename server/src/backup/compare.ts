import { CommandError } from "../command/command-error.ts";
import { RESTORE_UNFINISHED } from "../database/migrate.ts";
import type { SingleConnection } from "../database/single-connection.ts";
import type { Progress } from "./dump.ts";
import type { Manifest } from "./manifest.ts";
import { TableDigest } from "./table-digest.ts";
import { quoted, TableReader } from "./table-reader.ts";

/**
 * Reads a restored database whole, and compares it with what was read when the backup was made.
 * @throws CommandError where a table is not as it was, row for row
 */
export async function compare(
  url: string,
  { tables: expected }: Pick<Manifest, "tables">,
  progress: Progress,
): Promise<void> {
  await using reader = await TableReader.open(url);
  const tables = (await reader.tables()).filter(({ name }) => name !== RESTORE_UNFINISHED);
  const all = Object.values(expected).reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const table of tables) {
    const digest = new TableDigest();
    for await (const row of reader.rows(table)) {
      digest.add(row);
      done += 1;
      if (done < all) progress(done, all);
    }
    const found = digest.end();
    const was = expected[table.name];
    if (was?.sha256 !== found.sha256 || was.rows !== found.rows)
      throw differs(table.name, was?.rows, found.rows);
  }
  for (const [name, { rows }] of Object.entries(expected))
    if (!tables.some((table) => table.name === name)) throw differs(name, rows, undefined);
  progress(all, all);
}

function differs(table: string, was: number | undefined, found: number | undefined): CommandError {
  const rows = (count: number | undefined): string =>
    count === undefined ? "is not there" : `has ${String(count)} rows`;
  return new CommandError(
    `What was restored is not what was backed up: the table ${table} ${rows(found)}, and in the backup it ${rows(was)}${found === was ? ", with other content" : ""}.`,
  );
}

/** @throws CommandError where a database holds anything, as no place to restore into may */
export async function requireEmpty(connection: SingleConnection, where: string): Promise<void> {
  if ((await tableNames(connection)).length > 0)
    throw new CommandError(
      `${where} is not empty. A backup is restored into an empty database only, so that nothing is overwritten.`,
    );
}

/** Removes all tables; for a database that we have filled ourselves. */
export async function dropTables(connection: SingleConnection): Promise<void> {
  await connection.run("SET SESSION foreign_key_checks = 0");
  const names = await tableNames(connection);
  // What says that it is not whole goes last.
  for (const name of names.filter((each) => each !== RESTORE_UNFINISHED))
    await connection.run(`DROP TABLE ${quoted(name)}`);
  await connection.run(`DROP TABLE IF EXISTS ${quoted(RESTORE_UNFINISHED)}`);
  await connection.run("SET SESSION foreign_key_checks = 1");
}

export async function tableNames(connection: SingleConnection): Promise<readonly string[]> {
  const rows = await connection.rows<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name",
  );
  return rows.map(({ name }) => name);
}
