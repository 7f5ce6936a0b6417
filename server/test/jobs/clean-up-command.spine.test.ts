import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDatabase, freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { read } from "../../src/database/read.ts";
import { openWorld, startIn, verdict } from "../../../tests/setup/world.ts";

const database = await freshDatabase();
const MAIN = join(import.meta.dirname, "../../src/clean-up/main.ts");

function cleanUp(...argv: readonly string[]) {
  return cleanUpWith({}, ...argv);
}

function cleanUpWith(settings: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@healthbridge/source", MAIN, ...argv],
    { encoding: "utf8", env: { ...process.env, DATABASE_URL: database.url, ...settings } },
  );
  return { status, stdout, stderr };
}

test("a dry run counts what there is to do and does nothing; without it all is done, and counted", async () => {
  await using world = await openWorld(database.url);
  const { doctor, staff, clinic } = world;
  const [patient = ""] = await world.asSystem([
    { type: "patient.register", input: { name: "Wanjiru", clinic } },
  ]);
  const { outcomes } = await world.submit(staff, 1, [
    { type: "appointment.hold", input: { doctor, patient, start: startIn(2, "09:00") } },
  ]);
  expect(outcomes.map(verdict)).toEqual(["applied"]);
  await inTransaction(world.pool, (tx) =>
    tx.write("UPDATE appointment SET until_at = 1 WHERE status = ?", ["pending"]),
  );
  const status = async () => {
    const [row] = await read(world.pool, (reader) =>
      reader.query<{ status: string }>("SELECT status FROM appointment"),
    );
    return row?.status;
  };
  const counted = cleanUp("--dry-run");
  expect(counted).toMatchObject({ status: 0, stderr: "" });
  expect(counted.stdout).toMatch(/nothing is done[\s\S]*end pending +1\n/);
  expect(counted.stdout).toMatch(/remove conversations +0\n/);
  expect(counted.stdout).toMatch(/clear attachments +0\n/);
  expect(await status()).toBe("pending");
  const done = cleanUp();
  expect(done).toMatchObject({ status: 0, stderr: "" });
  expect(done.stdout).toMatch(/end pending +1 ended\n/);
  expect(await status()).toBe("expired");
  expect(cleanUp("--dry-run").stdout).toMatch(/end pending +0\n/);
});

test("a dry run changes nothing where the database is an older version's, whose server would not start again", async () => {
  await using older = await createDatabase({ migrated: false });
  const counted = cleanUpWith({ DATABASE_URL: older.url }, "--dry-run");
  expect(counted).toMatchObject({ status: 1, stderr: expect.stringMatching(/Upgrade the server first/) });
  await using side = await SingleConnection.open(older.url);
  expect(await side.rows("SHOW TABLES")).toEqual([]);
});

test("what cannot be meant is told in a line, with where to look", () => {
  expect(cleanUp("--dry")).toMatchObject({ status: 1, stderr: expect.stringMatching(/--help/) });
  expect(cleanUp("--help")).toMatchObject({ status: 0, stdout: expect.stringMatching(/npm run clean-up/) });
});

test("does nothing where operations would go that a device can still ask about", () => {
  const settings = { HEALTHBRIDGE_AUDIT_DAYS: "30", HEALTHBRIDGE_SESSION_DAYS: "180" };
  expect(cleanUpWith(settings, "--dry-run")).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /HEALTHBRIDGE_AUDIT_DAYS: expected no fewer days than HEALTHBRIDGE_SESSION_DAYS/,
    ),
  });
});
