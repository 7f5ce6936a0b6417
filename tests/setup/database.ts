import { SingleConnection } from "../../server/src/database/single-connection.ts";
import { RUN_ID_VARIABLE, URL_VARIABLE } from "./test-environment.ts";
import { startTestServer } from "./test-server.ts";

/**
 * Global set-up of every test that needs a database: the server that TEST_DATABASE_URL names (its account must be
 * allowed to create databases), otherwise a private one for this run. Tests reach it through `freshDatabase`.
 */
export async function setup(): Promise<() => Promise<void>> {
  const given = process.env[URL_VARIABLE];
  const runId = Math.random().toString(36).slice(2, 10).padEnd(8, "0");
  process.env[RUN_ID_VARIABLE] = runId;
  if (given !== undefined && given !== "") return () => dropDatabases(given, runId);
  const server = await startTestServer();
  // Through the environment, which every worker inherits, whatever project it belongs to.
  process.env[URL_VARIABLE] = server.url;
  return async () => {
    delete process.env[URL_VARIABLE];
    await server.stop();
  };
}

/** A test file that was cut short leaves its database behind; others use this server too. */
async function dropDatabases(url: string, runId: string): Promise<void> {
  await using connection = await SingleConnection.open(url);
  const rows = await connection.rows<{ name: string }>(
    "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE ?",
    [`hb\\_${runId}\\_%`],
  );
  for (const { name } of rows) await connection.run(`DROP DATABASE \`${name}\``);
}
