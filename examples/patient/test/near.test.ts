import type { Sheet } from "@healthbridge/schema/client";
import { expect, test } from "vitest";
import {
  type Filters,
  filtersSet,
  type Remembered,
  rememberedWith,
  searchHere,
  searchOf,
  USUAL_FILTERS,
} from "../src/logic/near.ts";

const NOW = Date.parse("2026-11-30T06:00:00Z");
const PLACE = { lat: 0, lng: 35 };

function remembered(at: number, north: number, more: Partial<Remembered["doctor"]> = {}): Remembered {
  const clinic = { id: `clinicclinicclin.${at}`, name: `Clinic ${at}`, lat: north, lng: 35 };
  return {
    clinic,
    doctor: {
      id: `doctordoctordoct.${at}`,
      name: `Dr ${at}`,
      clinic: clinic.id,
      specialities: ["surgery"],
      languages: ["sw"],
      ...more,
    },
  };
}

function device(sheets: readonly Sheet[] = [], doctor?: Remembered["doctor"]) {
  return {
    list: (kind: string) => (kind === "sheet" ? sheets : []) as never,
    get: (kind: string, id: string) => (kind === "doctor" && id === doctor?.id ? doctor : undefined) as never,
    isComplete: () => false,
  };
}

const look = (list: readonly Remembered[], filters: Partial<Filters> = {}, hb = device()) =>
  searchHere(hb, list, { ...searchOf(PLACE, { ...USUAL_FILTERS, ...filters }), now: NOW });
const numbers = (...of: Parameters<typeof look>) =>
  look(...of).map(({ doctor }) => Number(doctor.id.split(".")[1]));

test("who was found earlier is found again without a network, the nearest first and not too far", () => {
  expect(numbers([remembered(1, 0.3), remembered(2, 0.1), remembered(3, 2)])).toEqual([2, 1]);
  expect(numbers([remembered(1, 0.3), remembered(3, 2)], { withinKm: 300 })).toEqual([1, 3]);
});

test("by speciality, language and fee, as online", () => {
  const list = [
    remembered(1, 0.1, { specialities: ["paediatrics"], fee: { amount: 30_000, currency: "KES" } }),
    remembered(2, 0.2, { languages: ["luo"], fee: { amount: 90_000, currency: "KES" } }),
    remembered(3, 0.3),
  ];
  expect(numbers(list, { speciality: "paediatrics" })).toEqual([1]);
  expect(numbers(list, { language: "luo" })).toEqual([2]);
  expect(numbers(list, { feeUpTo: 50_000 })).toEqual([1]);
  expect(numbers(list, { sort: "fee" })).toEqual([1, 2]);
});

test("by next free time as the day sheets on this phone have it; of whom it holds none comes last", () => {
  const sheet: Sheet = {
    id: "doctordoctordoct.2/2026-11-30",
    zone: "Africa/Nairobi",
    runs: [[Date.parse("2026-11-30T09:20:00Z") / 60_000, 180, 20, 20, "bf"]],
  };
  const found = look([remembered(1, 0.1), remembered(2, 0.2)], { sort: "nextFree" }, device([sheet]));
  expect(found.map(({ nextFree }) => nextFree)).toEqual([
    { known: "free", start: "2026-11-30T12:40+03:00" },
    { known: "unknown" },
  ]);
});

test("what this phone holds of a doctor goes before what it remembers", () => {
  const before = remembered(1, 0.1);
  const [only] = look([before], {}, device([], { ...before.doctor, name: "Dr One" }));
  expect(only?.doctor.name).toBe("Dr One");
});

test("some are remembered, the newest first and each once", () => {
  const before = [remembered(1, 0), remembered(2, 0), remembered(3, 0)];
  const ids = rememberedWith(before, [remembered(3, 1), remembered(4, 1)], 3).map(({ doctor }) => doctor.id);
  expect(ids).toEqual(["doctordoctordoct.3", "doctordoctordoct.4", "doctordoctordoct.1"]);
});

test("a fee is asked in one currency, and in none where nobody compares fees", () => {
  expect(searchOf(PLACE, USUAL_FILTERS)).toMatchObject({ currency: undefined, sort: "distance" });
  expect(searchOf(PLACE, { ...USUAL_FILTERS, sort: "fee" })).toMatchObject({ currency: "KES" });
});

test("the order is no filter, and neither is what everybody has", () => {
  expect(filtersSet({ ...USUAL_FILTERS, sort: "fee" })).toBe(0);
  expect(filtersSet({ ...USUAL_FILTERS, speciality: "surgery", withinKm: 10 })).toBe(2);
});
