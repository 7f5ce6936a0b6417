import { sheetId, type Slot } from "../entities/sheet.ts";
import type { MakeSheets } from "../operations/plan-sheets.ts";
import { packSlots } from "../operations/sheet-merge.ts";
import type { Availability, Hours } from "../shapes/availability.ts";
import type { CalendarDate, Start } from "../shapes/time.ts";
import { addDays, daysFromDate, formatStart } from "../time.ts";

const NO_DATES: ReadonlySet<CalendarDate> = new Set();

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
 * with 23 or 25 hours no slot is lost, made twice or stretched over the change. A slot stands on the sheet of the date the wall shows when it begins, so a session
 * that goes on overnight fills two sheets. A date without hours gets a sheet without slots.
 */
export function sheetMaker(rules: ZoneRules): MakeSheets {
  return (plan, from, days, holidays = NO_DATES) => {
    // A week without hours has a zone as well: one that does not exist is told now, not when there are some.
    rules.at(plan.zone, from, "00:00");
    const hoursOf = hoursByDate(plan, holidays);
    // What began the evening before belongs here as well.
    const dates = Array.from({ length: days + 1 }, (_, day) => addDays(from, day - 1));
    const slots = withoutOverlaps(
      dates.flatMap((date) => hoursOf(date).flatMap((stretch) => slotsOfStretch(rules, plan, date, stretch))),
    );
    const byDate = Map.groupBy(slots, ({ start }) => start.slice(0, 10));
    return dates.slice(1).map((date) => ({
      id: sheetId(plan.id, date),
      zone: plan.zone,
      runs: packSlots(byDate.get(date) ?? []),
    }));
  };
}

/** The sessions of each date: an exception goes before a holiday, a holiday before the week. */
function hoursByDate(
  plan: Availability,
  holidays: ReadonlySet<CalendarDate>,
): (date: CalendarDate) => readonly Hours[] {
  const exceptions = new Map(plan.exceptions.map((each) => [each.date, each]));
  const weekly = new Map(plan.weekly.map((each) => [each.day, each.hours]));
  return (date) => {
    const exception = exceptions.get(date);
    const usual = holidays.has(date) ? [] : (weekly.get(weekdayOf(date)) ?? []);
    if (exception === undefined) return usual;
    return exception.extra === true ? [...usual, ...exception.hours] : exception.hours;
  };
}

/** 1 Monday … 7 Sunday. 1970-01-01 was a Thursday. */
function weekdayOf(date: CalendarDate): number {
  return ((((daysFromDate(date) + 3) % 7) + 7) % 7) + 1;
}

/** The slots of one session. */
function slotsOfStretch(rules: ZoneRules, plan: Availability, date: CalendarDate, hours: Hours): Slot[] {
  const { zone, bufferMinutes, bufferBeforeMinutes = 0 } = plan;
  const { slotMinutes = plan.slotMinutes, places } = hours;
  const first = rules.at(zone, date, hours.from);
  const last = rules.at(zone, hours.overnight === true ? addDays(date, 1) : date, hours.to);
  // Asking the zone's rules for every slot is ten times as dear; the clock changes within few stretches.
  const steady = first.offset === last.offset && Number.isInteger(first.offset);
  const group = places === undefined ? undefined : { places, taken: 0 };
  const slots: Slot[] = [];
  const step = bufferBeforeMinutes + slotMinutes + bufferMinutes;
  for (
    let instant = first.instant + bufferBeforeMinutes;
    instant + slotMinutes <= last.instant;
    instant += step
  ) {
    const start = steady ? formatStart(instant, first.offset) : rules.startAt(zone, instant);
    slots.push({ instant, minutes: slotMinutes, start, state: "f", group });
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
