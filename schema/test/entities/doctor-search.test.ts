import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Doctor,
  DOCTOR_SORTS,
  epochMinutes,
  firstFreeSlot,
  inOrder,
  LARGEST_FEE,
  metresBetween,
  type NextFree,
  type Sheet,
  slotsOf,
  type SlotRun,
  type Sortable,
  sortNumber,
  timeAt,
} from "../../src/index.ts";
import { DOCTOR, sheetOf } from "../support/sheets.ts";

const DAY_MS = 24 * 60 * 60_000;
const DOCTOR_BOUND: Doctor = {
  id: DOCTOR,
  name: "Dr. Amina",
  clinic: "aVdxT2lHdVNyQ2Rm.7",
  specialities: ["surgery"],
  languages: ["sw"],
};
/** Somebody with no appointments who keeps nobody's hours. */
const PATIENT = { agenda: [], visit: undefined, usefulUntil: undefined, keeper: () => false };

const sortable: fc.Arbitrary<Sortable> = fc.record({
  id: fc.constantFrom("a.1", "a.2", "b.1", "b.2"),
  metres: fc.integer({ min: 0, max: 3 }),
  fee: fc.record({ amount: fc.constantFrom(0, 1, LARGEST_FEE), currency: fc.constant("KES") }),
  nextFree: fc.constantFrom<NextFree>(
    { instant: 1, start: "" },
    { instant: 2, start: "" },
    "none",
    "unknown",
  ),
});

describe("the order of doctors", () => {
  test("is one: antisymmetric, transitive, and equal only for the same doctor at the same place", () => {
    fc.assert(
      fc.property(fc.constantFrom(...DOCTOR_SORTS), sortable, sortable, sortable, (sort, a, b, c) => {
        const order = inOrder(sort);
        expect(Math.sign(order(a, b)) + Math.sign(order(b, a))).toBe(0);
        expect(order(a, b) > 0 || order(b, c) > 0 || order(a, c) <= 0).toBe(true);
        expect(order(a, b) !== 0 || (a.id === b.id && a.metres === b.metres)).toBe(true);
      }),
    );
  });

  test("has every number in what the end of a page can say", () => {
    fc.assert(
      fc.property(fc.constantFrom(...DOCTOR_SORTS), sortable, (sort, one) => {
        expect(String(sortNumber(sort, one))).toMatch(/^\d{1,15}$/);
      }),
    );
  });

  test("puts times before none, and none before what is not known", () => {
    const at = (nextFree: NextFree): Sortable => ({ id: "a.1", metres: 0, nextFree });
    const times: NextFree[] = [
      "unknown",
      { instant: 30_000_000, start: "" },
      "none",
      { instant: 29_000_000, start: "" },
    ];
    expect(
      times
        .map(at)
        .toSorted(inOrder("nextFree"))
        .map(({ nextFree }) => nextFree),
    ).toEqual([{ instant: 29_000_000, start: "" }, { instant: 30_000_000, start: "" }, "none", "unknown"]);
  });
});

describe("the first free slot", () => {
  const run: fc.Arbitrary<SlotRun> = fc.tuple(
    fc.integer({ min: 100, max: 300 }),
    fc.constantFrom(0, 180, -300),
    fc.constant(20),
    fc.constantFrom(20, 25),
    fc.stringMatching(/^[fhbox]{1,8}$/),
  );

  test("is the one that looking at every slot finds", () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), fc.integer({ min: 0, max: 600 * 60_000 }), (runs, now) => {
        const sheet: Sheet = { id: "doctordoctordoct.1/2026-11-24", zone: "Etc/UTC", runs };
        const slow = slotsOf(sheet).find(({ state, instant }) => state === "f" && instant * 60_000 >= now);
        expect(firstFreeSlot([sheet], now)?.instant).toBe(slow?.instant);
      }),
    );
  });

  test("is not one that began this very minute", () => {
    const sheet: Sheet = {
      id: "doctordoctordoct.1/2026-11-24",
      zone: "Etc/UTC",
      runs: [[100, 0, 20, 20, "ff"]],
    };
    expect(firstFreeSlot([sheet], 100 * 60_000)?.instant).toBe(100);
    expect(firstFreeSlot([sheet], 100 * 60_000 + 1)?.instant).toBe(120);
  });

  test("is not one that is nearer than the doctor's notice", () => {
    const sheet: Sheet = {
      id: "doctordoctordoct.1/2026-11-24",
      zone: "Etc/UTC",
      runs: [[100, 0, 20, 20, "fff"]],
    };
    expect(firstFreeSlot([sheet], 60 * 60_000, { noticeMinutes: 60 })?.instant).toBe(120);
    expect(firstFreeSlot([sheet], 60 * 60_000, { noticeMinutes: 61 })?.instant).toBe(140);
  });

  test("is not one on a date beyond the doctor's horizon, by her own wall", () => {
    const sheet = sheetOf([[epochMinutes("2025-02-19T23:40+03:00"), 180, 20, 20, "bf"]]);
    const first = (now: string, horizonDays: number) =>
      firstFreeSlot([sheet], Date.parse(now), { horizonDays })?.start;
    expect(first("2025-02-18T23:59+03:00", 2)).toBe("2025-02-20T00:00+03:00");
    expect(first("2025-02-18T23:59+03:00", 1)).toBeUndefined();
    expect(first("2025-02-19T00:00+03:00", 1)).toBe("2025-02-20T00:00+03:00");
  });

  test("is the first that somebody whom the doctor's rules bind can have", () => {
    const rules = fc.record(
      {
        noticeMinutes: fc.constantFrom(0, 15, 60, 1_440, 3_000),
        horizonDays: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: [] },
    );
    const days = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 * 1_440 }), run), { maxLength: 3 });
    fc.assert(
      fc.property(days, rules, fc.integer({ min: 0, max: 3 * DAY_MS }), (runs, bounds, now) => {
        const sheets = runs.map(([later, [first, ...rest]]) => sheetOf([[first + later, ...rest]]));
        const doctor = { ...DOCTOR_BOUND, rules: bounds };
        const starts = sheets.flatMap((sheet) =>
          slotsOf(sheet).flatMap((slot) => {
            const time = timeAt(doctor, sheet, slot, { ...PATIENT, now }, { get: () => undefined });
            return typeof time === "string" ? [] : slot.instant;
          }),
        );
        const earliest = starts.length === 0 ? undefined : Math.min(...starts);
        expect(firstFreeSlot(sheets, now, bounds)?.instant).toBe(earliest);
      }),
    );
  });
});

describe("distance", () => {
  test.each([
    [0, 0, 0, 0, 0],
    [0, 179.9, 0, -179.9, 22_239],
    [90, 0, 90, 123, 0],
    [90, 0, -90, 0, 20_015_115],
    [-1.2921, 36.8219, -4.0435, 39.6682, 439_924],
  ])("from %d,%d to %d,%d is %d metres", (lat, lng, toLat, toLng, metres) => {
    expect(Math.abs(metresBetween({ lat, lng }, { lat: toLat, lng: toLng }) - metres)).toBeLessThanOrEqual(1);
  });
});
