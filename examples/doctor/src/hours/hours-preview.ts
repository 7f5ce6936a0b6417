import { type PreviewDay, previewHours } from "@healthbridge/client-sdk/schedule";
import {
  type Appointment,
  type CalendarDate,
  type EntityId,
  epochMinutes,
  holdsSlot,
  isFinished,
  type Sheet,
  sheetId,
  slotsWithin,
} from "@healthbridge/schema/client";
import { dateHoursOf, type HoursDraft, hoursOf } from "./hours-draft.ts";

/** What a preview is made for. */
export interface PreviewOf {
  readonly doctor: EntityId;
  readonly draft: HoursDraft;
  readonly from: CalendarDate;
  readonly days: number;
  /** dates on which her clinic is closed */
  readonly holidays: readonly CalendarDate[];
}

/** The days that come out of a draft. `undefined`: the time zone does not exist, or a session is not finished yet. */
export function previewOf({
  doctor,
  draft,
  from,
  days,
  holidays,
}: PreviewOf): readonly PreviewDay[] | undefined {
  const { zone, slotMinutes, bufferMinutes, bufferBeforeMinutes, weekly, exceptions } = draft;
  const plan = {
    id: doctor,
    zone,
    slotMinutes,
    bufferMinutes,
    bufferBeforeMinutes,
    weekly: weekly.map((sessions, day) => ({ day: day + 1, hours: sessions.map((each) => hoursOf(each)) })),
    exceptions: exceptions.map(dateHoursOf),
  };
  try {
    return previewHours(plan, { from, days, holidays });
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * The appointments that would stand outside the hours of a preview, as the server counts them: one stands where each of its slots is made again, at the same time and as
 * long. They are kept all the same. In order of time.
 * @param sheetOf the day sheet that this device holds, as it is now
 */
export function unfitIn<A extends Appointment>(
  preview: readonly PreviewDay[],
  appointments: readonly A[],
  sheetOf: (id: string) => Sheet | undefined,
): readonly A[] {
  const made = new Map(
    preview.map(({ date, slots }) => [
      date,
      new Set(slots.map(({ start, minutes }) => slotKey(epochMinutes(start), minutes))),
    ]),
  );
  return appointments
    .filter((each) => {
      const date = each.start.slice(0, 10);
      const slots = made.get(date);
      const sheet = sheetOf(sheetId(each.doctor, date));
      if (slots === undefined || sheet === undefined || !holdsSlot(each) || isFinished(each)) return false;
      return slotsWithin(sheet, epochMinutes(each.start), each.minutes).some(
        ({ instant, minutes }) => !slots.has(slotKey(instant, minutes)),
      );
    })
    .toSorted((left, right) => epochMinutes(left.start) - epochMinutes(right.start));
}

function slotKey(instant: number, minutes: number): string {
  return `${String(instant)} ${String(minutes)}`;
}
