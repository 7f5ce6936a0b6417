import { type Appointment, type CalendarLink, formatStart, LIMITS } from "@healthbridge/schema";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { eventsOf } from "../../src/http/calendar/calendar-events.ts";
import { calendarText } from "../../src/http/calendar/calendar-text.ts";
import { appointmentRecords } from "../../src/operations/records/appointment-records.ts";
import {
  clinicRecords,
  doctorRecords,
  patientRecords,
} from "../../src/operations/records/directory-records.ts";
import { idOf, person } from "../rest/rest-app.ts";

const NOW = Date.parse("2026-11-24T07:30:00Z");
const HOUR_MS = 3_600_000;
const tenant = "demo";
const doctor = idOf(2);
const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 2 });
afterAll(() => pool.close());

const busyDoctor = idOf(4);
const link: CalendarLink = {
  id: idOf(9),
  account: idOf(8),
  device: idOf(7),
  of: { doctor },
  names: false,
  status: "active",
  digest: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg",
  madeAt: 0,
};

/** One every hour, from thirty days ago on; cancelled ones keep no time, so they need no slots. */
const appointments = Array.from({ length: 30 * 24 + 1_200 }, (_, at): Appointment => ({
  id: idOf(at + 1, "appointmentsHere"),
  doctor,
  clinic: idOf(1),
  patient: idOf(3),
  start: formatStart(NOW / 60_000 - 30 * 24 * 60 + at * 60, 180),
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "cancelled",
}));

/** A hundred a day, from a fortnight ago on. */
const manyEachDay = Array.from({ length: 3_000 }, (_, at): Appointment => ({
  id: idOf(at + 1, "appointmentsBusy"),
  doctor: busyDoctor,
  clinic: idOf(1),
  patient: idOf(3),
  start: formatStart(NOW / 60_000 - 14 * 24 * 60 + at * 15, 180),
  minutes: 15,
  zone: "Africa/Nairobi",
  status: "cancelled",
}));

/** Nearly two weeks from now. What waits keeps no time either. */
const waits: Appointment = {
  id: idOf(1, "appointmentsWait"),
  doctor: busyDoctor,
  clinic: idOf(1),
  patient: idOf(3),
  start: formatStart(NOW / 60_000 + 13 * 24 * 60, 180),
  minutes: 15,
  zone: "Africa/Nairobi",
  status: "waitlist",
  until: NOW + 14 * 24 * HOUR_MS,
  wants: { from: "2026-12-07", to: "2026-12-07", since: NOW, until: NOW + 14 * 24 * HOUR_MS },
};

beforeAll(() =>
  inTransaction(pool, async (tx) => {
    await clinicRecords.insert(tx, [
      { tenant, entity: { id: idOf(1), name: "Kijani", zone: "Africa/Nairobi" } },
    ]);
    await doctorRecords.insert(
      tx,
      [doctor, busyDoctor].map((id) => ({
        tenant,
        entity: {
          id,
          name: "Dr Achieng",
          clinic: idOf(1),
          specialities: ["surgery"],
          languages: ["en"],
        },
      })),
    );
    await patientRecords.insert(tx, [{ tenant, entity: { id: idOf(3), name: "Mary", clinic: idOf(1) } }]);
    await appointmentRecords.insert(
      tx,
      [...appointments, ...manyEachDay, waits].map((entity) => ({ tenant, entity })),
    );
  }),
);

const events = (now: number) =>
  read(pool, async ({ drizzle }) => (await eventsOf(drizzle, link, person("doctor", { doctor }), now)) ?? []);

test("a calendar begins a fortnight ago and is bounded, whatever a doctor's years hold", async () => {
  const found = await events(NOW);
  expect(new Date(found[0]?.startAt ?? 0).toISOString()).toBe("2026-11-10T00:30:00.000Z");
  expect(found.length).toBe(LIMITS.calendarEvents);
  expect(found.at(-1)?.startAt).toBe((found[0]?.startAt ?? 0) + (LIMITS.calendarEvents - 1) * HOUR_MS);
});

test("a calendar of more than it can hold has the days around today, in order, and leaves out what was cancelled first", async () => {
  const of = { doctor: busyDoctor };
  const found = await read(pool, ({ drizzle }) =>
    eventsOf(drizzle, { ...link, of }, person("doctor", of), NOW),
  );
  const starts = (found ?? []).map(({ startAt }) => startAt);
  expect(starts).toHaveLength(LIMITS.calendarEvents);
  expect(starts).toEqual(starts.toSorted((left, right) => left - right));
  expect(starts.filter((start) => start > NOW + 4 * 24 * HOUR_MS).length).toBeGreaterThan(1);
  expect(found?.map(({ id }) => id)).toContain(waits.id);
});

test("a calendar in which nothing happens is the same bytes all day", async () => {
  const text = calendarText("HealthBridge", await events(NOW));
  expect(calendarText("HealthBridge", await events(NOW + 10 * HOUR_MS))).toBe(text);
  expect(calendarText("HealthBridge", await events(NOW + 24 * HOUR_MS))).not.toBe(text);
});
