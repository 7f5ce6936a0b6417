import { type Clinic, type Doctor, epochMinutes, type Sheet, sheetId } from "@healthbridge/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { clinicRecords, doctorRecords } from "../../src/operations/records/directory-records.ts";
import { sheetRecords } from "../../src/operations/records/sheet-records.ts";
import { idOf, person, restApp } from "./rest-app.ts";

const DATE = "2026-11-24";
const NINE = `${DATE}T09:00+03:00`;
/** Somebody holds the one time there is until then; no job has run. */
const UNTIL = Date.parse("2026-11-23T10:00Z");

const tenant = "demo";
const clinic: Clinic = { id: idOf(1), name: "Kijani", zone: "Africa/Nairobi", lat: -0.5, lng: 34.5 };
const doctor: Doctor = {
  id: idOf(2),
  name: "Dr Achieng",
  clinic: clinic.id,
  specialities: ["surgery"],
  languages: ["en"],
};
const sheet: Sheet = {
  id: sheetId(doctor.id, DATE),
  zone: clinic.zone,
  runs: [[epochMinutes(NINE), 180, 20, 20, "hb"]],
  held: [[epochMinutes(NINE), UNTIL]],
};

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 2 });
const clock = { now: 0 };
const ask = restApp({ pool, now: () => clock.now });
beforeAll(() =>
  inTransaction(pool, async (tx) => {
    await clinicRecords.insert(tx, [{ tenant, entity: clinic }]);
    await doctorRecords.insert(tx, [{ tenant, entity: doctor }]);
    await sheetRecords.insert(tx, [{ tenant, entity: sheet }]);
  }),
);
afterAll(() => pool.close());

async function get<Json>(path: string): Promise<Json> {
  return (await ask<Json>(person("patient"), "GET", path)).json;
}

interface Sheets {
  readonly sheets: readonly {
    readonly free: number;
    readonly slots: readonly { readonly state: string }[];
  }[];
}
interface Found {
  readonly items: readonly { readonly id: string; readonly nextFree?: string }[];
}

describe.each([
  ["that is over is free to every read", UNTIL, ["free", "busy"], 1, NINE],
  ["that is not over is not", UNTIL - 1, ["held", "busy"], 0, undefined],
])("a time held until an instant %s", (_what, now, states, free, nextFree) => {
  beforeAll(() => {
    clock.now = now;
  });

  test("in day sheets, whose count says what their slots say", async () => {
    const { sheets } = await get<Sheets>(`/v1/doctors/${doctor.id}/sheets?from=${DATE}&to=${DATE}`);
    expect(sheets.map((each) => [each.free, each.slots.map(({ state }) => state)])).toEqual([[free, states]]);
  });

  test.each(["", "&near=-0.5,34.5", "&near=-0.5,34.5&sort=nextFree"])("in a search%s", async (more) => {
    const { items } = await get<Found>(`/v1/doctors?freeOn=${DATE}${more}`);
    expect(items.map((each) => [each.id, each.nextFree])).toEqual(free > 0 ? [[doctor.id, nextFree]] : []);
    const anyDay = await get<Found>(`/v1/doctors?speciality=surgery${more}`);
    expect(anyDay.items.map((each) => each.nextFree)).toEqual([nextFree]);
  });
});
