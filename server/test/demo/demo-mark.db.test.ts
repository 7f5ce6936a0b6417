import { expect, test } from "vitest";
import { createDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld } from "../../../tests/setup/world.ts";
import { openPool } from "../../src/database/pool.ts";
import { keepDemoApart } from "../../src/demo/demo-mark.ts";

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
  await keepDemoApart(pool, true);
  await expect(keepDemoApart(pool, false)).rejects.toThrow("passwords everybody knows");
  await pool.close();
});
