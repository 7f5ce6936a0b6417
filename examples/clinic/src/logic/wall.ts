import {
  type CalendarDate,
  DAY_MINUTES,
  formatStart,
  MINUTE_MS,
  type Start,
} from "@healthbridge/schema/client";

/** Dates and times as a clinic's wall shows them. */

/** The date that a zone's wall shows at an instant (ms). Swedes write dates as ISO 8601 does. */
export function dateIn(zone: string, instant: number): CalendarDate {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(instant);
}

/** The time that a zone's wall shows at an instant (ms): `09:20`. */
export function clockIn(zone: string, instant: number): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(instant);
}

/** An instant (ms) as a start on a zone's wall, so that it is shown in the time of all else on the sheet, whatever zone the device is in. */
export function onWall(zone: string, instant: number): Start {
  return formatStart(Math.floor(instant / MINUTE_MS), offsetAt(zone, instant));
}

/** `09:20` of a start. */
export function clockOf(start: Start): string {
  return start.slice(11, 16);
}

/** The date of a start. */
export function dateOf(start: Start): CalendarDate {
  return start.slice(0, 10);
}

/** Minutes from the beginning of a date to a start on its wall; more than a day's where the session goes on into the night. */
export function minuteOn(date: CalendarDate, start: Start): number {
  const days = Math.round((Date.parse(dateOf(start)) - Date.parse(date)) / DAY_MS);
  return days * DAY_MINUTES + Number(start.slice(11, 13)) * HOUR_MINUTES + Number(start.slice(14, 16));
}

/** `09:20` of minutes from the beginning of a date. */
export function clockOfMinute(minute: number): string {
  const inDay = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return [inDay / HOUR_MINUTES, inDay % HOUR_MINUTES]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
}

/**
 * A time on a zone's wall as a start, with its offset. Where clocks are put back and a time comes twice it is the first; `undefined` where they are put forward over it, or it is
 * no time.
 */
export function startAt(zone: string, date: CalendarDate, clock: string): Start | undefined {
  const wall = Date.parse(`${date}T${clock}Z`) / MINUTE_MS;
  if (Number.isNaN(wall)) return undefined;
  // The offset at an instant is known, at a wall time it has to be found: it is one of those around it.
  for (const near of [wall - DAY_MINUTES / 2, wall + DAY_MINUTES / 2]) {
    const offset = offsetAt(zone, near * MINUTE_MS);
    if (offsetAt(zone, (wall - offset) * MINUTE_MS) === offset) return formatStart(wall - offset, offset);
  }
  return undefined;
}

/** Minutes that a zone's wall is ahead of UTC at an instant (ms). */
function offsetAt(zone: string, instant: number): number {
  const wall = Date.parse(`${dateIn(zone, instant)}T${clockIn(zone, instant)}Z`);
  return Math.round((wall - instant) / MINUTE_MS);
}

const HOUR_MINUTES = 60;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
