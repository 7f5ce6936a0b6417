import type { UnfitOutput } from "../contracts/availability.ts";
import { MOST_EXCEPTIONS } from "../entities/availability.ts";
import type { Availability } from "../shapes/availability.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { addDays, dateFromDays, DAY_MINUTES, MINUTE_MS } from "../time.ts";
import { applied, type Context, type Decision, type Decide, rejected, type State } from "./definition.ts";
import { keepsHours } from "./rights.ts";

/** Sets a doctor's recurring week and makes her day sheets from it. Times already booked stay booked. */
export const setAvailability: Decide<"availability.set"> = (state, { doctor: id, ...input }, context) => {
  const doctor = state.get("doctor", id);
  if (!doctor || !keepsHours(context.actor, doctor)) return rejected("not_found", "input.doctor");
  if (new Set(input.weekly.map(({ day }) => day)).size < input.weekly.length)
    return rejected("malformed", "input.weekly", "name each day once");
  const before = state.get("availability", id);
  return planned(
    state,
    { ...input, id, exceptions: before?.exceptions ?? [], sheetsUntil: before?.sheetsUntil },
    doctor,
    context,
  );
};

/** Opens or closes single dates against the week: no hours close a date. A date given again replaces what was said before. */
export const exceptAvailability: Decide<"availability.except"> = (state, input, context) => {
  const doctor = state.get("doctor", input.doctor);
  if (!doctor || !keepsHours(context.actor, doctor)) return rejected("not_found", "input.doctor");
  const before = state.get("availability", input.doctor);
  if (!before) return rejected("conflict", "input.doctor", "the doctor has no week yet");
  const today = dateAt(context.now);
  const dates = new Map([...before.exceptions, ...input.dates].map((each) => [each.date, each]));
  const exceptions = [...dates.values()]
    .filter(({ date }) => date >= addDays(today, -2))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
  if (exceptions.length > MOST_EXCEPTIONS) return rejected("conflict", "input.dates", "too many exceptions");
  return planned(state, { ...before, exceptions }, doctor, context);
};

/** The plan, and on the server the sheets of the coming days as they are under it. A device foresees the plan alone. */
export function planned(
  state: State,
  plan: Availability,
  { clinic: id }: Doctor,
  context: Context,
): Decision<UnfitOutput> {
  const { planSheets } = context;
  if (!planSheets) return applied({ kind: "availability", entity: plan });
  const clinic = state.get("clinic", id);
  return clinic ? planSheets(state, plan, clinic, context) : rejected("not_found", "input.doctor");
}

/** The first day that is planned: yesterday in UTC may still be today at the doctor's. */
export function firstPlannedDate(now: number): CalendarDate {
  return addDays(dateAt(now), -1);
}

function dateAt(now: number): CalendarDate {
  return dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
}
