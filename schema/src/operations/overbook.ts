import { runAt } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { Reason } from "../shapes/problem.ts";
import { TIME_STEP_MINUTES } from "../rules.ts";
import { epochMinutes, formatStart, MINUTE_MS } from "../time.ts";
import { isInTheWay } from "./bookable.ts";
import type { Actor } from "./definition.ts";
import { administers, keepsHours } from "./rights.ts";
import { type Request, sheetOfStart } from "./wishes.ts";

/** Whether somebody may put an appointment beside others on purpose: the doctor, an administrator, and her clinic's staff where her rules say so. */
export function mayOverbook(actor: Actor | undefined, doctor: Doctor): boolean {
  if (administers(actor) || actor?.doctor === doctor.id) return true;
  return doctor.rules?.overbooking === "staff" && keepsHours(actor, doctor);
}

/**
 * An appointment beside the others: at any five-minute step of a day on which the doctor has hours. It keeps the patient's time to itself and none of the
 * doctor's. Or why it cannot be there.
 */
export function overbooked(
  request: Request,
  reason: string,
):
  | Pick<Appointment, "doctor" | "clinic" | "start" | "minutes" | "zone" | "status" | "overbooked">
  | Reason["code"] {
  const { doctor, agenda, visit, now } = request;
  const sheet = sheetOfStart(request);
  const instant = epochMinutes(request.start);
  const run = sheet && runAt(sheet, instant);
  if (!sheet || !run || instant % TIME_STEP_MINUTES !== 0) return "slot_not_offered";
  if (instant * MINUTE_MS < now) return "start_passed";
  const minutes = doctor.rules?.visits?.find(({ kind }) => kind === visit)?.minutes ?? run[2];
  if (agenda.some((other) => isInTheWay(other, instant, minutes, now))) return "patient_busy";
  const start = formatStart(instant, run[1]);
  return {
    doctor: doctor.id,
    clinic: doctor.clinic,
    start,
    minutes,
    zone: sheet.zone,
    status: "booked",
    overbooked: reason,
  };
}
