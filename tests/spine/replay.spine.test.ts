import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clinicComputer, type ClinicComputer, type ResultRow } from "./support/clinic.ts";
import { addAdministrator, type House, makeHouse } from "./support/house.ts";
import { callerAt } from "./support/rest.ts";
import { bookedTimes, fingerprint, overlaps, takenSlots } from "./support/side.ts";
import { makeRequests, type Slot } from "./make-requests.ts";

const LOGIN = "amina";
const OTHER_LOGIN = "baraka";
const PASSWORD = "seven lamps on the shelf tonight";
const ROWS = 300;

let house: House;
let slots: readonly Slot[];
let original: ClinicComputer;
const computers: ClinicComputer[] = [];
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  house = stack.use(await makeHouse({ demo: false }));
  const administrator = await addAdministrator(house, "root");
  await house.open();
  slots = await furnish(administrator);
  original = stack.use(await clinicComputer(PASSWORD));
  await original.run([0], "sign-in", "--server", house.url, "--name", LOGIN);
});

afterAll(() => stack.disposeAsync());

describe("a whole outbox, replayed", () => {
  let outcomes: readonly ResultRow[];
  let rows: string;

  it("settles once, after it was queued without a network", async () => {
    const requests = makeRequests({
      seed: 4,
      prefix: "R",
      rows: ROWS,
      conflicts: 60,
      malformed: 0,
      patients: 150,
      slots: slots.slice(0, 260),
    });
    await house.close();
    await original.run([0], "book", "--from", await original.put("requests.csv", requests.csv));
    // Three copies of the folder as it is now: everything queued, nothing sent.
    for (let copy = 0; copy < 3; copy++) computers.push(stack.use(await original.copy()));
    await house.open();
    await original.run([0], "sync");
    outcomes = byRequest(await original.results());
    rows = await fingerprint(house.side);
    expect(outcomes).toHaveLength(ROWS);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(
      new Set(["confirmed", "moved", "refused"]),
    );
  });

  it("changes no row when it comes three times more, at once, from copies of the device; the outcomes are the same", async () => {
    await Promise.all(computers.map((copy) => copy.run([0], "sync")));
    expect(await fingerprint(house.side)).toBe(rows);
    for (const copy of computers) expect(byRequest(await copy.results())).toEqual(outcomes);
  });

  it("changes no row when the device itself sends again, in several processes at once", async () => {
    await Promise.all([1, 2, 3].map(() => original.run([0], "sync")));
    expect(await fingerprint(house.side)).toBe(rows);
    expect(byRequest(await original.results())).toEqual(outcomes);
  });

  it("tells a copy to fork once both write on; what the copy asks for further settles too", async () => {
    const [copy] = computers;
    if (copy === undefined) throw new Error("there is no copy");
    const more = (prefix: string, seed: number) =>
      makeRequests({
        seed,
        prefix,
        rows: 20,
        conflicts: 0,
        malformed: 0,
        patients: 20,
        slots: slots.slice(260),
      });
    const ours = more("OURS", 5);
    const theirs = more("THEIRS", 6);
    await original.run([0], "book", "--from", await original.put("ours.csv", ours.csv));
    await copy.run([0], "book", "--from", await copy.put("theirs.csv", theirs.csv));
    const streams = await house.side.number("SELECT COUNT(*) FROM stream");
    await original.run([0], "sync");
    await copy.run([0], "sync");
    expect(await house.side.number("SELECT COUNT(*) FROM stream")).toBe(Number(streams) + 1);
    const settled = byRequest(await copy.results()).filter(({ request }) => theirs.good.includes(request));
    expect(settled).toHaveLength(theirs.good.length);
    await expectAgreement([...settled, ...byRequest(await original.results()), ...outcomes]);
    // What was settled before the fork is still what it was, on both.
    expect(byRequest(await copy.results()).filter(({ request }) => request.startsWith("R-"))).toEqual(
      outcomes,
    );
  });

  it("takes nothing twice either when a computer is shared: what waits is sealed for who took it", async () => {
    const shared = stack.use(await clinicComputer(PASSWORD));
    const signIn = (login: string) => shared.run([0], "sign-in", "--server", house.url, "--name", login);
    const made = makeRequests({
      seed: 9,
      prefix: "SHARED",
      rows: 12,
      conflicts: 0,
      malformed: 0,
      patients: 12,
      slots: slots.slice(290),
    });
    const file = await shared.put("shared.csv", made.csv);
    await signIn(LOGIN);
    await shared.run([0], "book", "--from", file);
    expect(await shared.run([0], "sign-out")).toMatch(/^2\d still waiting/m);
    expect(await shared.run([2], "book", "--from", file)).toContain("sign in as amina");
    await signIn(OTHER_LOGIN);
    expect(await shared.run([2], "book", "--from", file)).toContain("0 requests taken, 12 could not");
    await shared.run([0], "sync");
    await signIn(LOGIN);
    await shared.run([0], "sync");
    expect(await shared.run([0], "book", "--from", file)).toContain("12 were taken before");
    const settled = byRequest(await shared.results());
    expect(settled.map(({ request }) => request)).toEqual(made.good);
    const ids = settled.map(({ id }) => id);
    expect(
      await house.side.number("SELECT COUNT(*) FROM operation WHERE CONCAT(stream_id, '.', number) IN (?)", [
        ids,
      ]),
    ).toBe(12);
    expect(await house.side.number("SELECT COUNT(*) FROM patient WHERE card_number LIKE 'SHARED%'")).toBe(
      new Set(settled.map(({ patient }) => patient)).size,
    );
  });
});

