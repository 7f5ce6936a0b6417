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
