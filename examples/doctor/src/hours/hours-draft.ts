import type { Availability, BookingRules, CalendarDate, DateHours, Hours } from "@healthbridge/schema/client";

/** One session of a day as it is edited. What ends by the clock before it began goes on into the next day. */
export interface SessionDraft {
  readonly from: string;
  readonly to: string;
  /** length of its slots, where it differs from the week's */
  readonly slotMinutes?: number | undefined;
  /** of a group session: how many patients each slot takes */
  readonly places?: number | undefined;
}

/** How a date differs from the week. */
export type ExceptionKind = "off" | "extra" | "other";

/** A date that differs from the week, as it is edited. */
export interface ExceptionDraft {
  readonly date: CalendarDate;
  readonly kind: ExceptionKind;
  /** none where she is off */
  readonly sessions: readonly SessionDraft[];
}

/** A doctor's hours and rules as they are edited, before anything is asked for. */
export interface HoursDraft {
  readonly zone: string;
  readonly slotMinutes: number;
  readonly bufferMinutes: number;
  readonly bufferBeforeMinutes: number;
  /** seven days, Monday first */
  readonly weekly: ReadonlyArray<readonly SessionDraft[]>;
  /** in order of their dates */
  readonly exceptions: readonly ExceptionDraft[];
  readonly rules: BookingRules;
}

/** What the device holds of a doctor's hours; no availability: she has had none yet. */
export interface SavedHours {
  readonly availability: Availability | undefined;
  readonly rules: BookingRules | undefined;
}

/** Sessions of one day, at most. */
export const MOST_SESSIONS = 6;
const DAYS_OF_WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const FIRST_SLOT_MINUTES = 20;

/** The draft that says what is saved. Dates that are over are left out: nobody edits the past. */
export function draftOf(
  { availability, rules = {} }: SavedHours,
  zone: string,
  today: CalendarDate,
): HoursDraft {
  if (availability === undefined)
    return {
      zone,
      slotMinutes: FIRST_SLOT_MINUTES,
      bufferMinutes: 0,
      bufferBeforeMinutes: 0,
      weekly: DAYS_OF_WEEK.map(() => []),
      exceptions: [],
      rules,
    };
  const { slotMinutes, bufferMinutes, bufferBeforeMinutes = 0, weekly, exceptions } = availability;
  return {
    zone: availability.zone,
    slotMinutes,
    bufferMinutes,
    bufferBeforeMinutes,
    weekly: DAYS_OF_WEEK.map((day) =>
      (weekly.find((each) => each.day === day)?.hours ?? []).map((hours) => sessionOf(hours)),
    ),
    exceptions: exceptions.filter((each) => each.date >= today && !isAsUsual(each)).map(exceptionOf),
    rules,
  };
}

/** The hours of a session, as operations take them. */
export function hoursOf({ from, to, slotMinutes, places }: SessionDraft): Hours {
  return {
    from,
    to,
    ...(goesOvernight({ from, to }) && { overnight: true }),
    ...(slotMinutes !== undefined && { slotMinutes }),
    ...(places !== undefined && { places }),
  };
}

/** Whether a session goes on into the next day. */
export function goesOvernight({ from, to }: Pick<SessionDraft, "from" | "to">): boolean {
  return from >= to;
}

/** A date that was opened or closed and is again as the week has it: an exception cannot be taken away, only made to say nothing. */
export function isAsUsual({ hours, extra }: DateHours): boolean {
  return extra === true && hours.length === 0;
}

/** The date as the week has it. */
export function asUsual(date: CalendarDate): DateHours {
  return { date, hours: [], extra: true };
}

/** An exception as operations take it. */
export function dateHoursOf({ date, kind, sessions }: ExceptionDraft): DateHours {
  if (kind === "off") return { date, hours: [] };
  const hours = sessions.map((each) => hoursOf(each));
  return kind === "extra" ? { date, hours, extra: true } : { date, hours };
}

function exceptionOf({ date, hours, extra }: DateHours): ExceptionDraft {
  const kind = extra === true ? "extra" : hours.length === 0 ? "off" : "other";
  return { date, kind, sessions: hours.map((each) => sessionOf(each)) };
}

function sessionOf({ from, to, slotMinutes, places }: Hours): SessionDraft {
  return { from, to, slotMinutes, places };
}
