import { describe, expect, test } from "vitest";
import { came, DAY, doctorWith, HOUR, MONDAY_SEVEN, openSchedule } from "../scheduling/schedule.ts";
import { person, restApp } from "./rest-app.ts";

/** What a search names as a doctor's next free time is one that a patient is given. */

const schedule = await openSchedule();
const { ask, clock, family, world } = schedule;
const rest = restApp({ pool: world.pool, now: () => clock.now });

interface Found {
  readonly items: readonly { readonly id: string; readonly nextFree?: string }[];
}

async function search(query = ""): Promise<ReadonlyMap<string, string | undefined>> {
  const anybody = person("patient", { tenant: world.tenant });
  const { json } = await rest<Found>(anybody, "GET", `/v1/doctors?limit=100${query}`);
  return new Map(json.items.map(({ id, nextFree }) => [id, nextFree]));
}

const MORNING = [{ from: "09:00", to: "09:40" }];
const NIGHT = [{ from: "23:20", to: "00:40", overnight: true }];
const MONDAYS = { plan: { weekly: [{ day: 1, hours: MORNING }] } };

const mondays = await doctorWith(schedule, MORNING, { ...MONDAYS, rules: { horizonDays: 2 } });
const doctors = [
  mondays,
  await doctorWith(schedule, MORNING, { ...MONDAYS, rules: { horizonDays: 7 } }),
  await doctorWith(schedule, MORNING, { rules: { horizonDays: 1, noticeMinutes: 26 * 60 } }),
  await doctorWith(schedule, MORNING, { rules: { horizonDays: 1, noticeMinutes: 3 * 24 * 60 } }),
  await doctorWith(schedule, NIGHT, { rules: { horizonDays: 1 } }),
  await doctorWith(schedule, NIGHT, { rules: { horizonDays: 1, noticeMinutes: 24 * 60 } }),
];

describe("the next free time of a search", () => {
  test.each([0, 1, 2.5, 16.9, 17.1, 24, 40.7, 41.2])("can be booked %d hours later", async (hours) => {
    clock.now = MONDAY_SEVEN + hours * HOUR;
    const found = await search();
    let named = 0;
    for (const doctor of doctors) {
      const start = found.get(doctor);
      if (start === undefined) continue;
      named += 1;
      const patient = await schedule.patient(family);
      const booked = await ask(family, "appointment.book", { doctor, patient, start });
      expect([doctor, start, came(booked)]).toEqual([doctor, start, "applied"]);
    }
    expect(named).toBeGreaterThan(0);
  });

  test("is none where all that is free is beyond the doctor's horizon, and she is not free on such a date", async () => {
    clock.now = MONDAY_SEVEN + DAY;
    const nextMonday = "2027-03-08";
    expect((await search()).get(mondays)).toBeUndefined();
    expect((await search(`&freeOn=${nextMonday}`)).has(mondays)).toBe(false);
    clock.now = MONDAY_SEVEN + 5 * DAY;
    expect((await search()).get(mondays)).toBe(`${nextMonday}T09:00+03:00`);
    expect((await search(`&freeOn=${nextMonday}`)).has(mondays)).toBe(true);
  });
});
