import {
  type Availability,
  type CalendarDate,
  sheetMaker,
  slotsOf,
  splitSheetId,
  WEEK_DAYS,
} from "@healthbridge/schema/client";
import { INTL_ZONES } from "./intl-zones.ts";

/** A slot that opening hours would make. */
export interface PreviewSlot {
  /** instant, the doctor's local time and its offset in one */
  readonly start: string;
  readonly minutes: number;
  /** how many patients it takes: more than one in a group session */
  readonly places: number;
}

/** A date as opening hours would make it. */
export interface PreviewDay {
  readonly date: CalendarDate;
  /** in order of time; none where she is off */
  readonly slots: readonly PreviewSlot[];
}

/**
 * The slots that come of opening hours, before anybody is asked: by the very rules the server makes day sheets with, and the platform's time zones. What is booked
 * already is not in it.
 * @param days `from`: the first date, by the doctor's wall; `days`: 7 where left out; `holidays`: dates on which her clinic is closed
 * @throws RangeError where the time zone does not exist
 * @example for (const { date, slots } of previewHours(plan, { from: "2026-12-07" })) show(date, slots.length);
 */
export function previewHours(
  plan: Availability,
  {
    from,
    days = WEEK_DAYS,
    holidays = [],
  }: { readonly from: CalendarDate; readonly days?: number; readonly holidays?: readonly CalendarDate[] },
): readonly PreviewDay[] {
  return sheetMaker(INTL_ZONES)(plan, from, days, new Set(holidays)).map((sheet) => ({
    date: splitSheetId(sheet.id).date,
    slots: slotsOf(sheet).map(({ start, minutes, group }) => ({
      start,
      minutes,
      places: group?.places ?? 1,
    })),
  }));
}
