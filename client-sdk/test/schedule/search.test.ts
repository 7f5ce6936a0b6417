import {
  addDays,
  type Clinic,
  type Doctor,
  type Entities,
  type Fee,
  type Kind,
  type Sheet,
  sheetId,
} from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { type Holder, type HeldFreeTime, searchDoctors } from "../../src/schedule/index.ts";

const TODAY = "2026-11-24";
/** 10:30 in Nairobi. */
const NOW = Date.parse("2026-11-24T07:30:00Z");
const HERE = { lat: -1.3, lng: 36.8 };
const kes = (amount: number): Fee => ({ amount, currency: "KES" });

/** A device that holds just this, and of some feeds all there is. */
function device(
  held: { readonly [K in Kind]?: readonly Entities[K][] },
  ...complete: readonly string[]
): Holder {
  const list: Holder["list"] = (kind) => held[kind] ?? [];
  return {
    list,
    get: (kind, id) => list(kind).find((each) => each.id === id),
    isComplete: (feed) => complete.includes(feed),
  };
}

function clinic(at: number, north = at * 0.01): Clinic {
  return {
    id: `clinicclinicclin.${at}`,
    name: `Clinic ${at}`,
    zone: "Africa/Nairobi",
    lat: HERE.lat + north,
    lng: HERE.lng,
  };
}

function doctor(at: number, more: Partial<Doctor> = {}): Doctor {
  return {
    id: `doctordoctordoct.${at}`,
    name: `Dr ${at}`,
    clinic: clinic(at).id,
    specialities: ["surgery"],
    languages: ["en"],
    ...more,
  };
}

/** A doctor's sheet some days from today, with slots from 10:00 on. */
function sheet(at: number, day: number, states: string): Sheet {
  const date = addDays(TODAY, day);
  const first = Date.parse(`${date}T10:00:00+03:00`) / 60_000;
  return {
    id: sheetId(doctor(at).id, date),
    zone: "Africa/Nairobi",
    runs: states === "" ? [] : [[first, 180, 20, 20, states]],
  };
}

function scene(sheets: readonly Sheet[], ...complete: readonly string[]): Holder {
  return device({ clinic: [clinic(1)], doctor: [doctor(1)], sheet: sheets }, ...complete);
}

function freeTime(...sheets: readonly Sheet[]): HeldFreeTime | undefined {
  return searchDoctors(scene(sheets), { near: HERE, now: NOW }).doctors[0]?.nextFree;
}

