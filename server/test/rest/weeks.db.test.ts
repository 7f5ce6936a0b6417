import { addDays, type Appointment, type EntityId } from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import type { Authenticated } from "../../src/http/context.ts";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { appointmentRecords } from "../../src/operations/records/appointment-records.ts";
import { makeTenant } from "./clinic-world.ts";
import { idOf, restApp } from "./rest-app.ts";

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 4 });
const executor = createExecutor({ pool });
afterAll(async () => {
  await executor.close();
  await pool.close();
});
const world = await makeTenant(executor, "demo");
const foreign = await makeTenant(executor, "other");
const ask = restApp({ pool, executor, now: () => Date.now() });
/** Far enough to be a week of whole days from now on, whatever the hour. */
const FROM = addDays(dateAt(Date.now()), 3);

interface Booked {
  readonly id: EntityId;
  readonly start: string;
  readonly reason?: string;
  readonly patient?: { readonly id: EntityId; readonly name?: string };
  readonly doctor?: { readonly name: string };
  readonly clinic?: { readonly name: string };
}
interface Day {
  readonly date: string;
  readonly slots?: readonly { readonly start: string; readonly state: string }[];
  readonly appointments?: readonly Booked[];
}
interface Week {
  readonly from: string;
  readonly days: readonly Day[];
}

let keys = 0;
async function write(who: Authenticated, path: string, body: object): Promise<EntityId> {
  const { status, json } = await ask<{ id: EntityId }>(who, "POST", path, {
    key: `weeks-test-${(keys += 1)}`,
    body,
  });
  expect([path, status < 300]).toEqual([path, true]);
  return json.id;
}
const book = (who: Authenticated, patient: EntityId, date: string, time: string) =>
  write(who, "/v1/appointments", {
    doctor: world.doctor,
    patient,
    start: `${date}T${time}+03:00`,
    reason: "Cough",
  });
const week = async (who: Authenticated, query = `from=${FROM}`): Promise<Week> =>
  (await ask<Week>(who, "GET", `/v1/doctors/${world.doctor}/week?${query}`)).json;

const first = await book(world.staff, world.patient, FROM, "09:20");
const midnight = await book(world.patientAccount, world.ownPatient, addDays(FROM, 6), "23:40");
await book(world.staff, world.patient, addDays(FROM, 7), "00:00");
await book(world.staff, world.patient, addDays(FROM, -1), "23:40");
const cancelled = await book(world.staff, world.patient, FROM, "10:00");
await write(world.staff, `/v1/appointments/${cancelled}/cancel`, {});

describe("a doctor's week", () => {
  test("is seven days of her own wall, with names for those who keep her hours", async () => {
    for (const who of [world.doctorAccount, world.staff, world.administrator]) {
      const { from, days } = await week(who);
      expect([from, days.map(({ date }) => date)]).toEqual([
        FROM,
        Array.from({ length: 7 }, (_, at) => addDays(FROM, at)),
      ]);
      expect(days.map((day) => day.appointments?.map(({ id, patient }) => [id, patient]))).toEqual([
        [[first, { id: world.patient, name: "Ouma" }]],
        [],
        [],
        [],
        [],
        [],
        [[midnight, { id: world.ownPatient, name: "Mary" }]],
      ]);
      expect(days[0]?.appointments?.[0]?.reason).toBe("Cough");
    }
  });

  test("shows others what is free, and nobody's name", async () => {
    for (const who of [world.stranger, world.patientAccount, world.otherStaff]) {
      const { text, json } = await ask<Week>(who, "GET", `/v1/doctors/${world.doctor}/week?from=${FROM}`);
      expect(json.days.every(({ appointments }) => appointments === undefined)).toBe(true);
      const states = new Map(json.days[0]?.slots?.map(({ start, state }) => [start.slice(11, 16), state]));
      expect([states.size, states.get("09:20"), states.get("09:40"), states.get("10:00")]).toEqual([
        72,
        "busy",
        "free",
        "free",
      ]);
      for (const canary of ["Ouma", "Mary", "Cough", world.patient]) expect(text).not.toContain(canary);
    }
  });

  test("has its last day however much was booked and cancelled on the days before", async () => {
    const { doctor, clinic, patient } = world;
    const calledOff = Array.from({ length: 1_500 }, (_, at): Appointment => ({
      id: idOf(at + 1, "calledOffAgain__"),
      doctor,
      clinic,
      patient,
      start: `${FROM}T09:00+03:00`,
      minutes: 20,
      zone: "Africa/Nairobi",
      status: "cancelled",
    }));
    const { tenant } = world;
    await inTransaction(pool, (tx) =>
      appointmentRecords.insert(
        tx,
        calledOff.map((entity) => ({ tenant, entity })),
      ),
    );
    const { days } = await week(world.administrator);
    expect(days[6]?.appointments?.map(({ id }) => id)).toEqual([midnight]);
  });

  test("can be a day, and has no slots where there is no sheet", async () => {
    expect((await week(world.staff, `from=${FROM}&days=1`)).days.map(({ date }) => date)).toEqual([FROM]);
    const past = await week(world.staff, "from=2020-01-01&days=1");
    expect(past.days).toEqual([{ date: "2020-01-01", appointments: [] }]);
  });

  test.each([
    ["days=0", "query.days"],
    ["days=8", "query.days"],
    ["from=2026-02-30", "query.from"],
    ["from=9999-12-26", "query.from"],
    ["from=9999-12-31&days=2", "query.from"],
  ])("refuses %s", async (query, path) => {
    for (const whose of [`doctors/${world.doctor}`, `patients/${world.patient}`]) {
      const { status, json } = await ask(world.staff, "GET", `/v1/${whose}/week?${query}`);
      expect([status, json.code, json.path]).toEqual([400, "malformed", path]);
    }
  });

  test("can be the last there is, and the first", async () => {
    for (const from of ["9999-12-25", "0000-01-01"]) {
      const { days } = await week(world.staff, `from=${from}`);
      expect([days[0]?.date, days.length]).toEqual([from, 7]);
    }
  });

  test("of another tenant's doctor is not found", async () => {
    const { status } = await ask(world.administrator, "GET", `/v1/doctors/${foreign.doctor}/week`);
    expect(status).toBe(404);
  });
});

describe("a patient's week", () => {
  const agenda = (who: Authenticated, patient: EntityId) =>
    ask<Week>(who, "GET", `/v1/patients/${patient}/week?from=${FROM}`);

  test("names doctor and clinic, on the days of the doctor's wall", async () => {
    const { json } = await agenda(world.patientAccount, world.ownPatient);
    expect(json.days.map(({ appointments }) => appointments?.length)).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(json.days[6]?.appointments?.[0]).toMatchObject({
      id: midnight,
      doctor: { id: world.doctor, name: "Dr Achieng" },
      clinic: { id: world.clinic, name: "Kijani" },
    });
  });

  test("is for those who may see her, and not found for others", async () => {
    expect(
      (await agenda(world.staff, world.patient)).json.days[0]?.appointments?.map(({ id }) => id),
    ).toEqual([first]);
    for (const who of [world.stranger, world.patientAccount, world.otherStaff])
      expect((await agenda(who, world.patient)).status).toBe(404);
  });
});
