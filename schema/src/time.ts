import type { CalendarDate, Start } from "./shapes/time.ts";

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000;
/** Minutes in a day of 24 hours. */
export const DAY_MINUTES = 1_440;

/** Days from 1970-01-01 to a date. */
export function daysFromDate(date: CalendarDate): number {
  return Date.parse(date) / (DAY_MINUTES * MINUTE_MS);
}

/** The date that many days after 1970-01-01. */
export function dateFromDays(days: number): CalendarDate {
  const instant = new Date(days * DAY_MINUTES * MINUTE_MS);
  return Number.isNaN(instant.getTime()) ? "" : instant.toISOString().slice(0, 10);
}

/** The date some days after another (negative: before). */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dateFromDays(daysFromDate(date) + days);
}

/** Minutes that the local time of a start is ahead of UTC. */
export function offsetMinutes(start: Start): number {
  const zone = start.slice(16);
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** The instant of a start, in minutes since 1970-01-01T00:00Z. */
export function epochMinutes(start: Start): number {
  return Date.parse(start) / MINUTE_MS;
}

/** How many dates a start is ahead of an instant (ms), by the wall the start was read from. */
export function daysAhead(start: Start, now: number): number {
  const midnight = epochMinutes(`${start.slice(0, 10)}T00:00${start.slice(16)}`);
  return Math.ceil((midnight - now / MINUTE_MS) / DAY_MINUTES);
}

/** Writes an instant (minutes since 1970-01-01T00:00Z) as a start with this offset (minutes ahead of UTC). */
export function formatStart(instant: number, offset: number): Start {
  const sign = offset < 0 ? "-" : "+";
  return isoText(instant + offset).slice(0, 16) + sign + isoText(Math.abs(offset)).slice(11, 16);
}

function isoText(minutes: number): string {
  return new Date(minutes * MINUTE_MS).toISOString();
}
