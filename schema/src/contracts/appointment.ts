import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";
import { Appointment, Urgency } from "../shapes/appointment.ts";
import { EntityId } from "../shapes/ids.ts";
import { Reason } from "../shapes/problem.ts";
import { line, VisitKind } from "../shapes/texts.ts";
import { Start } from "../shapes/time.ts";
import { IfTaken } from "../shapes/wish.ts";
import type { Contract } from "./contract.ts";
import { Leased } from "./lease.ts";

const OfAppointment = z.strictObject({ appointment: EntityId });

/** Says what differs from what was asked: present only when another wish than the first came true, the clinic has to confirm, or the patient has another appointment then. */
export const PlacedOutput = z.object({
  start: Start,
  /** which wish came true: 0 is what was asked, 1 the first of `ifTaken` */
  wish: z.int(),
  /** why the earlier ones did not */
  missed: z.array(Reason),
  /** the other doctor, where the wish `anyDoctor` came true */
  doctor: z.optional(EntityId),
  /** where it is not booked: `pending` (the clinic has to confirm it) or `waitlist` */
  status: z.optional(z.enum(["pending", "waitlist"])),
});
export type PlacedOutput = z.infer<typeof PlacedOutput>;

/** The codes a slot can be refused with. */
export const PLACING_PROBLEMS = [
  "not_found",
  "slot_taken",
  "slot_not_offered",
  "start_passed",
  "patient_busy",
  "visit_unknown",
  "notice_short",
  "beyond_horizon",
  "day_full",
  "patient_limit",
  "deadline_passed",
  "none_nearby",
  "already_waiting",
  "forbidden",
] as const;

export const APPOINTMENT_CONTRACTS = {
  "appointment.book": {
    input: z.strictObject({
      doctor: EntityId,
      patient: EntityId,
      start: Start,
      ifTaken: z.optional(IfTaken),
      reason: Appointment.shape.reason,
      /** kind of visit, one of the doctor's; it says how long it takes */
      visit: z.exactOptional(VisitKind),
      /** how soon she should be seen; the waiting list goes by it */
      urgency: z.exactOptional(Urgency),
      /** a time that begins later is useless, and so is a place on the waiting list from then on */
      usefulUntil: z.exactOptional(Start),
      /** puts the appointment beside others on purpose, and says why: the doctor's privilege, or her staff's where her rules say so */
      overbook: z.exactOptional(line(200)),
      /** set by the SDK where this device has confirmed the time out of its lease; while the lease stands nothing else can come of it but that it is booked */
      leased: z.exactOptional(Leased),
    }),
    output: PlacedOutput,
    problems: PLACING_PROBLEMS,
    rest: { method: "post", path: "/v1/appointments", summary: "Book an appointment" },
  },
  "appointment.hold": {
    input: z.strictObject({
      doctor: EntityId,
      patient: EntityId,
      start: Start,
      visit: z.exactOptional(VisitKind),
      /** for how long, by the server's clock; ten where left out */
      minutes: z.exactOptional(z.int().check(z.minimum(1), z.maximum(LIMITS.holdMinutes))),
    }),
    problems: [...PLACING_PROBLEMS, "hold_limit"],
    rest: {
      method: "post",
      path: "/v1/appointments/hold",
      summary: "Keep a time for a patient while she chooses",
    },
  },
  "appointment.confirm": {
    input: OfAppointment,
    problems: ["not_found", "forbidden", "conflict", "answer_late"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/confirm",
      summary: "Confirm what is pending: a booking, a hold, an offer",
    },
  },
  "appointment.decline": {
    input: OfAppointment,
    problems: ["not_found", "conflict", "answer_late"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/decline",
      summary: "Decline an offered time and go on waiting",
    },
  },
  "appointment.reschedule": {
    input: z.strictObject({
      appointment: EntityId,
      start: Start,
      ifTaken: z.optional(IfTaken),
      usefulUntil: z.exactOptional(Start),
    }),
    output: PlacedOutput,
    problems: [...PLACING_PROBLEMS, "conflict"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/reschedule",
      summary: "Move an appointment",
    },
  },
  "appointment.cancel": {
    input: z.strictObject({
      appointment: EntityId,
      reason: Appointment.shape.cancelReason,
      /** whose wish it was, where the clinic's people cancel; the clinic's where left out */
      by: z.exactOptional(z.enum(["patient", "clinic"])),
    }),
    problems: ["not_found", "forbidden", "conflict"],
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
  "appointment.undoCheckIn": {
    input: OfAppointment,
    problems: ["not_found", "forbidden", "conflict"],
    rest: {
      method: "post",
      path: "/v1/appointments/:appointment/undo-check-in",
      summary: "Take back a check-in that was wrong",
    },
  },
  "appointment.walkIn": {
    input: z.strictObject({
      doctor: EntityId,
      patient: EntityId,
      reason: Appointment.shape.reason,
      urgency: z.exactOptional(Urgency),
    }),
    output: z.object({ queue: z.int(), start: Start }),
    problems: ["not_found", "forbidden", "slot_not_offered"],
    rest: {
      method: "post",
      path: "/v1/appointments/walk-in",
      summary: "Give a number to a patient who came without an appointment",
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
  "appointment.expire": {
    input: z.strictObject({
      appointments: z.array(EntityId).check(z.minLength(1), z.maxLength(LIMITS.cleanedAtOnce)),
    }),
    /** how many were over; the others somebody had dealt with */
    output: z.object({ expired: z.int() }),
    problems: ["forbidden"],
  },
  "appointment.archive": {
    input: z.strictObject({
      appointments: z.array(EntityId).check(z.minLength(1), z.maxLength(LIMITS.cleanedAtOnce)),
    }),
    /** how many were put away; the others are not finished, or not for long enough */
    output: z.object({ archived: z.int() }),
    problems: ["forbidden"],
  },
} as const satisfies Readonly<Record<string, Contract>>;
