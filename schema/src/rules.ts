/**
 * Rules that a pattern or a bound cannot say, each by a name: zod runs them in `shapes/`, a phone's compiled shapes run the same functions.
 */
import { dateFromDays, daysFromDate } from "./time.ts";

/** Times are kept in steps of this many minutes; so are slot lengths and buffers. */
export const TIME_STEP_MINUTES = 5;

/** The largest fee, in minor units: what every column and every double holds. */
export const LARGEST_FEE = 1_000_000_000_000;

/** Whether the date that a text begins with is in the calendar: no 30th of February. */
export function dateExists(text: string): boolean {
  const date = text.slice(0, 10);
  return dateFromDays(daysFromDate(date)) === date;
}

/** Whether a stretch of hours ends after it begins. */
export function endsLater(hours: { readonly from: string; readonly to: string }): boolean {
  return hours.from < hours.to;
}

/** Whether both ends of a stretch of hours lie on a step of five minutes. */
export function liesOnSteps(hours: { readonly from: string; readonly to: string }): boolean {
  return [hours.from, hours.to].every((time) => Number(time.slice(3)) % TIME_STEP_MINUTES === 0);
}

/** Whether `days` is named with the wish `sameDoctor`, and only there. */
export function saysDays(wish: { readonly wish: string; readonly days?: number }): boolean {
  return (wish.wish === "sameDoctor") === (wish.days !== undefined);
}
