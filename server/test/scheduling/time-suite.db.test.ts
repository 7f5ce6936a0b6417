import { type InputOf, slotsOf } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { came, doctorWith, MINUTE, openSchedule } from "./schedule.ts";

/**
 * The time suite: what clocks, zones and dates do to a schedule. Each case sets a doctor's hours at some moment of the database's clock, reads the sheets it came
 * to, and books by them.
 */

const schedule = await openSchedule();
const { ask, appointment, staff, clock } = schedule;

type Hours = InputOf<"availability.set">["weekly"][number]["hours"];

interface Case {
  readonly name: string;
  readonly zone: string;
  /** when the hours are set */
  readonly now: string;
  readonly date: string;
  readonly hours: Hours;
  readonly slotMinutes?: number;
  readonly buffers?: Partial<InputOf<"availability.set">>;
  /** starts on the sheet of that date */
  readonly starts: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "a short day: the hour that does not exist has no slots",
    zone: "Europe/Berlin",
    now: "2027-03-20T00:00Z",
    date: "2027-03-28",
    hours: [{ from: "01:00", to: "04:00" }],
    starts: ["01:00+01:00", "01:30+01:00", "03:00+02:00", "03:30+02:00"],
  },
  {
    name: "a long day: the doubled hour has its slots twice, each at its own instant",
    zone: "Europe/Berlin",
    now: "2027-10-20T00:00Z",
    date: "2027-10-31",
    hours: [{ from: "02:00", to: "03:30" }],
    starts: ["02:00+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00", "03:00+01:00"],
  },
  {
    name: "a day that is half an hour short",
    zone: "Australia/Lord_Howe",
    now: "2027-09-20T00:00Z",
    date: "2027-10-03",
    hours: [{ from: "01:00", to: "04:00" }],
    slotMinutes: 60,
    starts: ["01:00+10:30", "02:30+11:00"],
  },
  {
    name: "a negative offset with half an hour",
    zone: "America/St_Johns",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "23:00", to: "24:00" }],
    starts: ["23:00-03:30", "23:30-03:30"],
  },
  {
    name: "a zone of half an hour",
    zone: "Asia/Kolkata",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "00:00", to: "01:00" }],
    starts: ["00:00+05:30", "00:30+05:30"],
  },
  {
    name: "a zone of three quarters of an hour",
    zone: "Asia/Kathmandu",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "09:00", to: "10:00" }],
    starts: ["09:00+05:45", "09:30+05:45"],
  },
  {
    name: "furthest ahead of UTC",
    zone: "Pacific/Kiritimati",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "00:00", to: "00:30" }],
    starts: ["00:00+14:00"],
  },
  {
    name: "furthest behind UTC",
    zone: "Pacific/Pago_Pago",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "23:30", to: "24:00" }],
    starts: ["23:30-11:00"],
  },
  {
    name: "a rule that changed: Jordan gave up winter time in 2022",
    zone: "Asia/Amman",
    now: "2022-10-20T00:00Z",
    date: "2022-11-05",
    hours: [{ from: "09:00", to: "10:00" }],
    starts: ["09:00+03:00", "09:30+03:00"],
  },
  {
    name: "a rule that changed: the same week a year before",
    zone: "Asia/Amman",
    now: "2021-10-20T00:00Z",
    date: "2021-11-05",
    hours: [{ from: "09:00", to: "10:00" }],
    starts: ["09:00+02:00", "09:30+02:00"],
  },
  {
    name: "a date that a country skipped has no slots at all",
    zone: "Pacific/Apia",
    now: "2011-12-20T00:00Z",
    date: "2011-12-30",
    hours: [{ from: "09:00", to: "10:00" }],
    starts: [],
  },
  {
    name: "the date after the skipped one",
    zone: "Pacific/Apia",
    now: "2011-12-20T00:00Z",
    date: "2011-12-31",
    hours: [{ from: "09:00", to: "10:00" }],
    starts: ["09:00+14:00", "09:30+14:00"],
  },
  {
    name: "midnight ends a day",
    zone: "Africa/Nairobi",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "23:00", to: "24:00" }],
    starts: ["23:00+03:00", "23:30+03:00"],
  },
  {
    name: "an overnight session fills the evening of its date and the night of the next",
    zone: "Africa/Nairobi",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "23:00", to: "01:00", overnight: true }],
    starts: ["00:00+03:00", "00:30+03:00", "23:00+03:00", "23:30+03:00"],
  },
  {
    name: "a slot over midnight stands on the date it begins on, and the next begins after it",
    zone: "Africa/Nairobi",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "23:00", to: "01:00", overnight: true }],
    slotMinutes: 40,
    starts: ["00:20+03:00", "23:00+03:00", "23:40+03:00"],
  },
  {
    name: "an overnight session through the night on which the clocks go forward loses an hour",
    zone: "Europe/Berlin",
    now: "2027-03-20T00:00Z",
    date: "2027-03-28",
    hours: [{ from: "22:00", to: "04:00", overnight: true }],
    slotMinutes: 60,
    starts: ["00:00+01:00", "01:00+01:00", "03:00+02:00", "22:00+02:00", "23:00+02:00"],
  },
  {
    name: "an overnight session of 24 hours meets itself without overlapping",
    zone: "Africa/Nairobi",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "08:00", to: "08:00", overnight: true }],
    slotMinutes: 240,
    starts: ["00:00+03:00", "04:00+03:00", "08:00+03:00", "12:00+03:00", "16:00+03:00", "20:00+03:00"],
  },
  {
    name: "several sessions a day, each with slots of its own length",
    zone: "Africa/Nairobi",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [
      { from: "08:00", to: "09:00", slotMinutes: 20 },
      { from: "14:00", to: "15:00" },
    ],
    starts: ["08:00+03:00", "08:20+03:00", "08:40+03:00", "14:00+03:00", "14:30+03:00"],
  },
  {
    name: "pauses before and after each slot",
    zone: "Africa/Nairobi",
    now: "2027-01-10T00:00Z",
    date: "2027-01-15",
    hours: [{ from: "08:00", to: "10:00" }],
    buffers: { bufferBeforeMinutes: 10, bufferMinutes: 5 },
    starts: ["08:10+03:00", "08:55+03:00"],
  },
  {
    name: "the 29th of February",
    zone: "Africa/Nairobi",
    now: "2028-02-20T00:00Z",
    date: "2028-02-29",
    hours: [{ from: "08:00", to: "08:30" }],
    starts: ["08:00+03:00"],
  },
];

