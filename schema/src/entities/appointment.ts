import type { AppointmentStatus } from "../shapes/appointment.ts";

const TRANSITIONS: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  pending: ["booked", "cancelled", "expired"],
  booked: ["arrived", "fulfilled", "cancelled", "noshow"],
  arrived: ["fulfilled", "cancelled"],
  waitlist: ["booked", "cancelled", "expired"],
  fulfilled: [],
  cancelled: [],
  noshow: ["arrived", "fulfilled"],
  expired: [],
};

const HOLDS_NO_TIME: readonly AppointmentStatus[] = ["waitlist", "cancelled", "expired"];

/** Whether an appointment may go from one state to another. */
export function canBecome(from: AppointmentStatus, to: AppointmentStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Whether an appointment in this state keeps the doctor's and the patient's time to itself. */
export function holdsTime(status: AppointmentStatus): boolean {
  return !HOLDS_NO_TIME.includes(status);
}
