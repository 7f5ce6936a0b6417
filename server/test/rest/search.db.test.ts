import { addDays, type Clinic, type Doctor, type Sheet, sheetId, slotsOf } from "@healthbridge/schema";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { clinicRecords, doctorRecords } from "../../src/operations/records/directory-records.ts";
import { sheetRecords } from "../../src/operations/records/sheet-records.ts";
import { idOf, person, restApp } from "./rest-app.ts";

/** Tuesday 2026-11-24, 10:30 in Nairobi. */
const NOW = Date.parse("2026-11-24T07:30:00Z");
const TODAY = "2026-11-24";
const SPECIALITIES = ["general-practice", "paediatrics", "surgery", "general-surgery"];
const LANGUAGES = ["en", "sw", "luo"];

interface World {
  readonly clinics: readonly Clinic[];
  readonly doctors: readonly Doctor[];
  readonly sheets: readonly Sheet[];
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly clinic: object;
  readonly distanceMetres?: number;
  readonly nextFree?: string;
}

type Page = { readonly items: readonly Found[]; readonly next?: string };

interface Sheets {
  readonly doctor: string;
  readonly sheets: readonly {
    readonly date: string;
    readonly free: number;
    readonly runs: Sheet["runs"];
    readonly slots: readonly { readonly start: string; readonly minutes: number; readonly state: string }[];
  }[];
}

const world = generateWorld(20261122);
const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 4 });
const ask = restApp({ pool, now: () => NOW });
const anybody = person("patient");

beforeAll(async () => {
  const tenant = "demo";
  await inTransaction(pool, async (tx) => {
    await clinicRecords.insert(
      tx,
      world.clinics.map((entity) => ({ tenant, entity })),
    );
    await doctorRecords.insert(
      tx,
      world.doctors.map((entity) => ({ tenant, entity })),
    );
    await sheetRecords.insert(
      tx,
      world.sheets.map((entity) => ({ tenant, entity })),
    );
    // The same place in another tenant must never be found.
    const stranger = { ...firstOf(world.clinics), id: idOf(1, "foreignTenant___") };
    await clinicRecords.insert(tx, [{ tenant: "other", entity: stranger }]);
    await doctorRecords.insert(tx, [
      {
        tenant: "other",
        entity: { ...firstOf(world.doctors), id: idOf(2, "foreignTenant___"), clinic: stranger.id },
      },
    ]);
  });
});
afterAll(() => pool.close());

describe("searching doctors", () => {
  test("finds whom a naive computation finds, in its order, whatever is asked", async () => {
    const seed = Number(process.env["REST_SEED"] ?? 7);
    await fc.assert(
      fc.asyncProperty(wanted, async (query) => {
        const found = await everyPage(`/v1/doctors?${queryText(query)}`);
        const expected = naiveSearch(world, query);
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        for (const [at, item] of found.entries()) {
          expect(
            Math.abs((item.distanceMetres ?? 0) - Math.round(expected[at]?.metres ?? -1)),
          ).toBeLessThanOrEqual(1);
          expect(item.nextFree).toBe(expected[at]?.nextFree);
        }
      }),
      { numRuns: Number(process.env["REST_RUNS"] ?? 40), seed },
    );
  });

  test("over the 180th meridian and around a pole nobody is cut off", async () => {
    const places = ["near=-16.9,179.99", "near=-16.9,-179.99", "near=89.9,10"];
    for (const place of places) {
      const found = await everyPage(`/v1/clinics?${place}&withinKm=100`);
      const [lat = 0, lng = 0] = place.slice(5).split(",").map(Number);
      const expected = world.clinics.filter((clinic) => metresBetween({ lat, lng }, clinic) <= 100_000);
      expect(expected.length).toBeGreaterThan(1);
      expect(found.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    }
  });

  test("without a position sorts by name, page after page, and includes clinics nobody has placed", async () => {
    const found = await everyPage("/v1/doctors?limit=7&speciality=surgery");
    const expected = world.doctors.filter((each) => each.specialities.includes("surgery"));
    expect(found.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    expect(found.map(({ name }) => name)).toEqual(found.map(({ name }) => name).toSorted());
    expect(found.every((item) => item.distanceMetres === undefined)).toBe(true);
  });

  test("says no more than who, where and when", async () => {
    const [item] = (await ask<Page>(anybody, "GET", "/v1/doctors?near=-0.5,34.5&withinKm=500&limit=1")).json
      .items;
    const allowed = ["id", "name", "specialities", "languages", "clinic", "distanceMetres", "nextFree"];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(item ?? {})));
    expect(["id", "name", "county", "lat", "lng"]).toEqual(
      expect.arrayContaining(Object.keys(item?.clinic ?? {})),
    );
  });
});

