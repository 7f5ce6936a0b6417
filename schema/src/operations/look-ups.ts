import { holdsSlot } from "../entities/appointment.ts";
import { metresBetween, type Position } from "../entities/distance.ts";
import { freeSlots, splitSheetId } from "../entities/sheet.ts";
import type { Appointment, Urgency } from "../shapes/appointment.ts";
import type { Clinic, Doctor } from "../shapes/directory.ts";
import type { Nearby } from "../shapes/nearby.ts";
import type { Sheet } from "../shapes/sheet.ts";

/** What decisions look up beside the entities, out of a list of them. A server asks its database for it; whatever holds everything in memory asks here. */

/** Appointments that keep a time on a day sheet to themselves. */
export function standingOn(sheetId: string, appointments: Iterable<Appointment>): readonly Appointment[] {
  const { doctor, date } = splitSheetId(sheetId);
  return [...appointments].filter(
    (each) => each.doctor === doctor && each.start.startsWith(date) && holdsSlot(each),
  );
}

/** Appointments on the waiting list that a time on a day sheet would suit: the most urgent first, then those who wait longest. */
export function waitingFor(sheetId: string, appointments: Iterable<Appointment>): readonly Appointment[] {
  const { doctor, date } = splitSheetId(sheetId);
  return [...appointments].filter((each) => each.doctor === doctor && waitsFor(each, date)).toSorted(byTurn);
}

/** Whether an appointment waits for a time on a date. */
export function waitsFor({ status, wants }: Appointment, date: string): boolean {
  return status === "waitlist" && wants !== undefined && wants.from <= date && date <= wants.to;
}

const TRIAGE: readonly Urgency[] = ["urgent", "soon", "routine"];

/** The order of the waiting list: by triage, then by the time of asking, then by id, so that it is an order. */
export function byTurn(left: Appointment, right: Appointment): number {
  const [a, b] = [left, right].map(({ urgency = "routine" }) => TRIAGE.indexOf(urgency));
  const urgency = (a ?? 0) - (b ?? 0);
  const since = (left.wants?.since ?? 0) - (right.wants?.since ?? 0);
  return urgency || since || (left.id < right.id ? -1 : 1);
}

/** The most sheets that are looked through for another doctor. */
export const NEARBY_SHEETS = 12;

/** Day sheets with free times of other doctors that suit the wish `anyDoctor`: the earliest date first, then the nearest. */
export function nearbySheets(
  wanted: Nearby,
  world: {
    readonly doctors: readonly Doctor[];
    readonly clinic: (id: string) => Clinic | undefined;
    readonly sheets: readonly Sheet[];
  },
): readonly string[] {
  const asked = world.doctors.find(({ id }) => id === wanted.doctor);
  const here = asked && positionOf(world.clinic(asked.clinic));
  if (!here) return [];
  const near = world.doctors.flatMap((doctor) => {
    const there = positionOf(world.clinic(doctor.clinic));
    if (!there || !isWanted(doctor, wanted)) return [];
    const metres = metresBetween(here, there);
    return metres <= wanted.km * 1000 ? [{ doctor: doctor.id, metres }] : [];
  });
  const distances = new Map(near.map(({ doctor, metres }) => [doctor, metres]));
  return world.sheets
    .filter((sheet) => {
      const { doctor, date } = splitSheetId(sheet.id);
      return (
        distances.has(doctor) &&
        wanted.from <= date &&
        date <= wanted.to &&
        (freeSlots(sheet) > 0 || sheet.held !== undefined)
      );
    })
    .map(({ id }) => ({
      id,
      date: splitSheetId(id).date,
      metres: distances.get(splitSheetId(id).doctor) ?? 0,
    }))
    .toSorted(byDateThenDistance)
    .slice(0, NEARBY_SHEETS)
    .map(({ id }) => id);
}

function positionOf(clinic: Clinic | undefined): Position | undefined {
  const { lat, lng } = clinic ?? {};
  return lat === undefined || lng === undefined ? undefined : { lat, lng };
}

/** A day sheet that was found, with how far away its doctor is (metres). */
export interface NearbySheet {
  readonly id: string;
  readonly date: string;
  readonly metres: number;
}

/** The earliest date first, then the nearest. */
export function byDateThenDistance(left: NearbySheet, right: NearbySheet): number {
  if (left.date !== right.date) return left.date < right.date ? -1 : 1;
  return left.metres - right.metres || (left.id < right.id ? -1 : 1);
}

/** Whether a doctor is one that the wish names. */
export function isWanted(
  {
    id,
    specialities,
    languages,
  }: { readonly id: string; readonly specialities: readonly string[]; readonly languages: readonly string[] },
  { doctor, specialities: wanted, language }: Nearby,
): boolean {
  return (
    id !== doctor &&
    specialities.some((each) => wanted.includes(each)) &&
    (language === undefined || languages.includes(language))
  );
}
