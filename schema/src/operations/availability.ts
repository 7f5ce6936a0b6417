import * as z from "zod/mini";
import { Availability, Hours, MOST_EXCEPTIONS } from "../entities/availability.ts";
import { sheetId, type Sheet } from "../entities/sheet.ts";
import { EntityId } from "../ids.ts";
import { LIMITS } from "../protocol/limits.ts";
import { addDays, CalendarDate, dateFromDays, DAY_MINUTES, MINUTE_MS } from "../time.ts";
import {
  applied,
  type Change,
  type Context,
  type Decision,
  define,
  rejected,
  type State,
  type Touch,
} from "./definition.ts";
import { keepsHours } from "./rights.ts";
import { keepBusy } from "./sheet-merge.ts";

const { id: _id, exceptions: _exceptions, sheetsUntil: _until, ...week } = Availability.shape;

/** Sets a doctor's recurring week and makes her day sheets from it. Times already booked stay booked. */
export const setAvailability = define({
  type: "availability.set",
  input: z.strictObject({ ...week, doctor: EntityId }),
  problems: ["not_found", "zone_unknown"],
  rest: { method: "put", path: "/v1/doctors/:doctor/availability", summary: "Set a doctor's week" },
  touches: (input, _id, now) => planTouches(input.doctor, now),
  decide(state, { doctor: id, ...input }, context) {
    const doctor = state.get("doctor", id);
    if (doctor === undefined || !keepsHours(context.actor, doctor))
      return rejected("not_found", "input.doctor");
    if (new Set(input.weekly.map(({ day }) => day)).size < input.weekly.length)
      return rejected("malformed", "input.weekly", "name each day once");
    const before = state.get("availability", id);
    return planned(
      state,
      { ...input, id, exceptions: before?.exceptions ?? [], sheetsUntil: before?.sheetsUntil },
      context,
    );
  },
});

/** Opens or closes single dates against the week: no hours close a date. A date given again replaces what was said before. */
export const exceptAvailability = define({
  type: "availability.except",
  input: z.strictObject({
    doctor: EntityId,
    dates: z
      .array(z.strictObject({ date: CalendarDate, hours: z.array(Hours).check(z.maxLength(6)) }))
      .check(z.minLength(1), z.maxLength(60)),
  }),
  problems: ["not_found", "conflict"],
  rest: {
    method: "post",
    path: "/v1/doctors/:doctor/availability/exceptions",
    summary: "Open or close single dates",
  },
  touches: (input, _id, now) => planTouches(input.doctor, now),
  decide(state, input, context) {
    const doctor = state.get("doctor", input.doctor);
    if (doctor === undefined || !keepsHours(context.actor, doctor))
      return rejected("not_found", "input.doctor");
    const before = state.get("availability", input.doctor);
    if (before === undefined) return rejected("conflict", "input.doctor", "the doctor has no week yet");
    const today = dateAt(context.now);
    const dates = new Map([...before.exceptions, ...input.dates].map((each) => [each.date, each]));
    const exceptions = [...dates.values()]
      .filter(({ date }) => date >= addDays(today, -2))
      .toSorted((a, b) => (a.date < b.date ? -1 : 1));
    if (exceptions.length > MOST_EXCEPTIONS)
      return rejected("conflict", "input.dates", "too many exceptions");
    return planned(state, { ...before, exceptions }, context);
  },
});

/** Everything a plan can change: the plan and the sheets of the coming days. */
export function planTouches(doctor: EntityId, now: number): readonly Touch[] {
  const from = addDays(dateAt(now), -1);
  return [
    { kind: "doctor", id: doctor },
    { kind: "availability", id: doctor },
    // whom to tell; looked up with the rest, or every doctor of a batch would cost a run of its own
    { kind: "doctorAccount", id: doctor },
    ...Array.from({ length: LIMITS.sheetDays }, (_, day): Touch => ({
      kind: "sheet",
      id: sheetId(doctor, addDays(from, day)),
    })),
  ];
}

/** The plan with the sheets of the coming days as they are under it. Only the server makes sheets; a device foresees the plan alone. */
export function planned(state: State, plan: Availability, context: Context): Decision<never> {
  if (context.makeSheets === undefined) return applied({ kind: "availability", entity: plan });
  const from = addDays(dateAt(context.now), -1); // yesterday in UTC may still be today at the doctor's
  let made: readonly Sheet[];
  try {
    made = context.makeSheets(plan, from, LIMITS.sheetDays);
  } catch (error) {
    if (error instanceof RangeError) return rejected("zone_unknown", "input.zone");
    throw error;
  }
  const changes: Change[] = [
    { kind: "availability", entity: { ...plan, sheetsUntil: addDays(from, LIMITS.sheetDays) } },
  ];
  for (const fresh of made) {
    const old = state.get("sheet", fresh.id);
    const merged = old === undefined ? fresh : keepBusy(fresh, old, context.now);
    if (old === undefined ? merged.runs.length > 0 : JSON.stringify(old) !== JSON.stringify(merged)) {
      changes.push({ kind: "sheet", entity: merged });
    }
  }
  return applied(...changes);
}

function dateAt(now: number): CalendarDate {
  return dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
}
