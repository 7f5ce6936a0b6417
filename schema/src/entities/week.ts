import type { Appointment } from "../shapes/appointment.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { addDays, epochMinutes } from "../time.ts";
import { isKept } from "./appointment.ts";
import { hasRoom, type Slot, type SlotState } from "./sheet.ts";

/** Days that a week shows. */
export const WEEK_DAYS = 7;

/** A slot's state as a screen says it: what is taken outside the hours that are offered is taken all the same. */
export type SlotWord = "free" | "held" | "busy" | "blocked";

const WORDS: Readonly<Record<SlotState, SlotWord>> = {
  f: "free",
  h: "held",
  b: "busy",
  o: "busy",
  x: "blocked",
};

/** The word for a slot of a sheet at an instant (ms). */
export function slotWord(sheet: Sheet, slot: Slot, now: number): SlotWord {
  return hasRoom(sheet, slot, now) ? "free" : WORDS[slot.state];
}

/** Appointments of one date. */
export interface DayOf<Of> {
  readonly date: CalendarDate;
  /** in order of time */
  readonly appointments: readonly Of[];
}

/** Appointments that keep time, on each of some days by the doctor's wall from a date on. */
export function byDays<Of extends Pick<Appointment, "id" | "start" | "status">>(
  from: CalendarDate,
  days: number,
  appointments: readonly Of[],
): readonly DayOf<Of>[] {
  const kept = appointments
    .filter(({ status }) => isKept({ status }))
    .toSorted(
      (left, right) => epochMinutes(left.start) - epochMinutes(right.start) || (left.id < right.id ? -1 : 1),
    );
  return Array.from({ length: days }, (_, day) => {
    const date = addDays(from, day);
    return { date, appointments: kept.filter(({ start }) => start.startsWith(date)) };
  });
}
