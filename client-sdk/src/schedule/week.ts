import {
  byDays,
  type CalendarDate,
  type DayOf,
  type EntityId,
  type Sheet,
  sheetId,
  slotsOf,
  type SlotWord,
  slotWord,
  WEEK_DAYS,
} from "@healthbridge/schema/client";
import type { Held } from "../replica/query.ts";
import { isWithin, knownDates } from "./held-sheets.ts";
import type { Holder } from "./holder.ts";

/** A slot as a screen shows it. */
export interface WeekSlot {
  /** instant, the doctor's local time and its offset in one */
  readonly start: string;
  readonly minutes: number;
  /** a time that nobody took stays `free` when it has passed */
  readonly state: SlotWord;
}

/** A doctor's day as a device knows it. */
export interface DoctorDay extends DayOf<Held<"appointment">> {
  /** in order of time; none where she has no hours; `undefined`: this device does not know whether she has */
  readonly slots: readonly WeekSlot[] | undefined;
}

/** Which days are shown. */
export interface Days {
  /** the first date, by the doctor's wall */
  readonly from: CalendarDate;
  /** 7 where left out; 1 is a day */
  readonly days?: number | undefined;
  /** the instant (ms since 1970) at which it is looked at: what was held only until then is free. Left out, what is held is shown as held */
  readonly now?: number | undefined;
}

/**
 * A doctor's week (`GET /v1/doctors/:doctor/week`) out of what this device holds, with what is queued: an appointment that waits to be sent has `waiting`. The appointments are those that this
 * device may see: all for those who keep her hours, else one's own.
 * @example
 * for (const { date, slots } of doctorWeek(hb, doctor.id, { from: "2026-11-23", now }))
 *   show(date, slots?.filter(({ state, start }) => state === "free" && Date.parse(start) > now) ?? "not on this device");
 */
export function doctorWeek(
  hb: Holder,
  doctor: EntityId,
  { from, days = WEEK_DAYS, now = 0 }: Days,
): readonly DoctorDay[] {
  const booked = hb.list("appointment", (each) => each.doctor === doctor);
  const planned = knownDates(hb, doctor);
  return byDays(from, days, booked).map((day) => {
    const sheet = hb.get("sheet", sheetId(doctor, day.date));
    const slots = sheet ? slotsOfSheet(sheet, now) : isWithin(day.date, planned) ? [] : undefined;
    return { ...day, slots };
  });
}

function slotsOfSheet(sheet: Sheet, now: number): readonly WeekSlot[] {
  return slotsOf(sheet).map((slot) => ({
    start: slot.start,
    minutes: slot.minutes,
    state: slotWord(sheet, slot, now),
  }));
}

/**
 * A patient's own week (`GET /v1/patients/:patient/week`) out of what this device holds, with what is queued.
 * @example const today = patientWeek(hb, patient.id, { from: "2026-11-23", days: 1 });
 */
export function patientWeek(
  hb: Holder,
  patient: EntityId,
  { from, days = WEEK_DAYS }: Days,
): readonly DayOf<Held<"appointment">>[] {
  return byDays(
    from,
    days,
    hb.list("appointment", (each) => each.patient === patient),
  );
}
