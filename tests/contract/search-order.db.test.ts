import { type Holder, searchDoctors, type DoctorSearch } from "@healthbridge/client-sdk/schedule";
import {
  addDays,
  type BookingRules,
  type Clinic,
  type Doctor,
  type Entities,
  type Kind,
  type Sheet,
  sheetId,
} from "@healthbridge/schema";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPool } from "../../server/src/database/pool.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { clinicRecords, doctorRecords } from "../../server/src/operations/records/directory-records.ts";
import { sheetRecords } from "../../server/src/operations/records/sheet-records.ts";
import { AccountTurns } from "../../server/src/http/account-turns.ts";
import { restRoutes } from "../../server/src/http/rest/rest-routes.ts";
import { fixedStreamsWhenNeeded } from "../../server/src/operations/fixed-streams.ts";
import { freshDatabase } from "../setup/fresh-database.ts";

/** One search, asked of a server and of a device that hold the same: the same doctors, in the same order, with the same distances and times. */

const TODAY = "2026-11-24";
const NOW = Date.parse("2026-11-24T07:30:00Z");
const SPECIALITIES = ["general-practice", "paediatrics", "surgery"];
const LANGUAGES = ["en", "sw"];
const CURRENCIES = ["KES", "UGX"];
/** Where doctors stand thickest: a city, the date line, both ends of the earth. */
const PLACES = [
  { lat: -1.2921, lng: 36.8219 },
  { lat: -16.8, lng: 179.95 },
  { lat: 89.8, lng: 20 },
  { lat: -89.8, lng: -160 },
];
const DAYS = 10;

const world = fc.sample(worlds(), { numRuns: 1, seed: 20_261_129 })[0] ?? {
  clinic: [],
  doctor: [],
  sheet: [],
};
const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 2 });
const rest = reads();
const device = holderOf(world);
afterAll(() => pool.close());

beforeAll(async () => {
  const tenant = "demo";
  await inTransaction(pool, async (tx) => {
    await clinicRecords.insert(
      tx,
      world.clinic.map((entity) => ({ tenant, entity })),
    );
    await doctorRecords.insert(
      tx,
      world.doctor.map((entity) => ({ tenant, entity })),
    );
    await sheetRecords.insert(
      tx,
      world.sheet.map((entity) => ({ tenant, entity })),
    );
  });
});

test("server and device give the same doctors in the same order", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(searches(), async (search) => {
      const onServer = await everyPage(search);
      const { doctors } = searchDoctors(device, { ...search, limit: Infinity });
      found += doctors.length;
      const onDevice = doctors.map(({ doctor, metres, nextFree }) => ({
        id: doctor.id,
        metres,
        free: nextFree.known === "free" ? nextFree.start : undefined,
      }));
      expect(onServer).toEqual(onDevice);
    }),
    { numRuns: Number(process.env["SEARCH_RUNS"] ?? 60), seed: Number(process.env["SEARCH_SEED"] ?? 5) },
  );
  expect(found).toBeGreaterThan(500);
});

interface Found {
  readonly id: string;
  readonly distanceMetres: number;
  readonly nextFree?: string;
}

