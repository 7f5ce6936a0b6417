import { describe, expect, test } from "vitest";
import { Blueprint } from "./blueprint.ts";
import { migrationTexts } from "./migration-texts.ts";
import { SERVER_STATEMENTS } from "./server-statements.ts";
import { testDatabase } from "./test-database.ts";

describe("what the server sends", () => {
  const blueprint = new Blueprint(migrationTexts());

  test.each(SERVER_STATEMENTS.map((sql) => ({ sql })))("$sql", ({ sql }) => {
    expect(blueprint.plan(sql).kind).toMatch(/^(?:read|write|begin|commit|rollback|set)$/);
  });
});

test("what the model does not know is never taken for an answer", async () => {
  const { line, database } = testDatabase();
  const unsure = await line();
  await expect(unsure.bare.query("SELECT SHA2(note, 256) FROM slot")).rejects.toThrow(
    "the model database does not know this statement: SELECT SHA2(note, 256) FROM slot",
  );
  expect(() => database.rows("slot")).toThrow("does not know this statement");
  expect(() => {
    database.assertSound();
  }).toThrow("does not know this statement");
});
