import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { importFacilityRegister, type ImportParts } from "../../src/import/facility-register.ts";
import { findingsCsv } from "../../src/import/findings.ts";
import { reportLines } from "../../src/import/report-lines.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { openFixedStreams } from "../../src/operations/fixed-streams.ts";

// Whole registers, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const REGISTER = new URL("../../data/kenya-mfl-2020.csv.gz", import.meta.url).pathname;
const FACILITIES = 12_379;

const database = await freshDatabase();
const pool = openPool({ url: database.url });
const executor = createExecutor({ pool });
const streams = await openFixedStreams(pool, systemRandomness);
const folder = await mkdtemp(join(tmpdir(), "healthbridge-import-"));
afterAll(async () => {
  await executor.close();
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

const parts = (tenant: string, file: string): ImportParts => ({
  executor,
  streams,
  clock: systemClock,
  tenant,
  file,
});

async function rows<Row extends object>(
  sql: string,
  values: readonly (string | number)[] = [],
): Promise<readonly Row[]> {
  return read(pool, (reader) => reader.query<Row>(sql, values));
}

async function csv(name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ["code,name,county_name,keph_level_name,lat,long", ...lines, ""].join("\n"));
  return path;
}

/** Everything a replay must leave alone. A stream's time of the last touch is the one thing a replay may write. */
const contents = (tenant: string) =>
  rows(
    `SELECT (SELECT COUNT(*) FROM clinic WHERE tenant_id = ?) AS clinics,
      (SELECT COUNT(*) FROM operation WHERE tenant_id = ?) AS operations,
      (SELECT SUM(number) FROM feed WHERE tenant_id = ?) AS numbers,
      (SELECT SUM(settled) FROM stream WHERE tenant_id = ?) AS settled,
      (SELECT SUM(CRC32(CONCAT_WS('|', id, name, code, level, type, owner, county, ward, lat, lng))) FROM clinic WHERE tenant_id = ?) AS sums`,
    Array.from({ length: 5 }, () => tenant),
  );

describe("the register of Kenya's facilities", () => {
  test("enters whole, with its positions the right way round, and says what it lacks", async () => {
    const report = await importFacilityRegister(parts("kenya", REGISTER));
    expect(report).toMatchObject({
      rows: FACILITIES,
      entered: FACILITIES,
      recognised: 0,
      withPosition: 10_900,
      reading: "exchanged",
      votes: { asNamed: 0, exchanged: 10_900 },
    });
    const found = await rows<Record<string, number>>(
      `SELECT COUNT(*) AS clinics, COUNT(lat) AS positions, COUNT(*) - COUNT(code) AS codeless, COUNT(*) - COUNT(level) AS levelless,
         COUNT(DISTINCT county) AS counties, COUNT(DISTINCT zone) AS zones FROM clinic WHERE tenant_id = 'kenya'`,
    );
    expect(found).toEqual([
      { clinics: FACILITIES, positions: 10_900, codeless: 57, levelless: 1, counties: 47, zones: 1 },
    ]);
    const missing = (column: string) =>
      report.findings.filter((each) => each.effect === "missing" && each.column === column).length;
    expect([missing("lat, long"), missing("code"), missing("keph_level_name")]).toEqual([1_479, 57, 1]);
    expect(report.findings.filter(({ effect }) => effect === "not entered")).toEqual([]);
    expect(reportLines(report).join("\n")).toContain("The columns lat and long are exchanged in this file");
  });

  test("holds each facility as its row of the file says", async () => {
    const text = gunzipSync(await readFile(REGISTER)).toString("utf8");
    const [, first = "", ...others] = text.trimEnd().split("\n");
    expect(others).toHaveLength(FACILITIES - 1);
    const cells = first.split(",");
    expect(
      await rows(
        "SELECT name, level, county, lat, lng FROM clinic WHERE tenant_id = 'kenya' AND id LIKE '%.1'",
      ),
    ).toEqual([
      { name: cells[1], level: cells[2], county: cells[5], lat: Number(cells[16]), lng: Number(cells[15]) },
    ]);
    // Nakuru's hospital stands in Nakuru: a check that does not come from the file.
    const [nakuru] = await rows<{ km: number }>(
      `SELECT ST_Distance_Sphere(POINT(lng, lat), POINT(36.07, -0.28)) / 1000 AS km FROM clinic
       WHERE tenant_id = 'kenya' AND county = 'Nakuru' AND level = 'Level 5' AND lat IS NOT NULL LIMIT 1`,
    );
    expect(nakuru?.km).toBeLessThan(30);
  });

  test("changes no row when it is imported again", async () => {
    const before = await contents("kenya");
    const report = await importFacilityRegister(parts("kenya", REGISTER));
    expect(report).toMatchObject({ entered: FACILITIES, recognised: FACILITIES, withPosition: 10_900 });
    expect(await contents("kenya")).toEqual(before);
  });
});

describe("an import that was broken off", () => {
  test("goes on where it stopped", async () => {
    const file = await csv(
      "many.csv",
      ...Array.from({ length: 2_100 }, (_, at) => `${at},Clinic ${at},Kitui,Level 2,,`),
    );
    const stop = new AbortController();
    const progress = (done: number): void => {
      if (done >= 1_000) stop.abort();
    };
    const broken = importFacilityRegister({ ...parts("halfway", file), signal: stop.signal, progress });
    await expect(broken).rejects.toThrow("aborted");
    const count = () => rows("SELECT COUNT(*) AS n FROM clinic WHERE tenant_id = 'halfway'");
    expect(await count()).toEqual([{ n: 1_000 }]);
    expect(await importFacilityRegister(parts("halfway", file))).toMatchObject({
      entered: 2_100,
      recognised: 1_000,
    });
    expect(await count()).toEqual([{ n: 2_100 }]);
  });
});

describe("a register with faults", () => {
  test("has every row entered that can be, and each fault told with its line", async () => {
    const file = await csv(
      "faults.csv",
      "100,Good Clinic,Kitui,Level 2,-1.36,38.01",
      "101,,Kitui,Level 2,-1.36,38.01",
      '102,"Two  Spaces , Clinic .",Kitui,Level 2,-1.36,38.01',
      "103,Short Row,Kitui",
      "100,Same Code,Kitui,Level 3,,",
      "104,Sea Clinic,Kitui,Level 2,-1.36,58.01",
      "105,Other Way,Kitui,Level 2,38.01,-1.36",
      "106,Words for Numbers,Kitui,Level 2,near the mosque,38.01",
      `107,${"x".repeat(121)},Kitui,Level 2,-1.36,38.01`,
      "108,Long Level,Kitui,Level two and a half or so,-1.36,38.01",
      "109,Pasted javascript:void(0),Kitui,Level 2,-1.36,38.01",
      "110,=1+1,Kitui,Level 2,-1.36,38.01",
    );
    const report = await importFacilityRegister(parts("faults", file));
    expect(report).toMatchObject({
      rows: 12,
      entered: 9,
      withPosition: 5,
      reading: "as named",
      votes: { asNamed: 7, exchanged: 1 },
    });
    expect(report.findings.map(({ line, effect, column }) => [line, effect, column])).toEqual(
      expect.arrayContaining([
        [3, "not entered", "name"],
        [5, "not entered", undefined],
        [6, "left out", "code"],
        [6, "missing", "lat, long"],
        [7, "left out", "lat, long"],
        [8, "left out", "lat, long"],
        [9, "left out", "lat, long"],
        [10, "not entered", "name"],
        [11, "left out", "keph_level_name"],
        [12, "corrected", "name"],
      ]),
    );
    const names = await rows<{ name: string }>(
      "SELECT name FROM clinic WHERE tenant_id = 'faults' ORDER BY code IS NULL, code",
    );
    expect(names.map(({ name }) => name)).toEqual([
      "Good Clinic",
      "Two Spaces , Clinic",
      "Sea Clinic",
      "Other Way",
      "Words for Numbers",
      "Long Level",
      "Pasted",
      "=1+1",
      "Same Code",
    ]);
    const told = findingsCsv([
      ...report.findings,
      { line: 13, name: "=1+1", effect: "not entered", why: "x" },
    ]);
    expect(told.split("\r\n")[0]).toBe("line,effect,column,value,why,name");
    expect(told).toContain("13,not entered,,,x,'=1+1");
  });

  test("that was corrected under its old name changes nothing that was entered, and says so", async () => {
    await importFacilityRegister(
      parts("corrected", await csv("list.csv", "1,First,Kitui,,,", "2,Second,Kitui,,,")),
    );
    const file = await csv("list.csv", "1,First renamed,Kitui,,,", "2,Second,Kitui,,,", "3,Third,Kitui,,,");
    const report = await importFacilityRegister(parts("corrected", file));
    expect(report).toMatchObject({ entered: 2, recognised: 1 });
    expect(report.findings.filter(({ effect }) => effect === "not entered")).toMatchObject([
      { line: 2, name: "First renamed" },
    ]);
    expect(
      (
        await rows<{ name: string }>("SELECT name FROM clinic WHERE tenant_id = 'corrected' ORDER BY code")
      ).map(({ name }) => name),
    ).toEqual(["First", "Second", "Third"]);
  });

  test("that is no register is refused in words", async () => {
    const attempt = (path: string) => importFacilityRegister(parts("none", path));
    await expect(attempt(join(folder, "absent.csv"))).rejects.toThrow("There is no file");
    const headless = join(folder, "headless.csv");
    await writeFile(headless, "a,b\n1,2\n");
    await expect(attempt(headless)).rejects.toThrow('no column "name"');
    await writeFile(headless, "");
    await expect(attempt(headless)).rejects.toThrow("is empty");
    await writeFile(headless, Buffer.from([...Buffer.from("name\nM"), 0xfc, ...Buffer.from("ller\n")]));
    await expect(attempt(headless)).rejects.toThrow("line 2: not UTF-8");
    await writeFile(headless, `name\n"never closed\n${"x\n".repeat(70_000)}`);
    await expect(attempt(headless)).rejects.toThrow("no sound CSV");
  });
});
