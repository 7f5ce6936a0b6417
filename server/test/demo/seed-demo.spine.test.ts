import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createDatabase, type FreshDatabase } from "../../../tests/setup/fresh-database.ts";
import { createPasswordHasher } from "../../src/accounts/password-hash.ts";
import { isWeakPassword } from "../../src/accounts/password-rules.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { DEMO_ACCOUNTS } from "../../src/demo/accounts.ts";
import { DEMO_SIZE, type DemoParts, seedDemo } from "../../src/demo/seed-demo.ts";
import { createExecutor } from "../../src/operations/executor.ts";

// Whole registers, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const FACILITIES = 12_379;
const TENANT = "demo";
const passwords = createPasswordHasher(systemRandomness);

/** A demo on a database of its own. */
async function openDemo() {
  const database: FreshDatabase = await createDatabase();
  const pool = openPool({ url: database.url });
  const executor = createExecutor({ pool });
  const said: string[] = [];
  const parts: DemoParts = {
    executor,
    pool,
    clock: systemClock,
    randomness: systemRandomness,
    tenant: TENANT,
    hashPassword: (password) => passwords.hash(password),
    say: (line) => said.push(line),
  };
  const rows = <Row extends object>(sql: string) => read(pool, (reader) => reader.query<Row>(sql));
  return {
    parts,
    said,
    rows,
    async [Symbol.asyncDispose]() {
      await executor.close();
      await pool.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

type Demo = Awaited<ReturnType<typeof openDemo>>;

const contents = (demo: Demo) =>
  demo.rows(
    `SELECT (SELECT COUNT(*) FROM operation) AS operations, (SELECT SUM(number) FROM feed) AS numbers, (SELECT COUNT(*) FROM day_sheet) AS sheets,
      (SELECT COUNT(*) FROM account) AS accounts, (SELECT COUNT(*) FROM stream) AS streams`,
  );

/** What was made up, without the ids, which are another database's. */
const madeUp = (demo: Demo) =>
  demo.rows(
    `SELECT d.name, d.specialities, d.languages, c.name AS clinic, a.plan FROM doctor d JOIN clinic c ON c.id = d.clinic_id JOIN availability a ON a.id = d.id
     ORDER BY CAST(SUBSTRING(d.id, 18) AS UNSIGNED)`,
  );

describe("the demo", () => {
  const opened = openDemo();
  afterAll(async () => (await opened)[Symbol.asyncDispose]());

  test("is filled whole: facilities, doctors with hours in every county, an account for each role", async () => {
    const demo = await opened;
    await seedDemo(demo.parts);
    expect(
      await demo.rows(
        `SELECT (SELECT COUNT(*) FROM clinic) AS clinics, (SELECT COUNT(*) FROM doctor) AS doctors, (SELECT COUNT(*) FROM availability WHERE sheets_until IS NOT NULL) AS weeks,
          (SELECT COUNT(DISTINCT c.county) FROM doctor d JOIN clinic c ON c.id = d.clinic_id) AS counties,
          (SELECT COUNT(*) FROM doctor d JOIN clinic c ON c.id = d.clinic_id WHERE c.lat IS NULL) AS nowhere,
          (SELECT name FROM tenant WHERE id = 'demo') AS tenant`,
      ),
    ).toEqual([
      {
        clinics: FACILITIES,
        doctors: DEMO_SIZE.doctors,
        weeks: DEMO_SIZE.doctors,
        counties: 47,
        nowhere: 0,
        tenant: "HealthBridge demo",
      },
    ]);
    expect(await demo.rows("SELECT role FROM account ORDER BY role")).toEqual(
      ["administrator", "doctor", "patient", "staff"].map((role) => ({ role })),
    );
    const [family] = await demo.rows<{ n: number }>(
      "SELECT COUNT(*) AS n FROM patient p JOIN account a ON a.id = p.account_id WHERE a.login = 'patient'",
    );
    expect(family).toEqual({ n: 3 });
    const [free] = await demo.rows<{ free: number }>("SELECT SUM(free) AS free FROM day_sheet");
    expect(Number(free?.free)).toBeGreaterThan(200_000);
  });

  test("shows what rules of booking come to: a booking to be confirmed, a time offered, kinds of visit", async () => {
    const demo = await opened;
    const asked = await demo.rows(
      `SELECT a.status, a.awaits, p.name LIKE '%Lopeyok' AND p.account_id IS NOT NULL AS family, d.rules IS NOT NULL AS bound FROM appointment a
       JOIN patient p ON p.id = a.patient_id JOIN doctor d ON d.id = a.doctor_id ORDER BY family, a.status, a.awaits`,
    );
    const bound = 1;
    expect(asked).toEqual([
      { status: "booked", awaits: null, family: 0, bound },
      { status: "booked", awaits: null, family: 0, bound },
      { status: "booked", awaits: null, family: 0, bound },
      { status: "cancelled", awaits: null, family: 0, bound },
      { status: "booked", awaits: null, family: 1, bound },
      { status: "booked", awaits: null, family: 1, bound },
      { status: "pending", awaits: "clinic", family: 1, bound },
      { status: "pending", awaits: "patient", family: 1, bound },
    ]);
    const [rules] = await demo.rows<{ n: number }>(
      "SELECT COUNT(*) AS n FROM doctor WHERE rules IS NOT NULL",
    );
    expect(rules?.n).toBeGreaterThan(DEMO_SIZE.doctors / 5);
  });

  test("has conversations that have begun: of the clinic and a doctor, of a patient and the doctor", async () => {
    const demo = await opened;
    const written = await demo.rows<{ said: string }>(
      `SELECT CONCAT(GROUP_CONCAT(m.written_by ORDER BY m.line_number), ' ', c.doctor_read) AS said FROM message m
       JOIN conversation c ON c.id = m.conversation_id GROUP BY c.id, c.doctor_read ORDER BY said`,
    );
    expect(written.map(({ said }) => said)).toEqual(["clinic,clinic,doctor,clinic 2", "patient,doctor 1"]);
  });

  test("says who can sign in, with a password that does", async () => {
    const demo = await opened;
    const told = demo.said.join("\n");
    for (const { login, password } of DEMO_ACCOUNTS) {
      expect(told).toMatch(new RegExp(`^  ${login} +${password} +\\S`, "m"));
      expect(isWeakPassword(password, login)).toBe(false);
      const [row] = await demo.rows<{ hash: string }>(
        `SELECT password_hash AS hash FROM account WHERE login = '${login}'`,
      );
      expect(await passwords.verify(password, row?.hash)).toBe(true);
    }
    expect(told).toContain("Lodwar County Referral Hospital");
  });

  test("is found filled by the next start, which changes nothing and is quick", async () => {
    const demo = await opened;
    const before = await contents(demo);
    const started = performance.now();
    await seedDemo(demo.parts);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(await contents(demo)).toEqual(before);
    expect(demo.said).toContain("The demo's data are there.");
  });
});

describe("a small demo", () => {
  const folder = mkdtemp(join(tmpdir(), "healthbridge-demo-"));
  afterAll(async () => rm(await folder, { recursive: true, force: true }));

  test("comes out the same on another database, also when it is broken off again and again", async () => {
    const register = join(await folder, "some.csv");
    const text = gunzipSync(await readFile(DEMO_SIZE.register)).toString("utf8");
    await writeFile(register, text.split("\n").slice(0, 1_800).join("\n"));
    const size = { register, doctors: 100 };
    await using whole = await openDemo();
    await seedDemo({ ...whole.parts, size });
    await using broken = await openDemo();
    let steps = 0;
    for (let finished = false; !finished;) {
      const stop = new AbortController();
      // Each try gets a few transactions further, then is cut.
      const progress = (): void => {
        steps += 1;
        if (steps % 6 === 0) stop.abort();
      };
      finished = await seedDemo({ ...broken.parts, size, progress, signal: stop.signal }).then(
        () => true,
        () => false,
      );
    }
    expect(steps).toBeGreaterThan(12);
    expect(await madeUp(broken)).toEqual(await madeUp(whole));
    const patients = "SELECT name, born, phone FROM patient ORDER BY name, born";
    expect(await broken.rows(patients)).toEqual(await whole.rows(patients));
    expect(await contents(broken)).toEqual(await contents(whole));
  });
});
