import { addDays, MINUTE_MS } from "@healthbridge/schema";

/** The replay's calendar: minutes from its first midnight. It always begins on the same Monday, so that a run does not depend on the day it is made. */

export const DAY = 24 * 60;
export const ZONE = "Africa/Nairobi";
const FIRST_DATE = "2027-03-01";
const FIRST_MIDNIGHT = Date.parse(`${FIRST_DATE}T00:00+03:00`);

/** ms since 1970 */
export function instantOf(minute: number): number {
  return FIRST_MIDNIGHT + minute * MINUTE_MS;
}

/** The minute of an instant (ms). */
export function minuteOf(instant: number): number {
  return Math.round((instant - FIRST_MIDNIGHT) / MINUTE_MS);
}

/** As the schema writes a date: `2027-03-01`. */
export function dateOf(minute: number): string {
  return addDays(FIRST_DATE, Math.floor(minute / DAY));
}

/** As the schema writes a start: `2027-03-01T08:20+03:00`. */
export function startOf(minute: number): string {
  const [hours, minutes] = [Math.floor((minute % DAY) / 60), minute % 60];
  return `${dateOf(minute)}T${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}+03:00`;
}

/** As the schema writes a time of day: `08:20`. */
export function timeOf(minute: number): string {
  return startOf(minute % DAY).slice(11, 16);
}
