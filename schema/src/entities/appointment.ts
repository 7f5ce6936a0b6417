import type { Appointment, AppointmentStatus } from "../shapes/appointment.ts";

/**
 * Which state an appointment can go to from which. `pending` waits for a word: the clinic's, or the patient's where a time is held for her or offered to
 * her from the waiting list, to which she then goes back. A visit that was entered by mistake goes back to `booked`.
 */
export const TRANSITIONS: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  pending: ["booked", "cancelled", "expired", "waitlist"],
  booked: ["arrived", "fulfilled", "cancelled", "noshow"],
  arrived: ["booked", "fulfilled", "cancelled"],
  waitlist: ["pending", "booked", "cancelled", "expired"],
  fulfilled: [],
  cancelled: [],
  noshow: ["arrived", "fulfilled"],
  expired: [],
};

/** Whether nothing can happen to an appointment any more but that it is put away. */
export function isFinished({ status }: Pick<Appointment, "status">): boolean {
  return status === "noshow" || TRANSITIONS[status].length === 0;
}

const HOLDS_NO_TIME: readonly AppointmentStatus[] = ["waitlist", "cancelled", "expired"];

/** Whether an appointment may go from one state to another. */
export function canBecome(from: AppointmentStatus, to: AppointmentStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Whether an appointment keeps time to itself, the patient's or the doctor's. Who came without one keeps nobody's. */
export function isKept({ status, queue }: Pick<Appointment, "status" | "queue">): boolean {
  return queue === undefined && !HOLDS_NO_TIME.includes(status);
}

/** Whether an appointment keeps the patient's time to itself: not where it was confirmed without a network while she took another. */
export function holdsTime(appointment: Pick<Appointment, "status" | "queue" | "patientBusy">): boolean {
  return appointment.patientBusy === undefined && isKept(appointment);
}

/** Whether an appointment keeps the doctor's time to itself: not where it was put beside another on purpose. */
export function holdsSlot(appointment: Pick<Appointment, "status" | "queue" | "overbooked">): boolean {
  return appointment.overbooked === undefined && isKept(appointment);
}

/** Whether what waits for a word is over at an instant (ms). */
export function isOver({ status, until }: Pick<Appointment, "status" | "until">, now: number): boolean {
  return (status === "pending" || status === "waitlist") && until !== undefined && until <= now;
}
