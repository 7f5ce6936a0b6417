import * as z from "zod/mini";
import { EntityId } from "./ids.ts";
import { Start, ZoneName } from "./time.ts";
import { line } from "./texts.ts";

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

/** An agreed time of one patient with one doctor. */
export const Appointment = z.object({
  id: EntityId,
  doctor: EntityId,
  /** the doctor's clinic, where the patient is expected */
  clinic: EntityId,
  patient: EntityId,
  /** instant, the doctor's local time and its offset in one */
  start: Start,
  /** length in minutes */
  minutes: z.int(),
  zone: ZoneName,
  status: AppointmentStatus,
  /** why the patient comes, in her or the worker's words */
  reason: z.optional(line(200)),
  /** why it was cancelled */
  cancelReason: z.optional(line(200)),
});
export type Appointment = z.infer<typeof Appointment>;