describe("limits", () => {
  test.each([
    ["limit=101", "query.limit"],
    ["limit=0", "query.limit"],
    ["limit=1e1", "query.limit"],
    ["withinKm=501&near=0,0", "query.withinKm"],
    ["near=91,0", "query.near"],
    ["near=0,181", "query.near"],
    ["near=0", "query.near"],
    ["near=0,0&near=1,1", "query.near"],
    ["freeOn=2026-02-30", "query.freeOn"],
    ["freeFrom=2026-11-24", "query.freeTo"],
    ["freeFrom=2026-11-24&freeTo=2026-11-23", "query.freeTo"],
    ["freeFrom=2026-11-24&freeTo=2027-01-23", "query.freeTo"],
    ["freeOn=2026-11-24&freeFrom=2026-11-24", "query.freeOn"],
    ["speciality=%25", "query.speciality"],
    ["after=nonsense", "query.after"],
    [`after=${idOf(999)}`, "query.after"],
    [`near=0,0&after=${idOf(1)}`, "query.after"],
    [`name=${"a".repeat(61)}`, "query.name"],
  ])("refuses %s", async (query, path) => {
    const { status, json } = await ask(anybody, "GET", `/v1/doctors?${query}`);
    expect([status, json.code, json.path]).toEqual([400, "malformed", path]);
  });

  test("refuses a parameter that does not exist", async () => {
    const { status, json } = await ask(anybody, "GET", "/v1/doctors?tenant=other");
    expect([status, json.code, json.path]).toEqual([400, "unknown_field", "query.tenant"]);
  });

  test("wildcards are letters", async () => {
    expect((await ask<Page>(anybody, "GET", "/v1/doctors?name=%25")).json.items).toEqual([]);
    expect((await ask<Page>(anybody, "GET", "/v1/clinics?name=_")).json.items).toEqual([]);
    expect((await ask<Page>(anybody, "GET", "/v1/clinics?name=%27%20OR%201%3D1")).json.items).toEqual([]);
  });
});

describe("day sheets", () => {
  const doctor = firstOf(world.doctors);

  test("come packed and unpacked, in order, only for the days that were asked for", async () => {
    const { json } = await ask<Sheets>(
      anybody,
      "GET",
      `/v1/doctors/${doctor.id}/sheets?from=${TODAY}&to=${addDays(TODAY, 2)}`,
    );
    const own = world.sheets.filter(({ id }) => id.startsWith(`${doctor.id}/`));
    expect(json.doctor).toBe(doctor.id);
    expect(json.sheets.map(({ date }) => date)).toEqual(
      own.map(({ id }) => id.slice(-10)).filter((date) => date >= TODAY && date <= addDays(TODAY, 2)),
    );
    for (const sheet of json.sheets) {
      const stored = own.find(({ id }) => id.endsWith(sheet.date));
      expect(sheet.runs).toEqual(stored?.runs);
      expect(sheet.slots.map(({ start }) => start)).toEqual(
        stored && slotsOf(stored).map(({ start }) => start),
      );
      expect(sheet.free).toBe(sheet.slots.filter(({ state }) => state === "free").length);
    }
  });

  test("at most sixty days, of a doctor of one's own tenant", async () => {
    const long = await ask(anybody, "GET", `/v1/doctors/${doctor.id}/sheets?from=2026-11-24&to=2027-01-23`);
    expect([long.status, long.json.path]).toEqual([400, "query.to"]);
    const foreign = await ask(anybody, "GET", `/v1/doctors/${idOf(2, "foreignTenant___")}/sheets`);
    const absent = await ask(anybody, "GET", `/v1/doctors/${idOf(9, "foreignTenant___")}/sheets`);
    expect([foreign.status, foreign.text]).toEqual([404, absent.text]);
  });
});

// The naive computation

interface Query {
  readonly lat: number;
  readonly lng: number;
  readonly withinKm: number;
  readonly limit: number;
  readonly speciality: string | undefined;
  readonly language: string | undefined;
  readonly days: number | undefined;
}

const wanted: fc.Arbitrary<Query> = fc.record({
  lat: fc.double({ min: -4, max: 4, noNaN: true }).map((value) => Number(value.toFixed(6))),
  lng: fc.double({ min: 33, max: 42, noNaN: true }).map((value) => Number(value.toFixed(6))),
  withinKm: fc.integer({ min: 1, max: 500 }),
  limit: fc.integer({ min: 20, max: 100 }),
  speciality: fc.option(fc.constantFrom(...SPECIALITIES), { nil: undefined }),
  language: fc.option(fc.constantFrom(...LANGUAGES), { nil: undefined }),
  days: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});

