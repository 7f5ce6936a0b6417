import {
  byDateThenDistance,
  isWanted,
  metresBetween,
  type Nearby,
  NEARBY_SHEETS,
  type NearbySheet,
  type Position,
  readNearby,
  splitSheetId,
} from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import { boxAround } from "../geography.ts";
import type { LoadedState } from "./loaded-state.ts";
import { clinicRecords, doctorRecords } from "./records/directory-records.ts";
import type { TenantTouch } from "./tenant-touch.ts";

/** Doctors nearby of whom one may have time: more are not looked at. */
const MOST_DOCTORS = 200;
/** With so many the circle need not be wider. */
const ENOUGH_DOCTORS = 50;
const MOST_ROWS = 2_000;
/** The first circle, and how much wider each next one is. */
const FIRST_KM = 10;
const WIDER = 4;

/**
 * Looks for other doctors nearby who may have free times, before anything is locked: what is found names the day sheets to lock, and the decision is made over them as
 * they are then.
 * @returns the keys of all that was found
 */
export async function lookNearby(
  tx: Transaction,
  touches: readonly TenantTouch[],
  state: LoadedState,
): Promise<readonly TenantTouch[]> {
  const found: TenantTouch[] = [];
  for (const { tenant, id: key } of touches.filter(({ kind }) => kind === "nearby")) {
    if (state.has("nearby", key)) continue;
    const sheets = await sheetsNearby(tx, tenant, readNearby(key));
    state.note("nearby", key, { tenant, entity: sheets });
    found.push(
      ...sheets.flatMap((id) => {
        const { doctor } = splitSheetId(id);
        return [
          { tenant, kind: "sheet" as const, id },
          { tenant, kind: "doctor" as const, id: doctor },
          { tenant, kind: "doctorAccount" as const, id: doctor },
        ];
      }),
    );
  }
  return found;
}

async function sheetsNearby(tx: Transaction, tenant: string, wanted: Nearby): Promise<readonly string[]> {
  const [asked] = await doctorRecords.load(tx, [wanted.doctor], false);
  const [clinic] = asked ? await clinicRecords.load(tx, [asked.entity.clinic], false) : [];
  const { lat, lng } = clinic?.entity ?? {};
  if (asked?.tenant !== tenant || lat === undefined || lng === undefined) return [];
  const near = await doctorsNear(tx, tenant, { lat, lng }, wanted);
  if (near.size === 0) return [];
  const rows = await tx.query<{ id: string; date: string; doctor: string }>(
    "SELECT id, date, doctor_id AS doctor FROM day_sheet WHERE doctor_id IN (?) AND date BETWEEN ? AND ? AND (free > 0 OR held IS NOT NULL)",
    [[...near.keys()].toSorted(), wanted.from, wanted.to],
  );
  return rows
    .map(({ id, date, doctor }): NearbySheet => ({ id, date, metres: near.get(doctor) ?? 0 }))
    .toSorted(byDateThenDistance)
    .slice(0, NEARBY_SHEETS)
    .map(({ id }) => id);
}

/** Doctors within the distance who are what is wanted, with how far away they are (metres): a small circle first, then wider ones, until there are enough. */
async function doctorsNear(
  tx: Transaction,
  tenant: string,
  here: Position,
  wanted: Nearby,
): Promise<ReadonlyMap<string, number>> {
  for (let km = Math.min(FIRST_KM, wanted.km); ; km = Math.min(km * WIDER, wanted.km)) {
    const near = await doctorsWithin(tx, tenant, here, km * 1_000, wanted);
    if (near.length >= ENOUGH_DOCTORS || km === wanted.km)
      return new Map(near.map(({ id, metres }) => [id, metres]));
  }
}

async function doctorsWithin(
  tx: Transaction,
  tenant: string,
  here: Position,
  reach: number,
  wanted: Nearby,
): Promise<readonly { readonly id: string; readonly metres: number }[]> {
  const box = boxAround(here, reach);
  const lngs = box.lng.map(() => "c.lng BETWEEN ? AND ?").join(" OR ");
  const words = wanted.specialities.map(() => "d.specialities LIKE ?").join(" OR ");
  const patterns = wanted.specialities.map((each) => `%,${each},%`);
  const rows = await tx.query<DoctorRow>(
    `SELECT d.id, d.specialities, d.languages, c.lat, c.lng FROM clinic c JOIN doctor d ON d.clinic_id = c.id
     WHERE c.tenant_id = ? AND c.lat BETWEEN ? AND ? AND (${lngs}) AND (${words}) ORDER BY d.id LIMIT ${String(MOST_ROWS)}`,
    [tenant, ...box.lat, ...box.lng.flat(), ...patterns],
  );
  return rows
    .flatMap(({ id, specialities, languages, lat, lng }) => {
      const metres = metresBetween(here, { lat, lng });
      const doctor = { id, specialities: wordsOf(specialities), languages: wordsOf(languages) };
      return metres <= reach && isWanted(doctor, wanted) ? [{ id, metres }] : [];
    })
    .toSorted((left, right) => left.metres - right.metres)
    .slice(0, MOST_DOCTORS);
}

interface DoctorRow {
  readonly id: string;
  readonly specialities: string;
  readonly languages: string;
  readonly lat: number;
  readonly lng: number;
}

function wordsOf(list: string): readonly string[] {
  return list.split(",").filter((word) => word !== "");
}
