import type { EnqueueItem, LeasedTime } from "@healthbridge/client-sdk";
import {
  type Doctor,
  type EntityId,
  epochMinutes,
  hasRoom,
  type InputOf,
  MINUTE_MS,
  type Sheet,
  type Slot,
  slotsOf,
  type Start,
} from "@healthbridge/schema/client";
import type { Visit } from "./day-grid.ts";
import { type WishChoice, wishesOf } from "./wish-choice.ts";

/** Booking for many: who gets which time of a doctor's day, looked at before anything is asked for. */

export type PlannedTime =
  /** this device's own: certain */
  | { readonly kind: "own"; readonly start: Start }
  /** free as far as this device knows */
  | { readonly kind: "free"; readonly start: Start }
  /** no time is left: the day's last is asked for, and one of the wishes has to come true */
  | { readonly kind: "wishes"; readonly start: Start }
  /** she has an appointment with this doctor on this day */
  | { readonly kind: "already"; readonly start: Start }
  /** no time is left, and nothing is wished */
  | { readonly kind: "none" };

export interface PlanRow {
  readonly patient: EntityId;
  readonly time: PlannedTime;
}

export interface ManyAsked {
  readonly doctor: Doctor;
  /** in the order in which they are given times */
  readonly patients: readonly EntityId[];
  /** kind of visit, one of the doctor's */
  readonly visit?: string | undefined;
  /** not before this time of the day, as `09:20` */
  readonly notBefore?: string | undefined;
  readonly reason?: string | undefined;
  readonly wishes: WishChoice;
}

export interface ManyHeld {
  readonly sheet: Sheet;
  readonly leased: readonly LeasedTime[];
  /** appointments of the doctor and of the patients */
  readonly visits: readonly Visit[];
  /** ms since 1970 */
  readonly now: number;
}

/** A time for each patient, the earliest first. */
export function planMany(asked: ManyAsked, held: ManyHeld): readonly PlanRow[] {
  const { doctor, patients, wishes, notBefore = "" } = asked;
  const { sheet, visits } = held;
  const slots = slotsOf(sheet).filter(({ start }) => start.slice(11, 16) >= notBefore);
  const taken = new Set<number>();
  const last = slots.at(-1)?.start;
  return patients.map((patient) => {
    const hers = visits.filter((visit) => visit.patient === patient && isAgreed(visit));
    const already = hers.find(
      (visit) => visit.doctor === doctor.id && sheet.id.endsWith(visit.start.slice(0, 10)),
    );
    if (already) return { patient, time: { kind: "already", start: already.start } };
    const found = firstFit(slots, taken, asked, held, hers);
    if (found) {
      for (const { instant } of found) taken.add(instant);
      const [{ start }] = found;
      const own = found.every((slot) => isOwn(slot, asked, held));
      return { patient, time: { kind: own ? "own" : "free", start } };
    }
    if (last === undefined || wishesOf(wishes).length === 0) return { patient, time: { kind: "none" } };
    return { patient, time: { kind: "wishes", start: last } };
  });
}

const AGREED: ReadonlySet<string> = new Set(["pending", "booked", "arrived"]);

/** Whether she has a time by it: who came without an appointment has a number and none. */
function isAgreed({ status, queue }: Visit): boolean {
  return queue === undefined && AGREED.has(status);
}

type Fit = readonly [Slot, ...Slot[]];

/** The first neighbours long enough for the visit that can be had and do not collide with what the patient has. */
function firstFit(
  slots: readonly Slot[],
  taken: ReadonlySet<number>,
  asked: ManyAsked,
  held: ManyHeld,
  hers: readonly Visit[],
): Fit | undefined {
  for (const [at, slot] of slots.entries()) {
    const minutes = minutesOf(asked, slot);
    const fit = neighbours(slots, at, minutes);
    if (!fit || !fit.every((each) => isOpen(each, taken, asked, held))) continue;
    if (!hers.some((visit) => overlaps(visit, slot.instant, minutes))) return fit;
  }
  return undefined;
}

function minutesOf({ doctor, visit }: ManyAsked, slot: Slot): number {
  return doctor.rules?.visits?.find(({ kind }) => kind === visit)?.minutes ?? slot.minutes;
}

function neighbours(slots: readonly Slot[], at: number, minutes: number): Fit | undefined {
  const [first, ...more] = slots.slice(at, at + Math.ceil(minutes / (slots[at]?.minutes ?? minutes)));
  const fit = first && ([first, ...more] as const);
  const end = fit?.at(-1);
  if (!fit || !end || end.instant + end.minutes < fit[0].instant + minutes) return undefined;
  const joined = fit.every(
    (slot, place) => place === 0 || slot.instant <= (fit[place - 1]?.instant ?? 0) + 2 * slot.minutes,
  );
  return joined ? fit : undefined;
}

function isOpen(slot: Slot, taken: ReadonlySet<number>, asked: ManyAsked, held: ManyHeld): boolean {
  if (taken.has(slot.instant) || slot.instant * MINUTE_MS <= held.now) return false;
  return hasRoom(held.sheet, slot, held.now) || isOwn(slot, asked, held);
}

function isOwn({ start }: Slot, { doctor }: ManyAsked, { leased }: ManyHeld): boolean {
  return leased.some((each) => each.doctor === doctor.id && each.start === start);
}

function overlaps(visit: Visit, instant: number, minutes: number): boolean {
  const start = epochMinutes(visit.start);
  return start < instant + minutes && instant < start + visit.minutes;
}

/**
 * The plan as operations, in one list: queued together or not at all. Each has a reference of this plan, so that pressing twice asks once.
 * @param plan what the plan is called on this device
 */
export function itemsOf(plan: string, rows: readonly PlanRow[], asked: ManyAsked): readonly EnqueueItem[] {
  const { doctor, visit, reason, wishes } = asked;
  const ifTaken = wishesOf(wishes);
  return rows.flatMap(({ patient, time }): EnqueueItem[] => {
    if (time.kind === "none" || time.kind === "already") return [];
    const input: InputOf<"appointment.book"> = {
      doctor: doctor.id,
      patient,
      start: time.start,
      ...(ifTaken.length > 0 && { ifTaken }),
      ...(visit !== undefined && { visit }),
      ...(reason !== undefined && { reason }),
    };
    return [{ type: "appointment.book", input, lane: "bulk", ref: refOf(plan, patient, time) }];
  });
}

/** It comes back with what became of a booking, whose input says nothing of how its time was chosen. */
function refOf(plan: string, patient: EntityId, { kind }: PlannedTime): string {
  return `many ${plan}${kind === "wishes" ? TIMELESS : ""}: ${patient}`;
}

const TIMELESS = ", no time left";

/** Whether a booking was asked for by its wishes alone: its start is nobody's choice. */
export function isTimeless({ ref = "" }: { readonly ref?: string | undefined }): boolean {
  return ref.startsWith("many ") && ref.includes(TIMELESS);
}
