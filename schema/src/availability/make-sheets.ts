import { sheetId, type Slot } from "../entities/sheet.ts";
import type { MakeSheets } from "../operations/plan-sheets.ts";
import { packSlots } from "../operations/sheet-merge.ts";
import type { Availability } from "../shapes/availability.ts";
import type { CalendarDate, Start } from "../shapes/time.ts";
import { addDays, daysFromDate, formatStart } from "../time.ts";

/** The time zones' rules, which a platform knows. Each rejects an unknown zone with a `RangeError`. */
export interface ZoneRules {
  /**
   * The instant at which a wall in the zone shows this date and time of day (`24:00` ends the day), and the offset it has then. A wall time that the clock skips is as much
   * later as the clock goes forward; one it shows twice means the first.
   */
  at(zone: string, date: CalendarDate, time: string): ZonedInstant;
  /** What a wall in the zone shows at an instant (minutes since 1970-01-01T00:00Z). */
  startAt(zone: string, instant: number): Start;
}

/** An instant in minutes since 1970-01-01T00:00Z, with the minutes that a zone is ahead of UTC at it. */
export interface ZonedInstant {
  readonly instant: number;
  /** whole minutes but for zones long ago */
  readonly offset: number;
}

/**
 * Makes what makes a doctor's day sheets from her availability, one for every date from `from` on. Hours are walked in real time, not by the wall clock: on a day
 * with 23 or 25 hours no slot is lost, made twice or stretched over the change. A date without hours gets a sheet without slots.
 */
export function sheetMaker(rules: ZoneRules): MakeSheets {
  return (plan, from, days) => {
    const exceptions = new Map(plan.exceptions.map((each) => [each.date, each.hours]));
    const weekly = new Map(plan.weekly.map((each) => [each.day, each.hours]));
    return Array.from({ length: days }, (_, day) => {
      const date = addDays(from, day);
      const hours = exceptions.get(date) ?? weekly.get(weekdayOf(date)) ?? [];
      const slots = withoutOverlaps(hours.flatMap((stretch) => slotsOfStretch(rules, plan, date, stretch)));
      return { id: sheetId(plan.id, date), zone: plan.zone, runs: packSlots(slots) };
    });
  };
}

/** 1 Monday … 7 Sunday. 1970-01-01 was a Thursday. */
function weekdayOf(date: CalendarDate): number {
  return ((((daysFromDate(date) + 3) % 7) + 7) % 7) + 1;
}

/** The slots of one stretch of hours. */
function slotsOfStretch(
  rules: ZoneRules,
  { zone, slotMinutes, bufferMinutes }: Availability,
  date: CalendarDate,
  hours: { readonly from: string; readonly to: string },
): Slot[] {
  const first = rules.at(zone, date, hours.from);
  const last = rules.at(zone, date, hours.to);
  // Asking the zone's rules for every slot is ten times as dear; the clock changes within few stretches.
  const steady = first.offset === last.offset && Number.isInteger(first.offset);
  const slots: Slot[] = [];
  const step = slotMinutes + bufferMinutes;
  for (let instant = first.instant; instant + slotMinutes <= last.instant; instant += step) {
    const start = steady ? formatStart(instant, first.offset) : rules.startAt(zone, instant);
    slots.push({ instant, minutes: slotMinutes, start, state: "f" });
  }
  return slots;
}

/** Stretches that overlap each other (two that meet over a skipped hour can) offer the earlier slots only. */
function withoutOverlaps(slots: readonly Slot[]): readonly Slot[] {
  const kept: Slot[] = [];
  for (const slot of slots.toSorted((left, right) => left.instant - right.instant)) {
    const last = kept.at(-1);
    if (last === undefined || last.instant + last.minutes <= slot.instant) kept.push(slot);
  }
  return kept;
}
