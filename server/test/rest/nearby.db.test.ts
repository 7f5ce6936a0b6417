import { addDays, type Clinic, type Doctor, type Fee, type Sheet, sheetId } from "@healthbridge/schema";
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
/** One degree of a great circle, metres. */
const DEGREE = (6_371_008.8 * Math.PI) / 180;

interface Found {
  readonly id: string;
  readonly distanceMetres?: number;
  readonly nextFree?: string;
  readonly fee?: Fee;
}
type Page = { readonly items: readonly Found[]; readonly next?: string };

/** A doctor at a clinic of her own, so many metres from a place. */
interface Placed {
  readonly name: string;
  readonly lat: number;
  readonly lng: number;
  readonly fee?: Fee;
  /** free slots as `day, hour` from today, in UTC+3 */
  readonly free?: readonly (readonly [day: number, hour: number])[];
}

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 4 });
const ask = restApp({ pool, now: () => NOW });
const anybody = person("patient");
afterAll(() => pool.close());

const kes = (amount: number): Fee => ({ amount, currency: "KES" });
/** North of a place. */
const north = (lat: number, lng: number, metres: number) => ({ lat: lat + metres / DEGREE, lng });

const PLACED: readonly Placed[] = [
  // Around 10,20: fees and free times.
  { name: "near, dear", ...north(10, 20, 100), fee: kes(90_000), free: [[3, 9]] },
  { name: "nearer of two equal", ...north(10, 20, 2_000), fee: kes(20_000), free: [[0, 12]] },
  { name: "further of two equal", ...north(10, 20, 3_000), fee: kes(20_000), free: [[0, 12]] },
  { name: "free of charge", ...north(10, 20, 4_000), fee: kes(0), free: [[20, 9]] },
  { name: "other money", ...north(10, 20, 5_000), fee: { amount: 1, currency: "UGX" } },
  { name: "names no fee", ...north(10, 20, 6_000), free: [[0, 9]] }, // passed by now
  { name: "far away", ...north(10, 20, 300_000), fee: kes(10_000), free: [[0, 11]] },
  // Around 40,50: the edge of fifty kilometres.
  { name: "just inside", ...north(40, 50, 50_000.3) },
  { name: "just outside", ...north(40, 50, 50_000.7) },
];

const idsByName = new Map(PLACED.map(({ name }, at) => [idOf(at + 1, "doctorsNearby___"), name]));

beforeAll(async () => {
  const tenant = "demo";
  const clinics = PLACED.map(({ lat, lng }, at): Clinic => ({
    id: idOf(at + 1, "clinicsNearby___"),
    name: "Clinic",
    zone: "Etc/UTC",
    lat,
    lng,
  }));
  const doctors = PLACED.map(({ name, fee }, at): Doctor => ({
    id: idOf(at + 1, "doctorsNearby___"),
    name,
    clinic: idOf(at + 1, "clinicsNearby___"),
    specialities: ["surgery"],
    languages: ["en"],
    ...(fee === undefined ? {} : { fee }),
  }));
  const sheets = PLACED.flatMap(({ free = [] }, at) =>
    free.map(([day, hour]): Sheet => {
      const date = addDays(TODAY, day);
      const first = Date.parse(`${date}T00:00:00+03:00`) / 60_000 + hour * 60;
      return {
        id: sheetId(idOf(at + 1, "doctorsNearby___"), date),
        zone: "Africa/Nairobi",
        runs: [[first, 180, 20, 20, "bf"]],
      };
    }),
  );
  await inTransaction(pool, async (tx) => {
    await clinicRecords.insert(
      tx,
      clinics.map((entity) => ({ tenant, entity })),
    );
    await doctorRecords.insert(
      tx,
      doctors.map((entity) => ({ tenant, entity })),
    );
    await sheetRecords.insert(
      tx,
      sheets.map((entity) => ({ tenant, entity })),
    );
  });
});

