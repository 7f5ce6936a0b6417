import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import { withDatabase } from "../../server/src/database/database-url.ts";
import { migrate } from "../../server/src/database/migrate.ts";
import { SingleConnection } from "../../server/src/database/single-connection.ts";
import { RUN_ID_VARIABLE, URL_VARIABLE } from "./test-environment.ts";

export interface FreshDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

export interface FreshDatabaseOptions {
  /** False leaves it without any table. */
  readonly migrated?: boolean;
}

/** The server under test; the account may do everything there. */
export function testServerUrl(): string {
  const url = process.env[URL_VARIABLE];
  if (url === undefined) throw new Error("No test database: run the tests through `npm test`.");
  return url;
}

/** An empty, migrated database; `await using` drops it. */
export async function createDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const name = `hb_${process.env[RUN_ID_VARIABLE] ?? "single"}_${randomBytes(6).toString("hex")}`;
  await onServer(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  const url = withDatabase(testServerUrl(), name);
  if (options.migrated !== false) await migrate({ url });
  return {
    name,
    url,
    [Symbol.asyncDispose]: () => onServer(`DROP DATABASE IF EXISTS \`${name}\``),
  };
}

/** The same for a whole test file: call it at the top level, it is dropped after the file's last test. */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const database = await createDatabase(options);
  afterAll(() => database[Symbol.asyncDispose]());
  return database;
}

async function onServer(statement: string): Promise<void> {
  await using connection = await SingleConnection.open(testServerUrl());
  await connection.run(statement);
}
