import {
  addDays,
  type CalendarDate,
  dateFromDays,
  DAY_MINUTES,
  daysFromDate,
  LIMITS,
  MINUTE_MS,
  type Position,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import { httpProblem } from "../../problem.ts";

/** The most items one page has, and how many it has where nobody says. */
const PAGE = { most: 100, usual: 50 };
/** Kilometres a search reaches at most, and where nobody says. */
const REACH = { most: LIMITS.searchKm, usual: 50 };
/** Days one question about time may span. */
export const MOST_DAYS = 60;

/** A whole number written in decimal digits. */
export function count(least: number, most: number) {
  return z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/)),
    z.coerce.number<string>().check(z.minimum(least), z.maximum(most)),
  );
}

/** How many items a page has at most. */
export const Limit = z._default(count(1, PAGE.most), PAGE.usual);

/** How far around `near` is searched, kilometres. */
export const WithinKm = z._default(count(1, REACH.most), REACH.usual);

/** Part of a name. */
export const SearchText = z.string().check(z.minLength(1), z.maxLength(60));

/** A position as `lat,lng` in degrees: `-1.2921,36.8219`. */
export const Near = z.string().check(
  z.maxLength(40),
  z.regex(/^-?\d{1,2}(\.\d{1,12})?,-?\d{1,3}(\.\d{1,12})?$/),
  z.refine((text) => onEarth(positionOf(text)), "no such place on earth"),
);

/** Reads a position whose text was checked. */
export function positionOf(near: string): Position {
  const [lat, lng] = near.split(",").map(Number);
  return { lat: lat ?? Number.NaN, lng: lng ?? Number.NaN };
}

function onEarth({ lat, lng }: Position): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
}

/** Dates that were asked for, both included. */
export interface Dates {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** Refuses dates in the wrong order or too far apart; `to` is the name of the parameter at fault. */
export function checkedDates(from: CalendarDate, to: CalendarDate, name: string): Dates {
  const days = daysFromDate(to) - daysFromDate(from) + 1;
  if (days < 1) throw httpProblem("malformed", `query.${name}`, "is before the first date");
  if (days > MOST_DAYS)
    throw httpProblem("malformed", `query.${name}`, `more than ${String(MOST_DAYS)} days`);
  return { from, to };
}

/** The last date there is a way to write. */
const LAST_DATE: CalendarDate = "9999-12-31";

/** The last of some days from a date on, or the last that the calendar has. */
export function lastOfDays(from: CalendarDate, days: number): CalendarDate {
  return days <= daysLeft(from) ? addDays(from, days - 1) : LAST_DATE;
}

/** Refuses days of which some come after the last that the calendar has. */
export function checkedDays(from: CalendarDate, days: number): void {
  if (days > daysLeft(from)) throw httpProblem("malformed", "query.from", `ends after ${LAST_DATE}`);
}

function daysLeft(from: CalendarDate): number {
  return daysFromDate(LAST_DATE) - daysFromDate(from) + 1;
}

/** The date in UTC at an instant (ms). A doctor's wall may already or still show its neighbour. */
export function dateAt(now: number): CalendarDate {
  return dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
}
