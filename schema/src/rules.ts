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

/** Whether a stretch of hours ends after it begins; where it goes on into the next day, by the clock it ends earlier. */
export function endsLater(hours: {
  readonly from: string;
  readonly to: string;
  readonly overnight?: boolean;
}): boolean {
  return hours.overnight === true ? hours.from >= hours.to : hours.from < hours.to;
}

/** Whether both ends of a stretch of hours lie on a step of five minutes. */
export function liesOnSteps(hours: { readonly from: string; readonly to: string }): boolean {
  return [hours.from, hours.to].every((time) => Number(time.slice(3)) % TIME_STEP_MINUTES === 0);
}

interface WishFields {
  readonly wish: string;
  readonly days?: number;
  readonly km?: number;
  readonly speciality?: string;
  readonly language?: string;
}

/** Whether a wish names `days` where it must (`sameDoctor`) and only where it may (`anyDoctor`, `waitingList`). */
export function saysDays({ wish, days }: WishFields): boolean {
  return days === undefined ? wish !== "sameDoctor" : /^(sameDoctor|anyDoctor|waitingList)$/.test(wish);
}

/** Whether a wish says how far away and what another doctor is, where it is one for another doctor, and only there. */
export function saysPlace({ wish, km, speciality, language }: WishFields): boolean {
  return wish === "anyDoctor" ? km !== undefined : (km ?? speciality ?? language) === undefined;
}
