import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase, type FreshDatabase } from "../../../tests/setup/fresh-database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { readMigrations } from "../../src/database/migration-files.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { type FaultyLine, faultyLine } from "./faulty-line.ts";

const MIGRATIONS = join(import.meta.dirname, "../../../migrations");

let database: FreshDatabase;
let side: SingleConnection;
let line: FaultyLine;
let folder: string;
let said: string[];

beforeEach(async () => {
  database = await createDatabase({ migrated: false });
  side = await SingleConnection.open(database.url);
  line = await faultyLine(database.url);
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  said = [];
  await file("0000_first", ["CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1)"]);
});

afterEach(async () => {
  await side[Symbol.asyncDispose]();
  await line[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function file(name: string, statements: readonly string[]): Promise<void> {
  await writeFile(join(folder, `${name}.sql`), `${statements.join(";\n--> statement-breakpoint\n")};\n`);
}

async function apply(url = database.url): Promise<readonly string[]> {
  return await migrate({ url, folder, say: (text) => said.push(text) });
}

async function count(table: string): Promise<number> {
  return (await side.rows(`SELECT id FROM ${table}`)).length;
}

test("every file is applied once, in order, with one line each", async () => {
  await file("0001_second", ["-- says why\nCREATE TABLE b (id INT PRIMARY KEY)"]);
  expect(await apply()).toEqual(["0000_first", "0001_second"]);
  expect(await apply()).toEqual([]);
  expect(said).toEqual([
    expect.stringContaining("Applied migration 0000_first (2 statements"),
    expect.stringContaining("Applied migration 0001_second (1 statements"),
  ]);
  expect([await count("a"), await count("b")]).toEqual([1, 0]);
});

test("the project's own migrations run", async () => {
  const applied = await migrate({ url: database.url });
  expect(applied.length).toBeGreaterThan(0);
});

test("the project's own migrations, killed after each statement, go on from there", async () => {
  const statements = (await readMigrations(MIGRATIONS)).flatMap((migration) => migration.statements);
  for (const statement of statements) {
    line.spoil(statement.replace(/^[^A-Za-z]*/, ""), { type: "lose-answer" });
    await expect(migrate({ url: line.url })).rejects.toMatchObject({
      cause: { code: "connection_lost" },
    });
  }
  expect(await migrate({ url: line.url })).toHaveLength(1);
  await using fresh = await createDatabase();
  expect(await shapeOf(database)).toEqual(await shapeOf(fresh));
});

/** Columns, keys and constraints, as the database describes them. */
async function shapeOf({ name }: FreshDatabase): Promise<readonly unknown[]> {
  const tables = await side.rows<{ name: string }>(
    "SELECT TABLE_NAME AS name FROM information_schema.tables WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME",
    [name],
  );
  const shapes = tables.map((table) => side.rows(`SHOW CREATE TABLE ${name}.${table.name}`));
  return await Promise.all(shapes);
}

test("servers that start together apply everything once", async () => {
  const both = await Promise.all([apply(), apply(), apply()]);
  expect(both.flat()).toEqual(["0000_first"]);
  expect(await count("a")).toBe(1);
});

test.for([
  ["CREATE TABLE b", "lose-statement"],
  ["CREATE TABLE b", "lose-answer"],
  ["UPDATE schema_migration SET begun", "lose-statement"],
  ["UPDATE schema_migration SET begun", "lose-answer"],
  ["INSERT INTO b", "lose-statement"],
  ["INSERT INTO b", "lose-answer"],
  ["COMMIT", "lose-statement"],
  ["COMMIT", "lose-answer"],
  ["CREATE INDEX b_n", "lose-answer"],
  ["UPDATE schema_migration SET sha256", "lose-statement"],
] as const)("killed at %s (%s), the next start goes on exactly there", async ([text, type]) => {
  await apply();
  await file("0001_second", [
    "CREATE TABLE b (id INT AUTO_INCREMENT PRIMARY KEY, n INT)",
    "INSERT INTO b (n) VALUES (7)",
    "CREATE INDEX b_n ON b (n)",
  ]);
  line.spoil(text, { type });
  await expect(apply(line.url)).rejects.toThrow(Error);
  expect(await apply()).toEqual(["0001_second"]);
  expect(await count("b")).toBe(1);
  expect(await apply()).toEqual([]);
});

test("a statement the database refuses stops everything, and after mending it the rest is applied", async () => {
  await file("0001_second", ["CREATE TABLE b (id INT PRIMARY KEY)", "CREATE TABLE c (id NONSENSE)"]);
  await file("0002_third", ["CREATE TABLE d (id INT PRIMARY KEY)"]);
  await expect(apply()).rejects.toMatchObject({
    code: "statement_failed",
    migration: "0001_second",
    message: expect.stringContaining("statement 2 of 2"),
  });
  await file("0001_second", ["CREATE TABLE b (id INT PRIMARY KEY)", "CREATE TABLE c (id INT PRIMARY KEY)"]);
  expect(await apply()).toEqual(["0001_second", "0002_third"]);
  expect(await apply()).toEqual([]);
});

test("a table that is there already is an error when nobody was interrupted", async () => {
  await side.run("CREATE TABLE a (id INT PRIMARY KEY)");
  await expect(apply()).rejects.toMatchObject({ code: "statement_failed" });
});

test("an applied file that changed is refused, also where it was applied in part", async () => {
  await apply();
  await file("0000_first", ["CREATE TABLE a (id BIGINT PRIMARY KEY)", "INSERT INTO a VALUES (1)"]);
  await expect(apply()).rejects.toMatchObject({ code: "changed", migration: "0000_first" });
  await file("0000_first", ["CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1)"]);
  await file("0001_second", ["CREATE TABLE b (id INT PRIMARY KEY)", "CREATE TABLE c (id NONSENSE)"]);
  await expect(apply()).rejects.toMatchObject({ code: "statement_failed" });
  await file("0001_second", [
    "CREATE TABLE b (id BIGINT PRIMARY KEY)",
    "CREATE TABLE c (id INT PRIMARY KEY)",
  ]);
  await expect(apply()).rejects.toMatchObject({ code: "changed", migration: "0001_second" });
});

test("a database newer than the code is refused", async () => {
  await file("0001_second", ["CREATE TABLE b (id INT PRIMARY KEY)"]);
  await apply();
  await rm(join(folder, "0001_second.sql"));
  await expect(apply()).rejects.toMatchObject({ code: "database_newer", migration: "0001_second" });
});

test("a file that slipped in before an applied one is refused", async () => {
  await file("0002_third", ["CREATE TABLE b (id INT PRIMARY KEY)"]);
  await apply();
  await file("0001_second", ["CREATE TABLE c (id INT PRIMARY KEY)"]);
  await expect(apply()).rejects.toMatchObject({ code: "out_of_order", migration: "0001_second" });
});

test("line ends do not change a file, and breakpoints behind a statement count", async () => {
  await apply();
  const text =
    "CREATE TABLE a (id INT PRIMARY KEY);\r\n--> statement-breakpoint\r\nINSERT INTO a VALUES (1);\r\n";
  await writeFile(join(folder, "0000_first.sql"), text);
  await writeFile(
    join(folder, "0001_second.sql"),
    "CREATE TABLE b (id INT PRIMARY KEY);--> statement-breakpoint\nCREATE TABLE c (id INT PRIMARY KEY);",
  );
  expect(await apply()).toEqual(["0001_second"]);
});
