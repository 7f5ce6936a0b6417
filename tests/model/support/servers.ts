import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { withDatabase } from "../../../server/src/database/database-url.ts";
import { migrate } from "../../../server/src/database/migrate.ts";
import { SingleConnection } from "../../../server/src/database/single-connection.ts";
import type { ServerUnderTest } from "./both-databases.ts";

export type { ServerUnderTest } from "./both-databases.ts";

/** Every server of this run, for `describe.each`. */
export const servers: readonly ServerUnderTest[] = inject("servers");

/** An empty database of a test's own on one of them; `await using` drops it. */
export interface Scratch extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

export interface ScratchOptions {
  /** With the project's own tables. */
  readonly migrated?: boolean;
  /** DDL to begin with. */
  readonly tables?: readonly string[];
}

export async function scratchDatabase(
  server: ServerUnderTest,
  options: ScratchOptions = {},
): Promise<Scratch> {
  const name = `hb_model_${randomBytes(6).toString("hex")}`;
  await onServer(server, [`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`]);
  const url = withDatabase(server.url, name);
  if (options.migrated === true) await migrate({ url });
  await onServer({ ...server, url }, options.tables ?? []);
  return { name, url, [Symbol.asyncDispose]: () => onServer(server, [`DROP DATABASE IF EXISTS ${name}`]) };
}

/** Runs statements one after another on a connection of their own. */
export async function onServer(
  server: Pick<ServerUnderTest, "url">,
  statements: readonly string[],
): Promise<void> {
  await using connection = await SingleConnection.open(server.url);
  for (const statement of statements) await connection.run(statement);
}
