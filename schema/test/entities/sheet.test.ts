import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  freeSlots,
  keepBusy,
  openSlotsNear,
  packSlots,
  Sheet,
  sheetId,
  sheetIdsForStart,
  type Slot,
  slotAt,
  slotsOf,
  splitSheetId,
  withLetter,
} from "../../src/index.ts";
import { sheetOf, slots } from "../support/sheets.ts";

const doctor = "aVdxT2lHdVNyQ2Rm.1";

describe("day sheets", () => {
  test("slots packed into runs are the same slots when unpacked", () => {
    fc.assert(
      fc.property(slots, (given) => {
        const sheet = sheetOf(packSlots(given));
        expect(Sheet.safeParse(sheet).success).toBe(true);
        expect(slotsOf(sheet)).toEqual(given);
        expect(freeSlots(sheet)).toBe(given.filter(({ state }) => state === "f").length);
      }),
    );
  });

  test("regular slots share a run", () => {
    const day = Array.from(
      { length: 24 },
      (_, at): Slot => slotsOf(sheetOf([[29_000_000 + at * 20, 180, 15, 15, "f"]]))[0] ?? never(),
    );
    expect(packSlots(day)).toEqual([[29_000_000, 180, 15, 20, "f".repeat(24)]]);
  });

  test("every slot is found by its instant and nothing between", () => {
    fc.assert(
      fc.property(slots, (given) => {
        const sheet = sheetOf(packSlots(given));
        for (const slot of given) {
          expect(slotAt(sheet, slot.instant)).toEqual(slot);
          expect(slotAt(sheet, slot.instant + 1)).toBeUndefined();
        }
      }),
    );
  });

  test("one slot changes its state, the others stay", () => {
    fc.assert(
      fc.property(slots, fc.nat(), fc.constantFrom("f", "h", "b", "o", "x"), (given, seed, state) => {
        const chosen = given[seed % Math.max(given.length, 1)];
        const changed = withLetter(sheetOf(packSlots(given)), chosen?.instant ?? 1, state);
        expect(slotsOf(changed)).toEqual(given.map((slot) => (slot === chosen ? { ...slot, state } : slot)));
      }),
    );
  });

  test("free slots come nearest first", () => {
    const sheet = sheetOf([[29_000_000, 180, 20, 20, "fbfff"]]);
    expect(openSlotsNear(sheet, 29_000_020, 0).map(({ instant }) => instant - 29_000_000)).toEqual([
      0, 40, 60, 80,
    ]);
  });

  test("a sheet's id comes apart as it was put together", () => {
    expect(splitSheetId(sheetId(doctor, "2026-11-23"))).toEqual({ doctor, date: "2026-11-23" });
  });

  test("a start in UTC may stand on a neighbouring date, one with an offset may not", () => {
    expect(sheetIdsForStart(doctor, "2026-11-23T23:30+03:00")).toEqual([`${doctor}/2026-11-23`]);
    expect(sheetIdsForStart(doctor, "2026-11-23T03:00Z")).toEqual([
      `${doctor}/2026-11-23`,
      `${doctor}/2026-11-22`,
    ]);
    expect(sheetIdsForStart(doctor, "2026-11-23T11:00Z")).toHaveLength(3);
    expect(sheetIdsForStart(doctor, "2026-11-30T22:00Z")).toContain(`${doctor}/2026-12-01`);
  });
});

describe("a new plan over an old day", () => {
  const mustStay = ({ state, instant }: Slot, now: number): boolean =>
    state === "b" || state === "o" || state === "h" || instant * 60_000 <= now;

  test("nothing that is taken or past is lost or moved, and nothing overlaps it", () => {
    fc.assert(
      fc.property(slots, slots, fc.nat({ max: 1_440 }), (fresh, old, minute) => {
        const now = (29_000_000 + minute) * 60_000;
        const free = fresh.map((slot): Slot => ({ ...slot, state: "f" }));
        const merged = slotsOf(keepBusy(sheetOf(packSlots(free)), sheetOf(packSlots(old)), now));
        const kept = old.filter((slot) => mustStay(slot, now));
        // Whether a busy slot is among what is offered by now may change its letter, nothing else.
        const asBusy = (slot: Slot): Slot =>
          slot.state === "o" || slot.state === "h" ? { ...slot, state: "b" } : slot;
        for (const slot of kept) expect(merged.map(asBusy)).toContainEqual(asBusy(slot));
        for (const slot of merged.filter(({ state }) => state === "o"))
          expect(
            free.some(({ instant, minutes }) => instant === slot.instant && minutes === slot.minutes),
          ).toBe(false);
        const offered = merged.filter((slot) => !kept.some(({ instant }) => instant === slot.instant));
        for (const slot of offered) {
          expect(
            free.some(({ instant, minutes }) => instant === slot.instant && minutes === slot.minutes),
          ).toBe(true);
          for (const taken of kept)
            expect(
              slot.instant < taken.instant + taken.minutes && taken.instant < slot.instant + slot.minutes,
            ).toBe(false);
        }
      }),
    );
  });

  test("a day on which nothing is taken is simply the new one", () => {
    const fresh = sheetOf([[29_000_000, 180, 20, 20, "fff"]]);
    expect(keepBusy(fresh, sheetOf([[29_000_010, 180, 30, 30, "ffx"]]), 0)).toBe(fresh);
  });
});

function never(): never {
  throw new Error("no slot");
}
