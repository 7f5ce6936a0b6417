import type { Sheet } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { HORIZON_DAYS, OPENS, SLOT_MINUTES } from "../../demand/assumptions.ts";
import { DAY, dateOf, instantOf, startOf, ZONE } from "../../demand/calendar.ts";
import { chooseTime } from "../../demand/choose.ts";

const MINUTE = HORIZON_DAYS * DAY + OPENS;
const NEXT_DAY = MINUTE + DAY;

/** A device that holds sheets of slots by letters, by doctor and first minute. */
function screen(...days: readonly (readonly [doctor: string, first: number, letters: string])[]) {
  const sheets = days.map(([doctor, first, letters]): Sheet => {
    const run: Sheet["runs"][number] = [instantOf(first) / 60_000, 180, SLOT_MINUTES, SLOT_MINUTES, letters];
    return { id: `${doctor}/${dateOf(first)}`, zone: ZONE, runs: [run] };
  });
  return { sheet: (id: string) => sheets.find((sheet) => sheet.id === id), own: [] };
}

const search = { doctor: "own", others: ["near", "far"], now: instantOf(0) };

test.each([
  ["the wanted time", screen(["own", MINUTE, "ffff"]), "own", MINUTE + SLOT_MINUTES],
  ["the nearest on that day", screen(["own", MINUTE, "bbbf"]), "own", MINUTE + 3 * SLOT_MINUTES],
  [
    "the same doctor on a later day",
    screen(["own", MINUTE, "bbbb"], ["own", NEXT_DAY, "bfff"], ["near", MINUTE, "ffff"]),
    "own",
    NEXT_DAY + SLOT_MINUTES,
  ],
  [
    "the nearest other doctor",
    screen(["own", MINUTE, "bbbb"], ["far", MINUTE, "ffff"], ["near", MINUTE, "bbff"]),
    "near",
    MINUTE + 2 * SLOT_MINUTES,
  ],
  ["the wanted time all the same", screen(["own", MINUTE, "bbbb"]), "own", MINUTE + SLOT_MINUTES],
])("on the screen is chosen %s", (_what, held, doctor, minute) => {
  const start = MINUTE + SLOT_MINUTES;
  expect(chooseTime(held, { ...search, start })).toEqual({ doctor, start: startOf(minute) });
});

test("what has begun is not chosen", () => {
  const held = screen(["own", MINUTE, "ffff"]);
  const now = instantOf(MINUTE + SLOT_MINUTES);
  expect(chooseTime(held, { ...search, start: MINUTE, now }).start).toBe(startOf(MINUTE + 2 * SLOT_MINUTES));
});

test.each([
  ["before a free one of the wanted day, even on another", [["own", NEXT_DAY]], "own", NEXT_DAY],
  [
    "of the wanted doctor before another's",
    [
      ["near", MINUTE],
      ["own", NEXT_DAY],
    ],
    "own",
    NEXT_DAY,
  ],
  [
    "nearest to the wanted one",
    [
      ["own", MINUTE + 7 * SLOT_MINUTES],
      ["own", MINUTE],
    ],
    "own",
    MINUTE,
  ],
  [
    "of another doctor on the wanted day before one on a later",
    [
      ["far", MINUTE],
      ["near", NEXT_DAY],
    ],
    "far",
    MINUTE,
  ],
  [
    "within reach alone",
    [
      ["own", MINUTE + 8 * DAY],
      ["else", MINUTE],
    ],
    "own",
    MINUTE + SLOT_MINUTES,
  ],
] as const)("of the device's own times is chosen one %s", (_what, times, doctor, minute) => {
  const own = times.map(([whose, at]) => ({ doctor: whose, start: startOf(at) }));
  const held = { ...screen(["own", MINUTE, "ffffffhh"]), own };
  expect(chooseTime(held, { ...search, start: MINUTE + SLOT_MINUTES })).toEqual({
    doctor,
    start: startOf(minute),
  });
});
