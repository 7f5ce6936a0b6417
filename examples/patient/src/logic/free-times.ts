import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import {
  addDays,
  type BookingRules,
  type CalendarDate,
  type PartOfDay,
  type Start,
} from "@healthbridge/schema/client";

/** A time that looks free on this phone. */
export interface FreeTime {
  readonly start: Start;
  readonly minutes: number;
}

/** The free times of a day, as they are shown. */
export interface FreeDay {
  readonly date: CalendarDate;
  /** `unknown`: this phone does not hold the day, so nobody says that nothing is free */
  readonly state: "unknown" | "none" | "some";
  readonly parts: ReadonlyArray<{ readonly part: PartOfDay; readonly times: readonly FreeTime[] }>;
  readonly count: number;
}

const MINUTE_MS = 60_000;
const PARTS: readonly PartOfDay[] = ["morning", "afternoon", "evening"];

/** The free times of some days, without those it is too late for or too early to ask for. */
export function freeDays(
  days: readonly DoctorDay[],
  {
    now,
    rules = {},
    today,
  }: { readonly now: number; readonly rules?: BookingRules | undefined; readonly today: CalendarDate },
): readonly FreeDay[] {
  const earliest = now + (rules.noticeMinutes ?? 0) * MINUTE_MS;
  const last = rules.horizonDays === undefined ? undefined : addDays(today, rules.horizonDays);
  return days.map(({ date, slots }) => {
    if (slots === undefined) return { date, state: "unknown", parts: [], count: 0 };
    const inReach = last === undefined || date <= last;
    const free = slots.filter(
      ({ state, start }) => inReach && state === "free" && Date.parse(start) > earliest,
    );
    const parts = PARTS.map((part) => ({ part, times: free.filter(({ start }) => partOf(start) === part) }));
    return {
      date,
      state: free.length > 0 ? "some" : "none",
      parts: parts.filter(({ times }) => times.length > 0),
      count: free.length,
    };
  });
}

/** Which part of the day a start is in, by the doctor's wall, as the server has it. */
export function partOf(start: Start): PartOfDay {
  const time = start.slice(11, 16);
  return time < "12:00" ? "morning" : time < "17:00" ? "afternoon" : "evening";
}

/** The date on a wall in a zone at an instant (ms). */
export function dateIn(zone: string, now: number): CalendarDate {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(now);
  const of = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}`;
}