describe("the time suite", () => {
  test.each(CASES)("$name", async ({ zone, now, date, hours, slotMinutes = 30, buffers, starts }) => {
    clock.now = Date.parse(now);
    const doctor = await doctorWith(schedule, hours, { plan: { zone, slotMinutes, ...buffers } });
    const sheet = await schedule.sheet(doctor, date);
    const slots = sheet === undefined ? [] : slotsOf(sheet);
    expect(slots.map(({ start }) => start)).toEqual(starts.map((time) => `${date}T${time}`));
    for (const [at, { instant, minutes }] of slots.entries())
      expect(instant).toBeGreaterThanOrEqual((slots[at - 1]?.instant ?? -Infinity) + minutes);
    const last = slots.at(-1);
    if (last === undefined) return;
    // The same instant, as its own wall writes it and in UTC: one booking, told by its wall, and its time is gone for both.
    const utc = `${new Date(last.instant * MINUTE).toISOString().slice(0, 16)}Z`;
    const asked = { doctor, patient: await schedule.patient(), start: utc };
    const booked = await ask(staff, "appointment.book", asked);
    expect(came(booked)).toBe("applied");
    expect(await appointment(booked.id)).toMatchObject({ start: last.start, zone, minutes: last.minutes });
    const again = { doctor, patient: await schedule.patient(), start: last.start };
    expect(came(await ask(staff, "appointment.book", again))).toBe("slot_taken");
  });

  test("a zone that does not exist makes no sheet and no plan", async () => {
    clock.now = Date.parse("2027-01-10T00:00Z");
    const doctor = await doctorWith(schedule, []);
    const plan = { doctor, zone: "Mars/Olympus", slotMinutes: 30, bufferMinutes: 0, weekly: [] };
    expect(came(await ask(staff, "availability.set", plan))).toBe("zone_unknown");
  });

  test("a zone that does not exist is no clinic's", async () => {
    const { clinic } = schedule.world;
    const unknown = { problem: { code: "zone_unknown", path: "input.zone" } };
    const entry = { name: "Olympus Mons", zone: "Mars/Olympus" };
    expect(await schedule.asServer("clinic.register", entry)).toMatchObject(unknown);
    expect(await ask(staff, "clinic.update", { clinic, zone: "Mars/Olympus" })).toMatchObject(unknown);
    expect(await schedule.clinic(clinic)).toMatchObject({ zone: "Africa/Nairobi" });
    expect(came(await ask(staff, "clinic.update", { clinic, zone: "Africa/Kampala" }))).toBe("applied");
    expect(await schedule.clinic(clinic)).toMatchObject({ zone: "Africa/Kampala" });
  });

  test("hours that change while a slot over midnight is booked offer nothing beneath it", async () => {
    clock.now = Date.parse("2027-01-10T00:00Z");
    const overnight = [{ from: "23:00", to: "01:00", overnight: true }];
    const doctor = await doctorWith(schedule, overnight, { plan: { slotMinutes: 40 } });
    const over = { doctor, patient: await schedule.patient(), start: "2027-01-15T23:40+03:00" };
    expect(came(await ask(staff, "appointment.book", over))).toBe("applied");
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "00:00", to: "01:00" }] }));
    const plan = { doctor, zone: "Africa/Nairobi", slotMinutes: 20, bufferMinutes: 0, weekly };
    expect(await ask(staff, "availability.set", plan)).toMatchObject({
      output: { unfit: [{ start: "2027-01-15T23:40+03:00" }] },
    });
    expect(await schedule.day(doctor, "2027-01-16")).toBe("00:20 f, 00:40 f");
    const next = { doctor, patient: await schedule.patient(), start: "2027-01-16T00:20+03:00" };
    expect(came(await ask(staff, "appointment.book", next))).toBe("applied");
  });

  test("check-in opens twelve hours before, a patient is missed from the start on: to the millisecond", async () => {
    clock.now = Date.parse("2027-01-10T00:00Z");
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "09:30" }]);
    const start = "2027-01-15T09:00+03:00";
    const asked = { doctor, patient: await schedule.patient(), start };
    const { id } = await ask(staff, "appointment.book", asked);
    clock.now = Date.parse(start) - 12 * 60 * MINUTE - 1;
    expect(came(await ask(staff, "appointment.checkIn", { appointment: id }))).toBe("too_early");
    clock.now = Date.parse(start) - 1;
    expect(came(await ask(staff, "appointment.markMissed", { appointment: id }))).toBe("too_early");
    clock.now += 1;
    expect(came(await ask(staff, "appointment.markMissed", { appointment: id }))).toBe("applied");
    clock.now = Date.parse(start) - 12 * 60 * MINUTE;
    expect(came(await ask(staff, "appointment.checkIn", { appointment: id }))).toBe("applied");
  });
});
