import { HealthBridge } from "@healthbridge/client-sdk";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MadeRequests, makeRequests, type Slot } from "./make-requests.ts";
import { strikeAt, syncUntilSettled } from "./support/chaos.ts";
import { clinicComputer, type ClinicComputer, type ResultRow } from "./support/clinic.ts";
import { type House, makeHouse } from "./support/house.ts";
import { until } from "../setup/process.ts";
import { callerAt } from "./support/rest.ts";
import { bookedTimes, overlaps, takenSlots } from "./support/side.ts";

/**
 * A night as it happens: two clinics took requests all day without a network, also for the same hours of the same doctors; in the evening both send, while
 * servers, databases and laptops die. Everything is looked at from the side, with SQL of its own.
 */

const ROWS = 2_000;
const CONFLICTS = 350;
const MALFORMED = 50;
const PASSWORD = "rain on the roof of the granary";
const ADMINISTRATOR = ["administrator", "old-baobab-keeps-the-gate"] as const;

interface Clinic {
  readonly id: string;
  readonly login: string;
  readonly computer: ClinicComputer;
  readonly requests: MadeRequests;
  results: readonly ResultRow[];
}

const stack = new AsyncDisposableStack();
let house: House;
let clinics: readonly Clinic[];

beforeAll(async () => {
  house = stack.use(await makeHouse({ demo: true }));
  await house.open();
  const places = await placesWithCodes();
  const slots = await freeSlots();
  // The same slots for both, so that they clash with each other as well as within each file.
  const wanted = { rows: ROWS, conflicts: CONFLICTS, malformed: MALFORMED, patients: 900, slots };
  const administrator = await callerAt(house.url, ...ADMINISTRATOR);
  clinics = await Promise.all(
    places.map(async (id, at) => {
      const login = `night-${at}`;
      await administrator.post("/v1/accounts", {
        login,
        password: PASSWORD,
        name: `Night ${at}`,
        role: "staff",
        clinics: [id],
      });
      const computer = stack.use(await clinicComputer(PASSWORD));
      const requests = makeRequests({ ...wanted, seed: 20 + at, prefix: `C${at}` });
      return { id, login, computer, requests, results: [] };
    }),
  );
}, 240_000);

afterAll(() => stack.disposeAsync());