async function everyPage(query: string, limit = 100): Promise<readonly Found[]> {
  const items: Found[] = [];
  for (let after = ""; ;) {
    const { status, json } = await ask<Page>(
      anybody,
      "GET",
      `/v1/doctors?${query}&limit=${String(limit)}${after}`,
    );
    expect([query, status]).toEqual([query, 200]);
    items.push(...json.items);
    if (json.next === undefined) return items;
    after = `&after=${json.next}`;
  }
}

const names = (found: readonly Found[]) => found.map(({ id }) => idsByName.get(id));

describe("the radius", () => {
  test("counts whole metres in every direction: who stands due north on the edge is not cut off by a box", async () => {
    expect(names(await everyPage("near=40,50&withinKm=50"))).toEqual(["just inside"]);
    expect((await everyPage("near=40,50&withinKm=51")).map((each) => each.distanceMetres)).toEqual([
      50_000, 50_001,
    ]);
  });
});

describe("fees", () => {
  test("are shown, and compared in one currency only", async () => {
    const found = await everyPage("near=10,20&currency=KES");
    expect(names(found)).toEqual([
      "near, dear",
      "nearer of two equal",
      "further of two equal",
      "free of charge",
    ]);
    expect(found.map(({ fee }) => fee?.amount)).toEqual([90_000, 20_000, 20_000, 0]);
  });

  test("up to an amount, which is included", async () => {
    expect(names(await everyPage("near=10,20&currency=KES&feeUpTo=20000"))).toEqual([
      "nearer of two equal",
      "further of two equal",
      "free of charge",
    ]);
    expect(names(await everyPage("near=10,20&currency=KES&feeUpTo=0"))).toEqual(["free of charge"]);
  });

  test("sort, the nearer first where they are equal, page after page", async () => {
    const expected = [
      "free of charge",
      "far away",
      "nearer of two equal",
      "further of two equal",
      "near, dear",
    ];
    for (const limit of [1, 2, 3, 100])
      expect(names(await everyPage("near=10,20&withinKm=500&currency=KES&sort=fee", limit))).toEqual(
        expected,
      );
  });
});

describe("the next free time", () => {
  test("is the first free slot still to come, also beyond a fortnight", async () => {
    const found = new Map(
      (await everyPage("near=10,20")).map((each) => [idsByName.get(each.id), each.nextFree]),
    );
    expect(Object.fromEntries(found)).toEqual({
      "near, dear": "2026-11-27T09:20+03:00",
      "nearer of two equal": "2026-11-24T12:20+03:00",
      "further of two equal": "2026-11-24T12:20+03:00",
      "free of charge": "2026-12-14T09:20+03:00",
      "other money": undefined,
      "names no fee": undefined,
    });
  });

  test("sorts, who has none comes last, page after page", async () => {
    const expected = [
      "far away",
      "nearer of two equal",
      "further of two equal",
      "near, dear",
      "free of charge",
      "other money",
      "names no fee",
    ];
    for (const limit of [1, 3, 100])
      expect(names(await everyPage("near=10,20&withinKm=500&sort=nextFree", limit))).toEqual(expected);
  });

  test("with dates leaves out who is not free on them", async () => {
    expect(names(await everyPage("near=10,20&sort=nextFree&freeFrom=2026-11-24&freeTo=2026-11-27"))).toEqual([
      "nearer of two equal",
      "further of two equal",
      "near, dear",
    ]);
  });
});

describe("what cannot be asked", () => {
  test.each([
    ["feeUpTo=100&near=0,0", "query.currency"],
    ["sort=fee&near=0,0", "query.currency"],
    ["sort=nextFree", "query.near"],
    ["sort=name&near=0,0", "query.sort"],
    ["currency=kes&near=0,0", "query.currency"],
    ["currency=KES&feeUpTo=-1&near=0,0", "query.feeUpTo"],
    ["currency=KES&feeUpTo=1000000000001&near=0,0", "query.feeUpTo"],
    [`near=0,0&sort=nextFree&after=7:${idOf(1)}`, "query.after"],
    [`near=0,0&after=7:7:${idOf(1)}`, "query.after"],
  ])("%s", async (query, path) => {
    const { status, json } = await ask(anybody, "GET", `/v1/doctors?${query}`);
    expect([status, json.code, json.path]).toEqual([400, "malformed", path]);
  });
});
