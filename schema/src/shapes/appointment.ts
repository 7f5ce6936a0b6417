import * as z from "zod/mini";
import { EntityId } from "./ids.ts";
import { CalendarDate, PartOfDay, Start, ZoneName } from "./time.ts";
import { line, VisitKind } from "./texts.ts";

/** States of an appointment (FHIR R4 Appointment.status, with waitlist and expired). */
export const AppointmentStatus = z.enum([
  "pending",
  "booked",
  "arrived",
  "fulfilled",
  "cancelled",
  "noshow",
  "waitlist",
  "expired",
]);
export type AppointmentStatus = z.infer<typeof AppointmentStatus>;

/** Who cancelled. */
export const CancelledBy = z.enum(["patient", "clinic", "doctor", "system"]);
export type CancelledBy = z.infer<typeof CancelledBy>;

/** How soon a patient should be seen, as whoever books for her judged it (triage). The waiting list goes by it first. */
export const Urgency = z.enum(["routine", "soon", "urgent"]);
export type Urgency = z.infer<typeof Urgency>;

/** What a patient on the waiting list waits for: a time of this doctor on one of these dates. */
export const Wants = z.object({
  from: CalendarDate,
  /** the last date that would do */
  to: CalendarDate,
  partOfDay: z.optional(PartOfDay),
  /** since when she waits, ms since 1970; an offer she let pass puts her behind those who are as urgent */
  since: z.int(),
  /** when waiting is of no use any more, ms since 1970 */
  until: z.int(),
});
export type Wants = z.infer<typeof Wants>;

/** An agreed time of one patient with one doctor, or what comes before and after one. */
export const Appointment = z.object({
  id: EntityId,
  doctor: EntityId,
  /** the doctor's clinic, where the patient is expected */
  clinic: EntityId,
  patient: EntityId,
  /** instant, the doctor's local time and its offset in one; on the waiting list: the start that was asked for or offered last */
  start: Start,
  /** length in minutes */
  minutes: z.int(),
  zone: ZoneName,
  status: AppointmentStatus,
  /** why the patient comes, in her or the worker's words */
  reason: z.optional(line(200)),
  /** why it was cancelled */
  cancelReason: z.optional(line(200)),
  cancelledBy: z.optional(CancelledBy),
  /** kind of visit, one of the doctor's */
  visit: z.optional(VisitKind),
  urgency: z.optional(Urgency),
  /** while pending or on the waiting list: over when this instant (ms since 1970) is over, whether or not anybody has noted it */
  until: z.optional(z.int()),
  /** whose word a pending one waits for: the clinic's, or the patient's (a hold, an offer) */
  awaits: z.optional(z.enum(["clinic", "patient"])),
  /** account that holds the time, while nobody has agreed to it */
  heldBy: z.optional(EntityId),
  /** what she waits for: on the waiting list, and while a time is offered to her */
  wants: z.optional(Wants),
  /** why it was put beside another one on purpose; it keeps none of the doctor's time to itself */
  overbooked: z.optional(line(200)),
  /** a device confirmed it without a network while the patient took another time that overlaps: it keeps the doctor's time and none of hers */
  patientBusy: z.optional(z.boolean()),
  /** number in the doctor's queue of the day, for who came without an appointment; it keeps nobody's time to itself */
  queue: z.optional(z.int()),
  /** places of the group session it is one of */
  places: z.optional(z.int()),
  /** put away for good: no feed shows it any longer */
  archived: z.optional(z.boolean()),
});
export type Appointment = z.infer<typeof Appointment>;