describe("two clinics and one night", () => {
  it("both download the lists while there is a network", async () => {
    for (const { computer, login } of clinics) {
      const said = await computer.run([0], "sign-in", "--server", house.url, "--name", login);
      expect(said).toContain("12,379 clinics");
    }
    await house.close();
  });

  it("takes the day's requests without a server, killed in the middle and run again", async () => {
    await Promise.all(
      clinics.map(async ({ computer, requests }) => {
        const file = await computer.put("requests.csv", requests.csv);
        const first = computer.start("book", "--from", file);
        await until(
          "a part of the requests to be taken",
          () => first.said().includes("500 of 2,000") || !first.running(),
        );
        expect(first.running()).toBe(true);
        first.kill("SIGKILL");
        await first.ended;
        const said = await computer.run([2], "book", "--from", file);
        expect(said).toMatch(/[\d,]+ were taken before, 50 could not be taken/);
        const { bookings } = await computer.status();
        expect(bookings).toMatchObject({ waiting: ROWS - MALFORMED, "not taken": MALFORMED, interrupted: 0 });
      }),
    );
  });

  it("settles all of it while the server, the database and the laptops are killed again and again", async () => {
    await house.open();
    const [one, two] = clinics.map(({ computer }) => syncUntilSettled(computer));
    if (one === undefined || two === undefined) throw new Error("two clinics are needed");
    let over = false;
    const all = Promise.all([one.settled, two.settled]).finally(() => {
      over = true;
    });
    const restart = async (): Promise<void> => {
      await house.killServer();
      await house.open();
    };
    const both = async (): Promise<void> => {
      await Promise.all([house.killServer(), house.killDatabase()]);
      await house.open();
    };
    const blows = strikeAt(
      house,
      [
        [200, "server", restart],
        [500, "laptop 1", () => one.kill()],
        [800, "database", () => house.killDatabase()],
        [1_200, "laptop 2", () => two.kill()],
        [1_600, "server and database", both],
        [2_100, "laptops", () => [one.kill(), two.kill()]],
        [2_600, "server", restart],
        [3_200, "database", () => house.killDatabase()],
        [3_800, "laptop 1", () => one.kill()],
        [4_300, "server and database", both],
        [4_800, "server", restart],
      ],
      () => over,
    );
    await all;
    const struck = await blows;
    console.log(
      `killed: ${struck.join(", ")}; laptops ended with ${one.codes().join(" ")} and ${two.codes().join(" ")}`,
    );
    for (const what of ["server", "database", "laptop 1", "laptop 2", "server and database"])
      expect(struck).toContain(what);
    for (const clinic of clinics) clinic.results = await clinic.computer.results();
  });

  it("put nobody in two places", async () => {
    expect(await overlaps(house.side, "doctor_id")).toBe(0);
    expect(await overlaps(house.side, "patient_id")).toBe(0);
    expect(await takenSlots(house.side)).toEqual(new Set(await bookedTimes(house.side)));
  });

  it("gave every request exactly one outcome, lost none and did none twice", async () => {
    for (const { computer, requests, results, login } of clinics) {
      const bookings = results.filter(({ what }) => what === "booking");
      expect(bookings).toHaveLength(ROWS);
      const settled = bookings.filter(({ outcome }) => ["confirmed", "moved", "refused"].includes(outcome));
      expect(settled.map(({ request }) => request).toSorted()).toEqual([...requests.good].toSorted());
      expect(new Set(settled.map(({ id }) => id)).size).toBe(requests.good.length);
      const bad = bookings.filter(({ outcome }) => outcome === "not taken");
      expect(bad.map(({ line }) => Number(line)).toSorted((a, b) => a - b)).toEqual([...requests.badLines]);
      const status = await computer.status();
      expect(status).toMatchObject({ waiting: 0, registrations: { waiting: 0, refused: 0 } });
      // At the server: each was decided once, and stands there under the id the clinic knows.
      const decided = await house.side.rows<{ id: string; applied: number }>(
        "SELECT CONCAT(o.stream_id, '.', o.number) AS id, o.applied FROM operation o JOIN account a ON a.id = o.account_id WHERE a.login = ? AND o.type = 'appointment.book'",
        [login],
      );
      const verdicts = new Map(decided.map(({ id, applied }) => [id, applied === 1]));
      expect(decided).toHaveLength(requests.good.length);
      for (const { id, outcome } of settled)
        expect([id, verdicts.get(id)]).toEqual([id, outcome !== "refused"]);
    }
  });

  it("clashed as it was meant to", () => {
    const moved = clinics.flatMap(({ results }) =>
      results.filter(({ outcome }) => outcome === "moved" || outcome === "refused"),
    );
    console.log(`${moved.length} requests were moved or refused`);
    expect(moved.length).toBeGreaterThan(2 * CONFLICTS - 100);
  });

  it("shows each clinic what the server's rows say", async () => {
    for (const { id, login, computer, results } of clinics) {
      const rows = await house.side.rows<Row>(
        `SELECT a.id, a.doctor_id AS doctor, a.patient_id AS patient, a.start_at AS startAt, a.status FROM appointment a
         JOIN operation o ON a.id = CONCAT(o.stream_id, '.', o.number) JOIN account w ON w.id = o.account_id WHERE w.login = ?`,
        [login],
      );
      const booked = new Map(rows.map((row) => [row.id, row]));
      const given = results.filter(({ outcome }) => outcome === "confirmed" || outcome === "moved");
      expect(given.map((each) => each.id).toSorted()).toEqual([...booked.keys()].toSorted());
      for (const each of given) {
        expect([each.id, Date.parse(each.start)]).toEqual([each.id, booked.get(each.id)?.startAt]);
      }
      await using hb = await HealthBridge.open({
        url: house.url,
        store: sqliteStore(join(computer.folder, "device.db")),
        autoSync: false,
      });
      const shown = hb.list("appointment").map((each) => ({
        id: each.id,
        doctor: each.doctor,
        patient: each.patient,
        startAt: Date.parse(each.start),
        status: each.status,
      }));
      const seen = await house.side.rows<Row>(
        `SELECT a.id, a.doctor_id AS doctor, a.patient_id AS patient, a.start_at AS startAt, a.status FROM appointment a
         JOIN patient p ON p.id = a.patient_id WHERE p.clinic_id = ? OR a.clinic_id = ?`,
        [id, id],
      );
      expect(new Map(shown.map((each) => [each.id, each]))).toEqual(
        new Map(seen.map((row) => [row.id, { ...row }])),
      );
    }
  });

  it("reported nothing broken", () => {
    expect(house.said()).not.toMatch(/broke/i);
  });
});

interface Row {
  readonly id: string;
  readonly doctor: string;
  readonly patient: string;
  readonly startAt: number;
  readonly status: string;
}

/** Two real facilities with doctors of their own. */
async function placesWithCodes(): Promise<readonly string[]> {
  const rows = await house.side.rows<{ id: string }>(
    "SELECT c.id FROM clinic c WHERE c.code IS NOT NULL AND EXISTS (SELECT 1 FROM doctor d WHERE d.clinic_id = c.id) ORDER BY c.code LIMIT 2",
  );
  return rows.map(({ id }) => id);
}

/** Free slots of the coming week of some forty doctors at real facilities: about as many as one clinic asks for. */
async function freeSlots(): Promise<readonly Slot[]> {
  const sheets = await house.side.rows<{
    doctor: string;
    doctorName: string;
    code: string | null;
    runs: string;
  }>(
    `SELECT d.id AS doctor, d.name AS doctorName, c.code, s.runs FROM doctor d JOIN clinic c ON c.id = d.clinic_id JOIN day_sheet s ON s.doctor_id = d.id
     WHERE c.code IS NOT NULL AND s.date BETWEEN DATE_ADD(CURDATE(), INTERVAL 2 DAY) AND DATE_ADD(CURDATE(), INTERVAL 7 DAY) ORDER BY d.id, s.date`,
  );
  const slots: Slot[] = [];
  for (const { doctor, doctorName, code, runs } of sheets) {
    for (const [first, offset, , step, states] of JSON.parse(runs) as [
      number,
      number,
      number,
      number,
      string,
    ][]) {
      for (let at = 0; at < states.length; at++) {
        if (states.charAt(at) !== "f") continue;
        slots.push({
          doctor,
          doctorName,
          facilityCode: code ?? "",
          start: spelled(first + at * step, offset),
        });
      }
    }
    if (slots.length > 1_700) return slots;
  }
  return slots;
}

/** An instant in minutes as the doctor's wall shows it. */
function spelled(instant: number, offset: number): string {
  const local = new Date((instant + offset) * 60_000).toISOString().slice(0, 16);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
}
