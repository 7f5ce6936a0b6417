import type { Sheet } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { normalStart } from "../src/replica/start.ts";

const unheld = (start: string | Date) => normalStart("AAAAAAAAAAAAAAAA.1", start, () => undefined);

test.each([
  ["2026-11-23T09:20+03:00", "2026-11-23T09:20+03:00"],
  ["2026-11-23T06:20:00.000Z", "2026-11-23T06:20Z"],
  ["2026-11-23T09:20:00+03:00", "2026-11-23T06:20Z"],
  [new Date("2026-11-23T06:20Z"), "2026-11-23T06:20Z"],
  [new Date(Number.NaN), ""],
])("an instant is written as the schema writes it: %s", (start, written) => {
  expect(unheld(start)).toBe(written);
});

// A date that one reader takes for another day must not be booked for either.
test.each([
  "2026-02-30T09:00+03:00",
  "2026-02-30T09:00:00Z",
  "12/11/2026 09:00",
  "23 Nov 2026",
  "2026-11-23",
  "next tuesday",
  "",
])("what is no instant comes back unchanged: %s", (start) => {
  expect(unheld(start)).toBe(start);
});

const doctor = "AAAAAAAAAAAAAAAA.1";
/** The Sunday on which Berlin sets its clocks back, with hours before and after. */
const sunday: Sheet = {
  id: `${doctor}/2026-10-25`,
  zone: "Europe/Berlin",
  runs: [
    [Date.UTC(2026, 9, 24, 22, 0) / 60_000, 120, 20, 20, "fff"],
    [Date.UTC(2026, 9, 25, 8, 0) / 60_000, 60, 20, 20, "ff"],
  ],
};

test.each([
  ["2026-10-24T22:20Z", "2026-10-25T00:20+02:00"],
  ["2026-10-25T08:20Z", "2026-10-25T09:20+01:00"],
  ["2026-10-24T21:00Z", "2026-10-24T21:00Z"],
  [new Date("2026-10-25T08:05Z"), "2026-10-25T09:05+01:00"],
])("where the doctor's sheet is held, a start is written as her wall shows it: %s", (start, written) => {
  expect(normalStart(doctor, start, (id) => (id === sunday.id ? sunday : undefined))).toBe(written);
});