/** Each request that has an appointment has its row, the others none, and nobody is in two places. */
async function expectAgreement(results: readonly ResultRow[]): Promise<void> {
  const rows = await house.side.rows<{ id: string }>("SELECT id FROM appointment WHERE status = 'booked'");
  const given = results
    .filter(({ outcome }) => outcome === "confirmed" || outcome === "moved")
    .map(({ id }) => id);
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(given));
  expect(await overlaps(house.side, "doctor_id")).toBe(0);
  expect(await overlaps(house.side, "patient_id")).toBe(0);
  expect(await takenSlots(house.side)).toEqual(new Set(await bookedTimes(house.side)));
}

function byRequest(results: readonly ResultRow[]): readonly ResultRow[] {
  return results
    .filter(({ what }) => what === "booking")
    .toSorted((left, right) => (left.request < right.request ? -1 : 1));
}

/** One clinic, two doctors who see patients every day from eight to five, one member of staff. Answers their slots. */
async function furnish(password: string): Promise<readonly Slot[]> {
  const administrator = await callerAt(house.url, "root", password);
  const clinic = String(
    (await administrator.post("/v1/clinics", { name: "Kitui", code: "14052", zone: "Africa/Nairobi" }))["id"],
  );
  for (const login of [LOGIN, OTHER_LOGIN]) {
    const account = { login, password: PASSWORD, name: login, role: "staff", clinics: [clinic] };
    await administrator.post("/v1/accounts", account);
  }
  const found: Slot[] = [];
  for (const doctorName of ["Dr Achieng Odhiambo", "Dr José Kilonzo"]) {
    const entry = { name: doctorName, clinic, specialities: ["general-practice"], languages: ["sw"] };
    const doctor = String((await administrator.post("/v1/doctors", entry))["id"]);
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "08:00", to: "17:00" }] }));
    await administrator.put(`/v1/doctors/${doctor}/availability`, {
      zone: "Africa/Nairobi",
      slotMinutes: 20,
      bufferMinutes: 0,
      weekly,
    });
    for (let slot = 0; slot < 6 * 27; slot++)
      found.push({ doctor, doctorName, facilityCode: "14052", start: slotStart(slot) });
  }
  return found;
}

/** The slots of the days after tomorrow, 27 a day. */
function slotStart(slot: number): string {
  const day = new Date(Date.now() + (2 + Math.floor(slot / 27)) * 86_400_000).toISOString().slice(0, 10);
  const minutes = 8 * 60 + (slot % 27) * 20;
  return `${day}T${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}+03:00`;
}