describe("the next free time", () => {
  test("is the first free slot still to come", () => {
    expect(freeTime(sheet(1, 0, "ffbf"), sheet(1, 1, "f"))).toEqual({
      known: "free",
      start: "2026-11-24T11:00+03:00",
    });
  });

  test("is one that she can still be asked for: her notice counts", () => {
    const hb = device({
      clinic: [clinic(1)],
      doctor: [doctor(1, { rules: { noticeMinutes: 40 } })],
      sheet: [sheet(1, 0, "fffff")],
    });
    expect(searchDoctors(hb, { near: HERE, now: NOW }).doctors[0]?.nextFree).toEqual({
      known: "free",
      start: "2026-11-24T11:20+03:00",
    });
  });

  test("is not one that nobody may book yet: her horizon counts", () => {
    const hb = device({
      clinic: [clinic(1)],
      doctor: [doctor(1, { rules: { horizonDays: 1 } })],
      sheet: [sheet(1, 0, "b"), sheet(1, 1, "b"), sheet(1, 2, "f")],
    });
    const dayAfterTomorrow = addDays(TODAY, 2);
    const search = { near: HERE, now: NOW };
    expect(searchDoctors(hb, search).doctors[0]?.nextFree).toEqual({
      known: "none",
      until: dayAfterTomorrow,
    });
    const free = { from: dayAfterTomorrow, to: dayAfterTomorrow };
    expect(searchDoctors(hb, { ...search, free })).toMatchObject({ matches: 0, unknown: 0 });
    const tomorrow = { ...search, now: NOW + 24 * 3_600_000 };
    expect(searchDoctors(hb, tomorrow).doctors[0]?.nextFree).toMatchObject({ known: "free" });
  });

  test("is unknown, not none, where the calendar is not held", () => {
    expect(freeTime()).toEqual({ known: "unknown" });
    expect(freeTime(sheet(1, -2, "f"))).toEqual({ known: "unknown" });
  });

  test("is none only up to the last date that is held", () => {
    expect(freeTime(sheet(1, 0, "f"), sheet(1, 1, "bb"), sheet(1, 2, ""))).toEqual({
      known: "none",
      until: "2026-11-26",
    });
  });

  test("is never what stands behind a gap: what is missing may be free earlier", () => {
    expect(freeTime(sheet(1, 0, "b"), sheet(1, 2, "f"))).toEqual({ known: "none", until: TODAY });
    expect(freeTime(sheet(1, 3, "f"))).toEqual({ known: "unknown" });
  });

  test("stands behind dates without a sheet where all of the calendar was read: they have no hours", () => {
    const calendar = `calendar:${doctor(1).id}`;
    const search = { near: HERE, now: NOW };
    const free = { known: "free", start: "2026-11-27T10:00+03:00" };
    const afterDaysOff = scene([sheet(1, 0, "b"), sheet(1, 3, "f")], calendar);
    expect(searchDoctors(afterDaysOff, search).doctors[0]?.nextFree).toEqual(free);
    const offUntilThen = scene([sheet(1, 3, "f")], calendar);
    expect(searchDoctors(offUntilThen, search).doctors[0]?.nextFree).toEqual(free);
    const dayOff = { from: addDays(TODAY, 2), to: addDays(TODAY, 2) };
    expect(searchDoctors(offUntilThen, { ...search, free: dayOff })).toMatchObject({
      matches: 0,
      unknown: 0,
    });
    expect(searchDoctors(scene([], calendar), search).doctors[0]?.nextFree).toEqual({ known: "unknown" });
  });
});

describe("whom it finds", () => {
  const hb = device({
    clinic: [clinic(1), clinic(2), clinic(3), { ...clinic(4), lat: undefined, lng: undefined }, clinic(5, 1)],
    doctor: [
      doctor(1, { fee: kes(300), name: "Dr Wanjikũ" }),
      doctor(2, { fee: kes(100), languages: ["sw"] }),
      doctor(3, { specialities: ["paediatrics"] }),
      doctor(4),
      doctor(5, { fee: { amount: 1, currency: "UGX" } }),
      doctor(6), // whose clinic is not held
    ],
    sheet: [sheet(1, 0, "b"), sheet(1, 1, "f"), sheet(2, 0, "bbbf"), sheet(3, 0, "b")],
  });
  const found = (more: object) =>
    searchDoctors(hb, { near: HERE, now: NOW, ...more }).doctors.map(({ doctor: { id } }) =>
      Number(id.split(".")[1]),
    );

  test.each([
    [{}, [1, 2, 3]],
    [{ withinKm: 500 }, [1, 2, 3, 5]],
    [{ speciality: "paediatrics" }, [3]],
    [{ language: "sw" }, [2]],
    [{ name: "WANJIKU" }, [1]],
    [{ currency: "KES" }, [1, 2]],
    [{ currency: "KES", feeUpTo: 100 }, [2]],
    [{ currency: "KES", sort: "fee" }, [2, 1]],
    [{ sort: "nextFree" }, [2, 1, 3]],
    [{ sort: "nextFree", withinKm: 500 }, [2, 1, 3, 5]],
    [{ limit: 2 }, [1, 2]],
    [{ free: { from: TODAY, to: TODAY } }, [2]],
    [{ free: { from: TODAY, to: addDays(TODAY, 1) } }, [1, 2]],
  ])("%j", (search, ids) => {
    expect(found(search)).toEqual(ids);
  });

  test("and how many it cannot tell of", () => {
    const free = { from: addDays(TODAY, 1), to: addDays(TODAY, 1) };
    expect(searchDoctors(hb, { near: HERE, now: NOW, withinKm: 500, free })).toMatchObject({
      matches: 1,
      unknown: 3,
    });
  });

  test("never fees of different currencies against each other", () => {
    expect(() => found({ sort: "fee" })).toThrow(RangeError);
    expect(() => found({ feeUpTo: 5 })).toThrow(RangeError);
  });
});
