import { holdsSlot, holdsTime, isOver } from "../entities/appointment.ts";
import { hasRoom, type Slot, slotsFrom, slotsWithin } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { Reason } from "../shapes/problem.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { daysAhead, epochMinutes, MINUTE_MS } from "../time.ts";
import type { State } from "./definition.ts";

/** Who wants a time, and what for. */
export interface Wanted {
  /** appointments of the patient, without the one being moved */
  readonly agenda: readonly Appointment[];
  /** kind of visit, one of the doctor's */
  readonly visit: string | undefined;
  /** a time that begins later is useless (ms) */
  readonly usefulUntil: number | undefined;
  /** whether whoever asks keeps this doctor's hours: the bounds for others do not bind her */
  readonly keeper: (doctor: Doctor) => boolean;
  /** ms */
  readonly now: number;
}

/** A time of a doctor, one slot or several in a row. */
export interface Time {
  readonly doctor: Doctor;
  readonly sheet: Sheet;
  readonly slots: readonly [Slot, ...Slot[]];
  readonly minutes: number;
}

/** The time that begins with a slot, for whoever wants it, or why she cannot have it. */
export function timeAt(
  doctor: Doctor,
  sheet: Sheet,
  slot: Slot,
  wanted: Wanted,
  state: State,
): Time | Reason["code"] {
  const { visit, agenda, now, keeper } = wanted;
  const starts = slot.instant * MINUTE_MS;
  if (starts < now) return "start_passed";
  if (wanted.usefulUntil !== undefined && starts > wanted.usefulUntil) return "deadline_passed";
  const minutes = minutesOf(doctor, visit, slot);
  if (minutes === undefined) return "visit_unknown";
  const [first, ...more] = slotsFrom(sheet, slot.instant, minutes);
  if (!first || (slot.group && minutes !== slot.minutes)) return "slot_not_offered";
  // A visit that takes the pause behind its last slot as well may reach into another session, which would go on to offer that time.
  const last = more.at(-1) ?? first;
  const intoPause = last.instant + last.minutes < slot.instant + minutes;
  if (intoPause && slotsWithin(sheet, slot.instant, minutes).length > more.length + 1)
    return "slot_not_offered";
  const taken = [first, ...more].find((each) => !hasRoom(sheet, each, now));
  if (taken) return taken.state === "x" ? "slot_not_offered" : "slot_taken";
  const bound = keeper(doctor) ? undefined : boundOf(doctor, sheet, slot, wanted, state);
  if (bound) return bound;
  if (agenda.some((other) => isInTheWay(other, slot.instant, minutes, now))) return "patient_busy";
  return { doctor, sheet, slots: [first, ...more], minutes };
}

/** How long a visit takes: as long as its kind, else as long as the slot. */
export function minutesOf({ rules }: Doctor, visit: string | undefined, slot: Slot): number | undefined {
  return visit === undefined ? slot.minutes : rules?.visits?.find(({ kind }) => kind === visit)?.minutes;
}

/** Which of the doctor's rules for others stands in the way. */
function boundOf(
  { id, rules = {} }: Doctor,
  sheet: Sheet,
  slot: Slot,
  { now, agenda }: Wanted,
  state: State,
): Reason["code"] | undefined {
  const { noticeMinutes = 0, horizonDays, perDay, perPatient } = rules;
  if (slot.instant * MINUTE_MS - now < noticeMinutes * MINUTE_MS) return "notice_short";
  // Asked of every slot that is looked at: what no rule needs is not worked out.
  if (horizonDays !== undefined && daysAhead(slot.start, now) > horizonDays) return "beyond_horizon";
  if (perPatient !== undefined) {
    const ahead = agenda.filter((each) => each.doctor === id && holdsTime(each) && startsAfter(each, now));
    if (ahead.length >= perPatient) return "patient_limit";
  }
  if (perDay === undefined) return undefined;
  const standing = (state.get("standing", sheet.id) ?? []).filter(
    (each) => holdsSlot(each) && !isOver(each, now),
  );
  return standing.length >= perDay ? "day_full" : undefined;
}

function startsAfter(appointment: Appointment, now: number): boolean {
  return beginOf(appointment) * MINUTE_MS > now;
}

const BEGINS = new WeakMap<Appointment, number>();

/** Its start in minutes, read once: each slot that is looked at is compared with all that a patient has. */
function beginOf(appointment: Appointment): number {
  const begin = BEGINS.get(appointment) ?? epochMinutes(appointment.start);
  BEGINS.set(appointment, begin);
  return begin;
}

/** Whether another appointment of the patient keeps this time of hers. */
export function isInTheWay(other: Appointment, instant: number, minutes: number, now: number): boolean {
  const start = beginOf(other);
  return (
    start < instant + minutes && instant < start + other.minutes && holdsTime(other) && !isOver(other, now)
  );
}
