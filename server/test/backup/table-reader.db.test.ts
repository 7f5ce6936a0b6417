import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "../../../tests/setup/fresh-database.ts";
import { TableReader } from "../../src/backup/table-reader.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";

/** A table of more rows than are read ahead, and a reader of it. */
async function scene() {
  const database = await createDatabase({ migrated: false });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const connection = await SingleConnection.open(database.url);
  onTestFinished(() => connection[Symbol.asyncDispose]());
  await connection.run("CREATE TABLE many (id int PRIMARY KEY, words text)");
  const rows = Array.from({ length: 4_000 }, (_, id) => [id, "x".repeat(2_000)]);
  await connection.run("INSERT INTO many VALUES ?", [rows]);
  const reader = await TableReader.open(database.url);
  onTestFinished(() => reader[Symbol.asyncDispose]());
  const [table] = await reader.tables();
  if (table === undefined) throw new Error("no table");
  return { connection, reader, table };
}

async function all(rows: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

test("rows end with an error where the connection is lost in the middle of them", async () => {
  const { connection, reader, table } = await scene();
  const rows = reader.rows(table);
  await rows.next();
  const others = await connection.rows<{ id: number }>(
    "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
  );
  for (const { id } of others) await connection.run(`KILL ${String(id)}`);
  await expect(all(rows)).rejects.toMatchObject({ code: "connection_lost" });
});

test("a table that was read can be changed while others are, and the snapshot stays", async () => {
  const { connection, reader, table } = await scene();
  expect(await all(reader.rows(table))).toHaveLength(4_000);
  await connection.run("INSERT INTO many VALUES (4000, 'later')");
  expect(await all(reader.rows(table))).toHaveLength(4_000);
  await connection.run("SET SESSION lock_wait_timeout = 1");
  await connection.run("ALTER TABLE many ADD COLUMN more int");
});
