import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDays,
  CalendarDate,
  dateFromDays,
  daysAhead,
  daysFromDate,
  epochMinutes,
  formatStart,
  offsetMinutes,
  Start,
  WallTime,
  ZoneName,
} from "../src/index.ts";

const date = fc.integer({ min: -100_000, max: 100_000 }).map(dateFromDays);
const instant = fc.integer({ min: 0, max: 60_000_000 });
const offset = fc.integer({ min: -56, max: 56 }).map((quarters) => quarters * 15);

const fits = (shape: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  shape.safeParse(value).success;

describe("dates", () => {
  test("days and dates are the same thing", () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -800, max: 800 }), (text, days) => {
        expect(fits(CalendarDate, text)).toBe(true);
        expect(dateFromDays(daysFromDate(text))).toBe(text);
        expect(addDays(addDays(text, days), -days)).toBe(text);
      }),
    );
  });

  test.each([
    "2026-02-29",
    "2026-04-31",
    "2100-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-1-1",
    "2026-11-23T",
    "+2026-11-23",
  ])("%s does not exist", (text) => {
    expect(fits(CalendarDate, text)).toBe(false);
  });

  test("leap days do", () => {
    expect(fits(CalendarDate, "2024-02-29")).toBe(true);
    expect(fits(CalendarDate, "2000-02-29")).toBe(true);
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });

  test("what is no date gives no date", () => {
    expect(dateFromDays(daysFromDate("rubbish"))).toBe("");
    expect(dateFromDays(1e12)).toBe("");
  });
});

describe("starts", () => {
  test("an instant written with an offset is read as the same instant", () => {
    fc.assert(
      fc.property(instant, offset, (minutes, ahead) => {
        const start = formatStart(minutes, ahead);
        expect(fits(Start, start)).toBe(true);
        expect(epochMinutes(start)).toBe(minutes);
        expect(offsetMinutes(start)).toBe(ahead);
        expect(Date.parse(start)).toBe(minutes * 60_000);
      }),
    );
  });

  test("a start is so many dates ahead as its own wall counts midnights", () => {
    const seconds = fc.integer({ min: 0, max: 3_600_000_000 });
    fc.assert(
      fc.property(instant, offset, seconds, (minutes, ahead, now) => {
        const wallNow = formatStart(Math.floor(now / 60), ahead);
        const start = formatStart(minutes, ahead);
        const midnights = daysFromDate(start.slice(0, 10)) - daysFromDate(wallNow.slice(0, 10));
        expect(daysAhead(start, now * 1_000)).toBeCloseTo(midnights, 9);
      }),
    );
  });

  test("Z is offset zero", () => {
    expect(epochMinutes("2026-11-23T06:20Z")).toBe(epochMinutes("2026-11-23T09:20+03:00"));
    expect(offsetMinutes("2026-11-23T06:20Z")).toBe(0);
    expect(offsetMinutes("2026-11-23T06:20-03:30")).toBe(-210);
  });

  test.each([
    "2026-11-23T09:20",
    "2026-11-23T09:20:00+03:00",
    "2026-11-23T24:00+03:00",
    "2026-02-30T09:20+03:00",
    "2026-11-23T09:20+15:00",
    "2026-11-23 09:20Z",
    "2026-11-23T09:20z",
  ])("%s is none", (text) => {
    expect(fits(Start, text)).toBe(false);
  });
});

test("a day ends at 24:00, and no minute later", () => {
  expect(fits(WallTime, "24:00")).toBe(true);
  expect(fits(WallTime, "24:01")).toBe(false);
  expect(fits(WallTime, "9:00")).toBe(false);
});

test("zones have names, not paths", () => {
  for (const name of ["Africa/Nairobi", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+3"])
    expect(fits(ZoneName, name)).toBe(true);
  for (const name of ["", "../etc/passwd", "Africa//Nairobi", "Africa/", "+03:00"])
    expect(fits(ZoneName, name)).toBe(false);
});
