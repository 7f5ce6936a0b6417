import type { CalendarDate } from "@healthbridge/schema/client";
import {
  type ExceptionDraft,
  type ExceptionKind,
  goesOvernight,
  type HoursDraft,
  MOST_SESSIONS,
  type SessionDraft,
} from "./hours-draft.ts";

/** Changes of a draft, each giving another draft. Days count from Monday, 0. */

const FIRST: SessionDraft = { from: "08:00", to: "12:00" };
const HOUR = 60;
const LAST_MINUTE = 24 * HOUR;

/** One more session in a list: after the last, with an hour between, or the usual morning. */
export function withSession(sessions: readonly SessionDraft[]): readonly SessionDraft[] {
  if (sessions.length >= MOST_SESSIONS) return sessions;
  const last = sessions.at(-1);
  if (last === undefined) return [FIRST];
  const from = minutesOf(last.to) + HOUR;
  if (goesOvernight(last) || from + HOUR > LAST_MINUTE) return [...sessions, { from: "06:00", to: "07:00" }];
  return [...sessions, { from: wallTime(from), to: wallTime(Math.min(from + 2 * HOUR, LAST_MINUTE)) }];
}

/** A list with one of its entries changed, or without it. */
export function withEntry<T>(list: readonly T[], at: number, entry: T | undefined): readonly T[] {
  return list.flatMap((each, index) => (index === at ? (entry === undefined ? [] : [entry]) : [each]));
}

/** A session with other fields; a field that is emptied goes. */
export function changedSession(session: SessionDraft, change: Partial<SessionDraft>): SessionDraft {
  return { ...session, ...change };
}

/** The draft with another day. */
export function withDay(draft: HoursDraft, day: number, sessions: readonly SessionDraft[]): HoursDraft {
  return { ...draft, weekly: draft.weekly.map((each, at) => (at === day ? sessions : each)) };
}

/** The draft with a day's sessions on other days as well. */
export function copiedDay(draft: HoursDraft, day: number, to: readonly number[]): HoursDraft {
  const sessions = draft.weekly[day] ?? [];
  return { ...draft, weekly: draft.weekly.map((each, at) => (to.includes(at) ? sessions : each)) };
}

/** The draft with an exception, in place of what was said of that date before. */
export function withException(draft: HoursDraft, exception: ExceptionDraft): HoursDraft {
  const others = draft.exceptions.filter(({ date }) => date !== exception.date);
  const exceptions = [...others, exception].toSorted((left, right) => (left.date < right.date ? -1 : 1));
  return { ...draft, exceptions };
}

/** The draft with a date as the week has it. */
export function withoutException(draft: HoursDraft, date: CalendarDate): HoursDraft {
  return { ...draft, exceptions: draft.exceptions.filter((each) => each.date !== date) };
}

/** An exception of another kind: hours that are of no use go, those that are needed come. */
export function ofKind(exception: ExceptionDraft, kind: ExceptionKind): ExceptionDraft {
  if (kind === "off") return { ...exception, kind, sessions: [] };
  return { ...exception, kind, sessions: exception.sessions.length > 0 ? exception.sessions : [FIRST] };
}

/** The name of a kind of visit as it is kept: `Follow up` is `follow-up`. */
export function visitKind(typed: string): string {
  return typed
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** Minutes since midnight of a time by the wall; `24:00` ends the day. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * HOUR + Number(time.slice(3));
}

function wallTime(minutes: number): string {
  return `${String(Math.floor(minutes / HOUR)).padStart(2, "0")}:${String(minutes % HOUR).padStart(2, "0")}`;
}