async function everyPage(search: DoctorSearch) {
  const { near, withinKm, speciality, language, currency, feeUpTo, free, sort } = search;
  const entries = {
    near: `${String(near.lat)},${String(near.lng)}`,
    withinKm,
    speciality,
    language,
    currency,
    feeUpTo,
    freeFrom: free?.from,
    freeTo: free?.to,
    sort,
    limit: 37,
  };
  const query = new URLSearchParams(
    Object.entries(entries).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  const items: { id: string; metres: number; free: string | undefined }[] = [];
  for (;;) {
    const path = `/v1/doctors?${query.toString()}`;
    const response = await rest.request(path);
    expect([path, response.status]).toEqual([path, 200]);
    const json: { items: Found[]; next?: string } = await response.json();
    items.push(
      ...json.items.map(({ id, distanceMetres, nextFree }) => ({
        id,
        metres: distanceMetres,
        free: nextFree,
      })),
    );
    if (json.next === undefined) return items;
    query.set("after", json.next);
  }
}

/** REST with a clock that stands still, asked by anybody. */
function reads() {
  const randomness = { bytes: (count: number) => new Uint8Array(count) };
  const nobody = {
    tenant: "demo",
    account: idOf(1, "accountOfNobody_"),
    device: idOf(1, "deviceOfNobody__"),
  };
  return restRoutes(
    {
      pool,
      executor: {
        waiting: 0,
        submit: () => Promise.reject(new Error("nothing is written")),
        close: () => Promise.resolve(),
      },
      authenticate: async (c, next) => {
        c.set("who", { ...nobody, role: "patient", clinics: [], doctor: undefined });
        await next();
      },
      turns: new AccountTurns(),
      clock: { now: () => NOW, monotonic: () => NOW },
      randomness,
      streams: fixedStreamsWhenNeeded(pool, randomness),
      readJson: (c) => c.req.json(),
    },
    { docs: false },
  );
}

function idOf(number: number, stream: string): string {
  return `${stream}.${String(number)}`;
}

interface World {
  readonly clinic: readonly Clinic[];
  readonly doctor: readonly Doctor[];
  readonly sheet: readonly Sheet[];
}

function holderOf(held: { readonly [K in Kind]?: readonly Entities[K][] }): Holder {
  const list: Holder["list"] = (kind) => held[kind] ?? [];
  return { list, get: (kind, id) => list(kind).find((each) => each.id === id), isComplete: () => true };
}

function searches(): fc.Arbitrary<DoctorSearch> {
  const optional = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  return fc
    .record({
      place: fc.constantFrom(...PLACES),
      away: fc.double({ min: 0, max: 0.3, noNaN: true }),
      withinKm: fc.constantFrom(5, 20, 50, 200, 500),
      speciality: optional(SPECIALITIES),
      language: optional(LANGUAGES),
      currency: optional(CURRENCIES),
      amount: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
      free: fc.option(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
        nil: undefined,
      }),
      sort: fc.constantFrom("distance", "fee", "nextFree"),
    })
    .map(({ place, away, amount, free, sort, currency, ...rest }): DoctorSearch => ({
      ...rest,
      near: {
        lat: Number((place.lat + (place.lat < 0 ? away : -away)).toFixed(6)),
        lng: Number((place.lng - away).toFixed(6)),
      },
      now: NOW,
      sort: sort === "fee" && currency === undefined ? "distance" : sort,
      currency,
      feeUpTo: currency === undefined ? undefined : amount,
      free: free && { from: addDays(TODAY, free[0]), to: addDays(TODAY, free[0] + free[1]) },
    }));
}

/** Clinics in heaps, some in the very same spot; fees and first free times of which many are equal; ten days, some of them without hours and so without a sheet. */
function worlds(): fc.Arbitrary<World> {
  const clinic = fc.record({
    place: fc.constantFrom(...PLACES),
    north: fc.integer({ min: -20, max: 20 }),
    east: fc.integer({ min: -20, max: 20 }),
  });
  const one = fc.record({
    at: clinic,
    specialities: fc.subarray(SPECIALITIES, { minLength: 1 }),
    languages: fc.subarray(LANGUAGES, { minLength: 1 }),
    fee: fc.option(
      fc.record({ amount: fc.integer({ min: 0, max: 10 }), currency: fc.constantFrom(...CURRENCIES) }),
      { nil: undefined },
    ),
    rules: fc.constantFrom<BookingRules | undefined>(
      undefined,
      undefined,
      { noticeMinutes: 60 },
      { noticeMinutes: 3_000 },
      { horizonDays: 1 },
      { horizonDays: 2 },
      { horizonDays: 5, noticeMinutes: 3_000 },
    ),
    states: fc.array(fc.constantFrom("bbbbbb", "bbbbbb", "fbbbbb", "bbbbbf", "bbffbx", "hobxbb", ""), {
      minLength: DAYS,
      maxLength: DAYS,
    }),
  });
  return fc.array(one, { minLength: 400, maxLength: 400 }).map((all) => ({
    clinic: all.map(({ at: { place, north, east } }, number) => ({
      id: idOf(number + 1, "clinicsOfSearch_"),
      name: "Clinic",
      zone: "Africa/Nairobi",
      lat: Math.max(-90, Math.min(90, place.lat + north / 100)),
      lng: ((((place.lng + east / 100 + 180) % 360) + 360) % 360) - 180,
    })),
    doctor: all.map(({ specialities, languages, fee, rules }, number) => ({
      id: idOf(number + 1, "doctorsOfSearch_"),
      name: "Dr",
      clinic: idOf(number + 1, "clinicsOfSearch_"),
      specialities,
      languages,
      ...(fee === undefined ? {} : { fee }),
      ...(rules === undefined ? {} : { rules }),
    })),
    sheet: all.flatMap(({ states }, number) =>
      states.flatMap((letters, day): readonly Sheet[] => {
        if (letters === "") return [];
        const date = addDays(TODAY, day - 1);
        const first = Date.parse(`${date}T09:00:00+03:00`) / 60_000;
        return [
          {
            id: sheetId(idOf(number + 1, "doctorsOfSearch_"), date),
            zone: "Africa/Nairobi",
            runs: [[first, 180, 20, 20, letters]],
          },
        ];
      }),
    ),
  }));
}
