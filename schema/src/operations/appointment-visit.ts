import { canBecome } from "../entities/appointment.ts";
import type { Appointment, AppointmentStatus } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import { epochMinutes, MINUTE_MS } from "../time.ts";
import { freedSheet } from "./appointment-book.ts";
import { applied, type Context, type Decision, type Decide, rejected, type State } from "./definition.ts";
import { actsFor, receives } from "./rights.ts";

/** What happens to an appointment after it was booked: cancelled, arrived, fulfilled, missed. */

/** Minutes before the start from which a patient can be checked in. */
export const CHECK_IN_OPENS_MINUTES = 12 * 60;

/** Cancels an appointment and frees its time. The patient's side and the doctor's side both can. */
export const cancelAppointment: Decide<"appointment.cancel"> = (state, input, context) => {
  const found = changeable(state, input.appointment, "cancelled", context, true);
  if (found.status === "rejected") return found;
  const entity = {
    ...found.appointment,
    status: "cancelled" as const,
    ...(input.reason === undefined ? {} : { cancelReason: input.reason }),
  };
  const sheet = freedSheet(state, found.appointment);
  return sheet === undefined
    ? applied({ kind: "appointment", entity })
    : applied({ kind: "appointment", entity }, { kind: "sheet", entity: sheet });
};

/** Notes that the patient is here. */
export const checkInAppointment: Decide<"appointment.checkIn"> = (state, input, context) =>
  moveTo(state, input.appointment, "arrived", context, CHECK_IN_OPENS_MINUTES);

/** Notes that the consultation took place. */
export const completeAppointment: Decide<"appointment.complete"> = (state, input, context) =>
  moveTo(state, input.appointment, "fulfilled", context, CHECK_IN_OPENS_MINUTES);

/** Notes that the patient did not come; only once the appointment has begun. */
export const markAppointmentMissed: Decide<"appointment.markMissed"> = (state, input, context) =>
  moveTo(state, input.appointment, "noshow", context, 0);

/** Moves an appointment to a state that only those who receive the patient (or keep her card) can note. */
function moveTo(
  state: State,
  id: EntityId,
  status: AppointmentStatus,
  context: Context,
  minutesBefore: number,
): Decision<never> {
  const found = changeable(state, id, status, context, false);
  if (found.status === "rejected") return found;
  const opens = (epochMinutes(found.appointment.start) - minutesBefore) * MINUTE_MS;
  if (context.now < opens) return rejected("too_early", "input.appointment");
  return applied({ kind: "appointment", entity: { ...found.appointment, status } });
}

type Changeable =
  | { readonly status: "found"; readonly appointment: Appointment }
  | Extract<Decision<never>, { status: "rejected" }>;

function changeable(
  state: State,
  id: EntityId,
  to: AppointmentStatus,
  { actor }: Context,
  byPatient: boolean,
): Changeable {
  const appointment = state.get("appointment", id);
  const patient = appointment === undefined ? undefined : state.get("patient", appointment.patient);
  if (appointment === undefined || patient === undefined) return refuse("not_found");
  const mine = actsFor(actor, patient);
  if (!mine && !receives(actor, appointment)) return refuse("not_found");
  if (!byPatient && !receives(actor, appointment) && actor?.role === "patient") return refuse("forbidden");
  if (!canBecome(appointment.status, to))
    return refuse("conflict", `the appointment is ${appointment.status}`);
  return { status: "found", appointment };
}

function refuse(
  code: "not_found" | "forbidden" | "conflict",
  detail?: string,
): Extract<Decision<never>, { status: "rejected" }> {
  return {
    status: "rejected",
    problem: { code, path: "input.appointment", ...(detail === undefined ? {} : { detail }) },
  };
}
