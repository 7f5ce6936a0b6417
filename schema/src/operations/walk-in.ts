import { runAt, sheetId } from "../entities/sheet.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { addDays, dateFromDays, DAY_MINUTES, formatStart, MINUTE_MS } from "../time.ts";
import { done } from "./asked.ts";
import { type Decide, rejected, type State } from "./definition.ts";
import { Draft } from "./draft.ts";
import { actsFor, keepsHours, visible } from "./rights.ts";

/**
 * Gives the next number of the doctor's queue of the day to a patient who came without an appointment. She is here, and keeps none of the doctor's time: she is
 * seen between the appointments. Only those who receive her can.
 */
export const walkIn: Decide<"appointment.walkIn"> = (state, input, { actor, now, id }) => {
  const patient = visible(state, "patient", input.patient, (each) => actsFor(actor, each));
  if (!patient) return rejected("not_found", "input.patient");
  const doctor = state.get("doctor", input.doctor);
  if (!doctor) return rejected("not_found", "input.doctor");
  if (!keepsHours(actor, doctor)) return rejected("forbidden", "input.doctor");
  const minute = Math.floor(now / MINUTE_MS);
  const today = sheetOfToday(state, doctor.id, minute);
  if (!today) return rejected("slot_not_offered", "input.doctor", "the doctor has no hours today");
  const { sheet, offset, minutes } = today;
  const queue = (sheet.queue ?? 0) + 1;
  const start = formatStart(minute, offset);
  const draft = new Draft(state);
  draft.put({ kind: "sheet", entity: { ...sheet, queue } });
  const { reason, urgency } = input;
  return done(
    draft,
    {
      id,
      doctor: doctor.id,
      clinic: doctor.clinic,
      patient: patient.id,
      start,
      minutes,
      zone: sheet.zone,
      status: "arrived",
      reason,
      ...(urgency && { urgency }),
      queue,
    },
    { queue, start },
  );
};

interface Today {
  readonly sheet: Sheet;
  /** minutes ahead of UTC */
  readonly offset: number;
  /** length of its first slot */
  readonly minutes: number;
}

/** The sheet of the date that the doctor's wall shows at an instant (minutes). */
function sheetOfToday(state: State, doctor: EntityId, minute: number): Today | undefined {
  for (const date of datesAround(minute * MINUTE_MS)) {
    const sheet = state.get("sheet", sheetId(doctor, date));
    const run = sheet && runAt(sheet, minute);
    if (sheet && run && formatStart(minute, run[1]).startsWith(date))
      return { sheet, offset: run[1], minutes: run[2] };
  }
  return undefined;
}

/** The dates that walls on earth show at an instant (ms). */
export function datesAround(now: number): readonly CalendarDate[] {
  const today = dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
  return [addDays(today, -1), today, addDays(today, 1)];
}
