import { type Availability, sheetMaker } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { INTL_ZONES } from "../../client-sdk/src/schedule/intl-zones.ts";
import { makeSheets } from "../../server/src/availability/make-sheets.ts";

/** The fake server has the zones' rules from `Intl`, the real one from Temporal. */
const byIntl = sheetMaker(INTL_ZONES);

function plan(zone: string): Availability {
  const hours = [
    { from: "00:00", to: "05:00" },
    { from: "20:00", to: "24:00" },
  ];
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours }));
  return { id: "AAAAAAAAAAAAAAAA.1", zone, slotMinutes: 20, bufferMinutes: 5, weekly, exceptions: [] };
}

test.each([
  "Africa/Nairobi",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Europe/London",
  "America/St_Johns",
  "America/Sao_Paulo",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
  "UTC",
])("a year of day sheets in %s is the same by both", (zone) => {
  expect(byIntl(plan(zone), "2026-01-01", 365)).toEqual(makeSheets(plan(zone), "2026-01-01", 365));
});

test("a zone that does not exist is a RangeError by both", () => {
  for (const make of [byIntl, makeSheets])
    expect(() => make(plan("Mars/Olympus"), "2026-01-01", 1)).toThrow(RangeError);
});
