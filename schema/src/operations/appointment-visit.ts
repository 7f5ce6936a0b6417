import { canBecome, holdsSlot } from "../entities/appointment.ts";
import type { Appointment, AppointmentStatus, CancelledBy } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import { epochMinutes, MINUTE_MS } from "../time.ts";
import { appointmentOf, PATH } from "./asked.ts";
import {
  type Actor,
  applied,
  type Context,
  type Decision,
  type Decide,
  rejected,
  type State,
} from "./definition.ts";
import { Draft } from "./draft.ts";
import { receives } from "./rights.ts";
import { handOn, settled } from "./appointment-time.ts";

/** What happens to an appointment after it was booked: cancelled, arrived, fulfilled, missed. */

/** Minutes before the start from which a patient can be checked in. */
export const CHECK_IN_OPENS_MINUTES = 12 * 60;

/** Cancels an appointment, frees its time and hands it on to those who wait. The patient's side and the doctor's side both can. */
export const cancelAppointment: Decide<"appointment.cancel"> = (
  state,
  { appointment: id, reason: cancelReason, by },
  context,
) => {
  const { appointment } = appointmentOf(state, id, context.actor);
  if (!appointment) return rejected("not_found", PATH);
  const cancelledBy = canceller(context.actor, appointment, by);
  if (cancelledBy === undefined) return rejected("forbidden", "input.by");
  const hindered = obstacle(appointment, "cancelled");
  if (hindered) return hindered;
  const draft = new Draft(state);
  const entity = { ...settled(appointment), status: "cancelled" as const, cancelReason, cancelledBy };
  draft.put({ kind: "appointment", entity });
  if (holdsSlot(appointment)) handOn(draft, appointment, context);
  return applied(...draft.changes);
};

/** Whose wish it is. The clinic's people can say that it was the patient's; she cannot say that it was theirs. */
function canceller(
  actor: Actor | undefined,
  appointment: Appointment,
  by: "patient" | "clinic" | undefined,
): CancelledBy | undefined {
  if (!receives(actor, appointment)) return by === "clinic" ? undefined : "patient";
  if (by !== undefined) return by;
  if (actor?.role === "system") return "system";
  return actor?.doctor === appointment.doctor ? "doctor" : "clinic";
}

/** Notes that the patient is here. */
export const checkInAppointment: Decide<"appointment.checkIn"> = (state, input, context) =>
  moveTo(state, input.appointment, "arrived", context, CHECK_IN_OPENS_MINUTES);

/** Takes back a check-in that was wrong. A number in the queue is not taken back but cancelled. */
export const undoCheckIn: Decide<"appointment.undoCheckIn"> = (state, input, context) => {
  const appointment = state.get("appointment", input.appointment);
  if (appointment?.queue !== undefined && appointmentOf(state, appointment.id, context.actor).appointment)
    return rejected("conflict", PATH, "a walk-in is cancelled instead");
  return moveTo(state, input.appointment, "booked", context, Infinity);
};

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
  // A place on the waiting list and what waits for a word become an appointment by being confirmed.
  const hindered = obstacle(appointment, status, status === "booked" ? "arrived" : undefined);
  if (hindered) return hindered;
  const opens = (epochMinutes(appointment.start) - minutesBefore) * MINUTE_MS;
  if (now < opens) return rejected("too_early", PATH);
  return applied({ kind: "appointment", entity: { ...appointment, status } });
}

function obstacle(
  { status }: Appointment,
  to: AppointmentStatus,
  only: AppointmentStatus = status,
): Decision<never> | undefined {
  return canBecome(status, to) && status === only
    ? undefined
    : rejected("conflict", PATH, `the appointment is ${status}`);
}
