import {
  addDays,
  type CalendarDate,
  dateFromDays,
  DAY_MINUTES,
  daysFromDate,
  MINUTE_MS,
  type Start,
} from "@healthbridge/schema/client";

const DAYS_OF_WEEK = 7;
/** 1970-01-01 was a Thursday. */
const SINCE_MONDAY = 3;

/** The date a wall in a zone shows at an instant (ms); by UTC where the zone is not known here. */
export function dateIn(zone: string | undefined, now: number): CalendarDate {
  try {
    const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(now);
    return /^\d{4}-\d{2}-\d{2}$/.test(parts) ? parts : utcDate(now);
  } catch {
    return utcDate(now);
  }
}

function utcDate(now: number): CalendarDate {
  return dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
}

/** The Monday of a date's week. */
export function mondayOf(date: CalendarDate): CalendarDate {
  return addDays(date, -((daysFromDate(date) + SINCE_MONDAY) % DAYS_OF_WEEK));
}

/** A start's time of day as the doctor's wall shows it: `09:20`. */
export function timeOf(start: Start): string {
  return start.slice(11, 16);
}

/** When something ends, by the wall that its start is written for. */
export function endTimeOf({ start, minutes }: { readonly start: Start; readonly minutes: number }): string {
  const whole = Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)) + minutes;
  const rest = whole % DAY_MINUTES;
  return `${String(Math.floor(rest / 60)).padStart(2, "0")}:${String(rest % 60).padStart(2, "0")}`;
}
