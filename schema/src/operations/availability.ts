import { MOST_EXCEPTIONS } from "../entities/availability.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { addDays, dateFromDays, DAY_MINUTES, MINUTE_MS } from "../time.ts";
import { applied, type Decide, rejected } from "./definition.ts";
import { keepsHours } from "./rights.ts";

/** Sets a doctor's recurring week; her day sheets are made from it (`withSheets`). Times already booked stay booked. */
export const setAvailability: Decide<"availability.set"> = (state, { doctor: id, ...input }, context) => {
  const doctor = state.get("doctor", id);
  if (!doctor || !keepsHours(context.actor, doctor)) return rejected("not_found", "input.doctor");
  if (new Set(input.weekly.map(({ day }) => day)).size < input.weekly.length)
    return rejected("malformed", "input.weekly", "name each day once");
  const before = state.get("availability", id);
  const { exceptions = [], sheetsUntil } = before ?? {};
  return applied({ kind: "availability", entity: { ...input, id, exceptions, sheetsUntil } });
};

/** Opens or closes single dates against the week: no hours close a date. A date given again replaces what was said before. */
export const exceptAvailability: Decide<"availability.except"> = (state, input, context) => {
  const doctor = state.get("doctor", input.doctor);
  if (!doctor || !keepsHours(context.actor, doctor)) return rejected("not_found", "input.doctor");
  const before = state.get("availability", input.doctor);
  if (!before) return rejected("conflict", "input.doctor", "no week yet");
  const today = dateAt(context.now);
  const dates = new Map([...before.exceptions, ...input.dates].map((each) => [each.date, each]));
  const exceptions = [...dates.values()]
    .filter(({ date }) => date >= addDays(today, -2))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
  if (exceptions.length > MOST_EXCEPTIONS) return rejected("conflict", "input.dates", "too many");
  return applied({ kind: "availability", entity: { ...before, exceptions } });
};

/** The first day that is planned: yesterday in UTC may still be today at the doctor's. */
export function firstPlannedDate(now: number): CalendarDate {
  return addDays(dateAt(now), -1);
}

function dateAt(now: number): CalendarDate {
  return dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
}
