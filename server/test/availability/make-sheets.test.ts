import { addDays, type Availability, slotsOf } from "@healthbridge/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeSheets } from "../../src/availability/make-sheets.ts";

const DOCTOR = "AAAAAAAAAAAAAAAA.1";

function plan(zone: string, from: string, to: string, more: Partial<Availability> = {}): Availability {
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from, to }] }));
  return { id: DOCTOR, zone, slotMinutes: 30, bufferMinutes: 0, weekly, exceptions: [], ...more };
}

const starts = (availability: Availability, date: string) =>
  makeSheets(availability, date, 1).flatMap((sheet) => slotsOf(sheet).map(({ start }) => start));

describe("a day sheet", () => {
  test("has the slots of the week's hours, in the doctor's own time", () => {
    expect(starts(plan("Africa/Nairobi", "08:00", "09:30"), "2026-11-23")).toEqual([
      "2026-11-23T08:00+03:00",
      "2026-11-23T08:30+03:00",
      "2026-11-23T09:00+03:00",
    ]);
  });

  test("keeps a pause after each slot, and offers no slot that would end after the hours", () => {
    expect(
      starts(
        plan("Africa/Nairobi", "08:00", "10:00", { slotMinutes: 40, bufferMinutes: 20 }),
        "2026-11-23",
      ).map((start) => start.slice(11, 16)),
    ).toEqual(["08:00", "09:00"]);
  });

  test("of a date that is excepted has those hours instead, or none", () => {
    const availability = plan("Africa/Nairobi", "08:00", "09:00", {
      exceptions: [
        { date: "2026-11-24", hours: [] },
        { date: "2026-11-25", hours: [{ from: "20:00", to: "20:30" }] },
      ],
    });
    expect(makeSheets(availability, "2026-11-23", 3).map((sheet) => slotsOf(sheet).length)).toEqual([
      2, 0, 1,
    ]);
  });

  test("ends at midnight where the hours say 24:00", () => {
    expect(starts(plan("Africa/Nairobi", "23:00", "24:00"), "2026-11-23").at(-1)).toBe(
      "2026-11-23T23:30+03:00",
    );
  });

  test("of a day with 23 hours has no slot in the hour that does not exist", () => {
    expect(starts(plan("Europe/Berlin", "01:00", "04:00"), "2026-03-29")).toEqual([
      "2026-03-29T01:00+01:00",
      "2026-03-29T01:30+01:00",
      "2026-03-29T03:00+02:00",
      "2026-03-29T03:30+02:00",
    ]);
  });

  test("of a day with 25 hours has the doubled hour's slots twice, each at its own instant", () => {
    const found = starts(plan("Europe/Berlin", "02:00", "03:30"), "2026-10-25");
    expect(found).toEqual([
      "2026-10-25T02:00+02:00",
      "2026-10-25T02:30+02:00",
      "2026-10-25T02:00+01:00",
      "2026-10-25T02:30+01:00",
      "2026-10-25T03:00+01:00",
    ]);
  });

  test("of a zone behind UTC stands under the doctor's own date", () => {
    expect(starts(plan("America/Bogota", "20:00", "21:00"), "2026-11-23")).toEqual([
      "2026-11-23T20:00-05:00",
      "2026-11-23T20:30-05:00",
    ]);
  });

  test("cannot be made without a zone that exists", () => {
    expect(() => makeSheets(plan("Mars/Olympus", "08:00", "09:00"), "2026-11-23", 1)).toThrow(RangeError);
  });

  test("never overlaps itself, in any zone, on any day of a year, and its slots keep their length", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
      "Asia/Kathmandu",
      "Pacific/Apia",
      "America/St_Johns",
    ];
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 365 }),
        hour,
        hour,
        fc.constantFrom(5, 10, 20, 30, 45),
        fc.constantFrom(0, 5, 15),
        (zone, day, from, to, slotMinutes, bufferMinutes) => {
          fc.pre(from < to);
          const text = (value: number) => `${String(value).padStart(2, "0")}:00`;
          const sheets = makeSheets(
            plan(zone, text(from), text(to), { slotMinutes, bufferMinutes }),
            addDays("2026-01-01", day),
            2,
          );
          const slots = sheets.flatMap((sheet) => slotsOf(sheet));
          for (const [at, slot] of slots.entries()) {
            expect(slot.minutes).toBe(slotMinutes);
            expect(slot.instant).toBeGreaterThanOrEqual(
              at === 0 ? -Infinity : (slots[at - 1]?.instant ?? 0) + slotMinutes,
            );
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