function queryText({ lat, lng, withinKm, limit, speciality, language, days }: Query): string {
  const entries = {
    near: `${String(lat)},${String(lng)}`,
    withinKm,
    limit,
    speciality,
    language,
    ...(days === undefined ? {} : { freeFrom: TODAY, freeTo: addDays(TODAY, days) }),
  };
  return new URLSearchParams(
    Object.entries(entries).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
}

function naiveSearch({ clinics, doctors, sheets }: World, query: Query) {
  return doctors
    .map((doctor) => {
      const clinic = clinics.find(({ id }) => id === doctor.clinic);
      const until = query.days === undefined ? "9999-12-31" : addDays(TODAY, query.days);
      const nextFree = sheets
        .filter(({ id }) => id.startsWith(`${doctor.id}/`) && id.slice(-10) <= until)
        .flatMap((sheet) => slotsOf(sheet))
        .filter(({ state, instant }) => state === "f" && instant * 60_000 >= NOW)
        .toSorted((a, b) => a.instant - b.instant)[0]?.start;
      return {
        doctor,
        id: doctor.id,
        metres: clinic === undefined ? Number.NaN : metresBetween(query, clinic),
        nextFree,
      };
    })
    .filter(({ metres }) => Math.round(metres) <= query.withinKm * 1000)
    .filter(({ doctor }) => query.speciality === undefined || doctor.specialities.includes(query.speciality))
    .filter(({ doctor }) => query.language === undefined || doctor.languages.includes(query.language))
    .filter(({ nextFree }) => query.days === undefined || nextFree !== undefined)
    .toSorted((a, b) => Math.round(a.metres) - Math.round(b.metres) || (a.id < b.id ? -1 : 1));
}

/** By the angle between two vectors: another formula than the server's. */
function metresBetween(
  from: { lat: number; lng: number },
  to: { lat?: number | undefined; lng?: number | undefined },
): number {
  const [a, b] = [vector(from.lat, from.lng), vector(to.lat ?? Number.NaN, to.lng ?? Number.NaN)];
  const cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  return 6_371_008.8 * Math.atan2(Math.hypot(...cross), a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
}

function vector(lat: number, lng: number): [number, number, number] {
  const [north, east] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180];
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
}

async function everyPage(path: string): Promise<Found[]> {
  const items: Found[] = [];
  for (let after = ""; ;) {
    const { status, json } = await ask<Page>(anybody, "GET", `${path}${after}`);
    expect(status).toBe(200);
    items.push(...json.items);
    if (json.next === undefined) return items;
    after = `&after=${json.next}`;
  }
}

// The world

function generateWorld(seed: number): World {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const clinics: Clinic[] = [];
  const odd = [
    [-16.8, 179.9],
    [-16.8, -179.9],
    [-17, 180],
    [-17, -180],
    [89.95, -170],
    [89.5, 12],
  ];
  for (let at = 1; at <= 400; at++) {
    // Some stand in clusters, some share a place, some have none.
    const place = odd[at - 1] ?? [(random() - 0.5) * 9, 33 + random() * 9];
    const same = at % 10 === 0 ? clinics.at(-1) : undefined;
    const position = at % 25 === 0 ? {} : { lat: same?.lat ?? place[0], lng: same?.lng ?? place[1] };
    clinics.push({
      id: idOf(at),
      name: `Clinic ${String(at).padStart(3, "0")}`,
      zone: "Africa/Nairobi",
      ...position,
    });
  }
  const doctors: Doctor[] = [];
  const sheets: Sheet[] = [];
  for (let at = 1; at <= 300; at++) {
    const doctor: Doctor = {
      id: idOf(at, "doctorsOfTests__"),
      name: `Dr ${String((at * 7) % 300).padStart(3, "0")}`,
      clinic: pick(clinics).id,
      specialities: [...new Set([pick(SPECIALITIES), pick(SPECIALITIES)])],
      languages: [...new Set([pick(LANGUAGES), pick(LANGUAGES)])],
    };
    doctors.push(doctor);
    for (let day = -1; day <= 6; day++) {
      if (random() < 0.4) continue;
      const date = addDays(TODAY, day);
      const first = Date.parse(`${date}T06:00:00Z`) / 60_000;
      const states = Array.from({ length: 9 }, () => pick(["f", "b", "b", "b", "x", "h"])).join("");
      sheets.push({
        id: sheetId(doctor.id, date),
        zone: "Africa/Nairobi",
        runs: [[first, 180, 20, 20, states]],
      });
    }
  }
  return { clinics, doctors, sheets };
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function firstOf<T>(list: readonly T[]): T {
  const first = list[0];
  if (first === undefined) throw new Error("the world is empty");
  return first;
}
