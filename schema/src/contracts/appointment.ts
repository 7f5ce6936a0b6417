import * as z from "zod/mini";
import { Appointment } from "../shapes/appointment.ts";
import { EntityId } from "../shapes/ids.ts";
import { Reason } from "../shapes/problem.ts";
import { Start } from "../shapes/time.ts";
import { IfTaken } from "../shapes/wish.ts";
import type { Contract } from "./contract.ts";

const OfAppointment = z.strictObject({ appointment: EntityId });

/** Says what differs from what was asked: present only when another wish than the first came true. */
export const PlacedOutput = z.object({
  start: Start,
  /** which wish came true: 1 is the first of `ifTaken` */
  wish: z.int(),
  /** why the earlier ones did not */
  missed: z.array(Reason),
});
export type PlacedOutput = z.infer<typeof PlacedOutput>;

/** The codes a slot can be refused with. */
export const PLACING_PROBLEMS = [
  "not_found",
  "slot_taken",
  "slot_not_offered",
  "start_passed",
  "patient_busy",
] as const;

export const APPOINTMENT_CONTRACTS = {
  "appointment.book": {
    input: z.strictObject({
      doctor: EntityId,
      patient: EntityId,
      start: Start,
      ifTaken: z.optional(IfTaken),
      reason: Appointment.shape.reason,
    }),
    output: PlacedOutput,
    problems: PLACING_PROBLEMS,
    rest: { method: "post", path: "/v1/appointments", summary: "Book an appointment" },
  },
  "appointment.reschedule": {
    input: z.strictObject({ appointment: EntityId, start: Start, ifTaken: z.optional(IfTaken) }),
    output: PlacedOutput,
    problems: [...PLACING_PROBLEMS, "conflict"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/reschedule",
      summary: "Move an appointment",
    },
  },
  "appointment.cancel": {
    input: z.strictObject({ appointment: EntityId, reason: Appointment.shape.cancelReason }),
    problems: ["not_found", "conflict"],
    rest: { method: "post", path: "/v1/appointments/:appointment/cancel", summary: "Cancel an appointment" },
  },
  "appointment.checkIn": {
    input: OfAppointment,
    problems: ["not_found", "forbidden", "conflict", "too_early"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/check-in",
      summary: "Note that the patient is here",
    },
  },
  "appointment.complete": {
    input: OfAppointment,
    problems: ["not_found", "forbidden", "conflict", "too_early"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/complete",
      summary: "Note that the consultation took place",
    },
  },
  "appointment.markMissed": {
    input: OfAppointment,
    problems: ["not_found", "forbidden", "conflict", "too_early"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/mark-missed",
      summary: "Note that the patient did not come",
    },
  },
} as const satisfies Readonly<Record<string, Contract>>;
