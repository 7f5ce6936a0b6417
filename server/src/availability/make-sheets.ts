import {
  addDays,
  type Availability,
  type CalendarDate,
  formatStart,
  type Hours,
  packSlots,
  type Sheet,
  sheetId,
  type Slot,
} from "@healthbridge/schema";
import { Temporal } from "temporal-polyfill";

const MS_PER_MINUTE = 60_000;
const NS_PER_MINUTE = 60_000_000_000;

/**
 * Makes a doctor's day sheets from her availability, one for every date from `from` on. Hours are walked in real time, not by the wall clock: on a day
 * with 23 or 25 hours no slot is lost, made twice or stretched over the change. A date without hours gets a sheet without slots.
 * @throws RangeError for a time zone that does not exist
 */
export function makeSheets(plan: Availability, from: CalendarDate, days: number): readonly Sheet[] {
  const exceptions = new Map(plan.exceptions.map((each) => [each.date, each.hours]));
  const weekly = new Map(plan.weekly.map((each) => [each.day, each.hours]));
  return Array.from({ length: days }, (_, day) => {
    const date = addDays(from, day);
    const weekday = Temporal.PlainDate.from(date).dayOfWeek;
    const hours = exceptions.get(date) ?? weekly.get(weekday) ?? [];
    const slots = withoutOverlaps(hours.flatMap((stretch) => slotsOfStretch(plan, date, stretch)));
    return { id: sheetId(plan.id, date), zone: plan.zone, runs: packSlots(slots) };
  });
}

/** The slots of one stretch of hours. A wall time that the clock skips begins when the clock goes on; one it shows twice means the first. */
function slotsOfStretch(plan: Availability, date: CalendarDate, hours: Hours): Slot[] {
  const [first, last] = [zoned(plan.zone, date, hours.from), zoned(plan.zone, date, hours.to)];
  const from = first.epochMilliseconds / MS_PER_MINUTE;
  const to = last.epochMilliseconds / MS_PER_MINUTE;
  const step = plan.slotMinutes + plan.bufferMinutes;
  // Asking the zone's rules for every slot is ten times as dear; the clock changes within few stretches.
  const offset = first.offsetNanoseconds / NS_PER_MINUTE;
  const steady = first.offset === last.offset && Number.isInteger(offset);
  const slots: Slot[] = [];
  for (let instant = from; instant + plan.slotMinutes <= to; instant += step) {
    const start = steady ? formatStart(instant, offset) : localStart(plan.zone, instant);
    slots.push({ instant, minutes: plan.slotMinutes, start, state: "f" });
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

function zoned(zone: string, date: CalendarDate, time: string): Temporal.ZonedDateTime {
  const day = Temporal.PlainDate.from(date);
  if (time === "24:00") return day.add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime: "00:00" });
  return day.toZonedDateTime({ timeZone: zone, plainTime: time });
}

function localStart(zone: string, instant: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant * MS_PER_MINUTE).toZonedDateTimeISO(zone);
  return `${local.toPlainDateTime().toString({ smallestUnit: "minute" })}${local.offset.slice(0, 6)}`;
}
