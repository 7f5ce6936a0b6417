import { canBecome } from "../entities/appointment.ts";
import type { Appointment, AppointmentStatus } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import { epochMinutes, MINUTE_MS } from "../time.ts";
import { appointmentOf, freedSheet, PATH } from "./appointment-book.ts";
import { applied, type Context, type Decision, type Decide, rejected, type State } from "./definition.ts";
import { receives } from "./rights.ts";

/** What happens to an appointment after it was booked: cancelled, arrived, fulfilled, missed. */

/** Minutes before the start from which a patient can be checked in. */
export const CHECK_IN_OPENS_MINUTES = 12 * 60;

/** Cancels an appointment and frees its time. The patient's side and the doctor's side both can. */
export const cancelAppointment: Decide<"appointment.cancel"> = (
  state,
  { appointment: id, reason: cancelReason },
  { actor },
) => {
  const { appointment } = appointmentOf(state, id, actor);
  if (!appointment) return rejected("not_found", PATH);
  const entity = { ...appointment, status: "cancelled" as const, cancelReason };
  const sheet = freedSheet(state, appointment);
  return (
    obstacle(appointment, "cancelled") ??
    applied({ kind: "appointment", entity }, ...(sheet ? [{ kind: "sheet" as const, entity: sheet }] : []))
  );
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
  { actor, now }: Context,
  minutesBefore: number,
): Decision<never> {
  const { appointment } = appointmentOf(state, id, actor);
  if (!appointment) return rejected("not_found", PATH);
  if (!receives(actor, appointment) && actor?.role === "patient") return rejected("forbidden", PATH);
  const opens = (epochMinutes(appointment.start) - minutesBefore) * MINUTE_MS;
  return (
    obstacle(appointment, status) ??
    (now < opens
      ? rejected("too_early", PATH)
      : applied({ kind: "appointment", entity: { ...appointment, status } }))
  );
}

function obstacle({ status }: Appointment, to: AppointmentStatus): Decision<never> | undefined {
  return canBecome(status, to) ? undefined : rejected("conflict", PATH, `the appointment is ${status}`);
}
