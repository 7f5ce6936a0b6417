import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld } from "../../../tests/setup/world.ts";
import { readConfig } from "../../src/config/config.ts";
import { startCore } from "../../src/core.ts";
import { openPool } from "../../src/database/pool.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { keepDemoApart, markDemo } from "../../src/demo/demo-mark.ts";
import { logFor } from "../../src/telemetry/log-for.ts";

test("the demo does not begin in a database that is in use, whose administrator it would add", async () => {
  await using database = await createDatabase();
  await using world = await openWorld(database.url);
  await keepDemoApart(world.pool, false);
  await expect(keepDemoApart(world.pool, true)).rejects.toThrow("This database is in use");
});

test("a server that is not the demo does not start on the demo's database", async () => {
  await using database = await createDatabase();
  const pool = openPool({ url: database.url });
  await keepDemoApart(pool, true);
  await markDemo(pool);
  await markDemo(pool);
  await keepDemoApart(pool, true);
  await expect(keepDemoApart(pool, false)).rejects.toThrow("passwords everybody knows");
  await pool.close();
});

test("a database that is refused is not brought to a newer version, which would shut out the server that uses it", async () => {
  await using database = await createDatabase({ migrated: false });
  await using side = await SingleConnection.open(database.url);
  await side.run("CREATE TABLE account (id INT PRIMARY KEY)");
  await side.run("INSERT INTO account VALUES (1)");
  const folder = await mkdtemp(join(tmpdir(), "demo-mark-"));
  const environment = { DATABASE_URL: database.url, HEALTHBRIDGE_DATA: folder };
  const config = readConfig(environment, { demo: true });
  await using stack = new AsyncDisposableStack();
  const starting = startCore(config, { say: () => undefined }, stack, logFor(config, {}));
  await expect(starting).rejects.toThrow("This database is in use");
  expect(await side.rows("SHOW TABLES")).toHaveLength(1);
  await rm(folder, { recursive: true });
});
