import type { UnfitOutput } from "../contracts/availability.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Availability } from "../shapes/availability.ts";
import type { Clinic } from "../shapes/directory.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { addDays } from "../time.ts";
import { firstPlannedDate } from "./availability.ts";
import { type Change, type Context, type Decide, type Decision, rejected, type State } from "./definition.ts";
import { serves } from "./rights.ts";

/**
 * Sets the days on which a clinic is closed, and takes its doctors' times off them in the same transaction. A doctor's own exception for a date goes before it.
 * What is booked stays booked and is named.
 */
export const setHolidays: Decide<"clinic.setHolidays"> = (state, input, context) => {
  const clinic = state.get("clinic", input.clinic);
  if (!clinic || !serves(context.actor, clinic.id)) return rejected("not_found", "input.clinic");
  const dates = new Set(input.holidays.map(({ date }) => date));
  if (dates.size < input.holidays.length)
    return rejected("malformed", "input.holidays", "name each date once");
  const holidays = input.holidays.toSorted((left, right) => (left.date < right.date ? -1 : 1));
  const entity: Clinic = { ...clinic, holidays };
  const doctors = state.get("clinicDoctors", clinic.id) ?? [];
  if (doctors.length > LIMITS.doctorsPerClinic) return rejected("too_large", "input.clinic");
  const changed = changedDates(clinic, entity, firstPlannedDate(context.now));
  if (doctors.length * changed.length > LIMITS.holidaySheets)
    return rejected("too_large", "input.holidays", "change fewer dates at once");
  const parts = doctors.map((doctor) => planOf(state, doctor, changed, entity, context));
  const refused = parts.find(({ status }) => status === "rejected");
  if (refused) return refused;
  return together(entity, parts);
};

/** What it does to one doctor's days. */
function planOf(
  state: State,
  doctor: EntityId,
  changed: readonly CalendarDate[],
  after: Clinic,
  context: Context,
): Decision<UnfitOutput> {
  const { planSheets, now } = context;
  const plan = state.get("availability", doctor);
  if (!plan || !planSheets) return { status: "applied", changes: [] };
  const from = firstPlannedDate(now);
  const dates = sheetDates(plan, changed, addDays(from, LIMITS.sheetDays));
  return planSheets(state, plan, after, context, dates);
}

/** The sheets that dates have their hours on: a session that goes on overnight fills that of the next date as well. */
function sheetDates(
  { weekly, exceptions }: Availability,
  dates: readonly CalendarDate[],
  until: CalendarDate,
): readonly CalendarDate[] {
  const nights = [...weekly, ...exceptions].some(({ hours }) => hours.some(({ overnight }) => overnight));
  if (!nights) return dates;
  const all = new Set(dates.flatMap((date) => [date, addDays(date, 1)]));
  return [...all].filter((date) => date < until).toSorted();
}

/** Dates that became a holiday or are none any longer, among those that have sheets. */
function changedDates(before: Clinic, after: Clinic, from: CalendarDate): readonly CalendarDate[] {
  const until = addDays(from, LIMITS.sheetDays);
  const named = [before, after].map(({ holidays = [] }) => new Set(holidays.map(({ date }) => date)));
  return [...new Set(named.flatMap((dates) => [...dates]))]
    .filter((date) => date >= from && date < until && !named.every((dates) => dates.has(date)))
    .toSorted();
}

function together(clinic: Clinic, parts: readonly Decision<UnfitOutput>[]): Decision<UnfitOutput> {
  const changes: Change[] = [{ kind: "clinic", entity: clinic }];
  const unfit: UnfitOutput["unfit"] = [];
  let more = 0;
  for (const part of parts) {
    if (part.status === "rejected") continue;
    changes.push(...part.changes);
    unfit.push(...(part.output?.unfit ?? []));
    more += part.output?.more ?? 0;
  }
  more += Math.max(unfit.length - LIMITS.unfitNamed, 0);
  if (unfit.length === 0) return { status: "applied", changes };
  const output = { unfit: unfit.slice(0, LIMITS.unfitNamed), ...(more > 0 && { more }) };
  return { status: "applied", changes, output };
}
