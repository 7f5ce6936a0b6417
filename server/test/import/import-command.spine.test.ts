import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";

// Whole registers, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const COMMAND = new URL("../../src/import/main.ts", import.meta.url).pathname;
const database = await freshDatabase();
const pool = openPool({ url: database.url });
const folder = await mkdtemp(join(tmpdir(), "healthbridge-import-"));
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

function start(...words: readonly string[]) {
  const argv = ["--conditions=@healthbridge/source", COMMAND, ...words];
  return spawn(process.execPath, argv, { env: { ...process.env, DATABASE_URL: database.url } });
}

async function run(...words: readonly string[]) {
  const child = start(...words);
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { out, error, code };
}

async function csv(name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ["name,code,lat,long", ...lines, ""].join("\n"));
  return path;
}

const count = (tenant: string) =>
  read(pool, (reader) =>
    reader.query(
      "SELECT COUNT(*) AS clinics, COUNT(DISTINCT name) AS names FROM clinic WHERE tenant_id = ?",
      [tenant],
    ),
  );

describe("the import command", () => {
  test("tells how it is used, and what it misses, in words", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("npm run import --") });
    expect(await run("--file", "x.csv")).toMatchObject({
      code: 1,
      error: expect.stringContaining("--tenant demo"),
    });
    expect(await run("--flie", "x.csv")).toMatchObject({ code: 1, error: expect.stringContaining("--flie") });
  });

  test("makes no organisation by a slip of the finger, and writes what was left over to a file", async () => {
    const file = await csv("two.csv", "One,1,-1.36,38.01", ",2,-1.36,38.01");
    const unknown = await run("--file", file, "--tenant", "turkanaa");
    expect(unknown).toMatchObject({
      code: 1,
      error: expect.stringContaining("There is no organisation turkanaa"),
    });
    const out = join(folder, "left.csv");
    const done = await run(
      "--file",
      file,
      "--tenant",
      "turkana",
      "--new-tenant",
      "Turkana County",
      "--report",
      out,
    );
    expect(done).toMatchObject({
      code: 3,
      out: expect.stringContaining("2 rows read, 1 facilities entered, 1 rows not entered"),
    });
    expect(await readFile(out, "utf8")).toContain(
      '3,not entered,name,,"has no value, and cannot be entered without",',
    );
  });

  test("killed in the middle, goes on where it was when it is given again", async () => {
    const rows = Array.from({ length: 8_000 }, (_, at) => `Clinic ${at},${at},,`);
    const file = await csv("many.csv", ...rows);
    const words = ["--file", file, "--tenant", "killed", "--new-tenant", "Killed"];
    const child = start(...words);
    // Its first word on progress comes when a fifth is in.
    await once(child.stderr, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    const [left] = await count("killed");
    expect(left).toMatchObject({ clinics: expect.toSatisfy((n: number) => n > 0 && n < rows.length) });
    const again = await run(...words);
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringMatching(/8,000 facilities entered \([\d,]+ of them by an earlier run\)/),
    });
    expect(await count("killed")).toEqual([{ clinics: rows.length, names: rows.length }]);
  });
});
