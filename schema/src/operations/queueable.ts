import type { OperationType } from "../contracts/contracts.ts";
import { updateAccount } from "./account-own.ts";
import { bookAppointment, rescheduleAppointment } from "./appointment-book.ts";
import {
  cancelAppointment,
  checkInAppointment,
  completeAppointment,
  markAppointmentMissed,
} from "./appointment-visit.ts";
import { exceptAvailability, setAvailability } from "./availability.ts";
import { registerClinic, updateClinic } from "./clinic.ts";
import { registerDoctor, updateDoctor } from "./doctor.ts";
import type { Decide } from "./definition.ts";
import { registerPatient, updatePatient } from "./patient.ts";

/** How the operations are decided that a device can queue, by type. Kept apart from the others so that a phone does not carry what only a server decides. */
export const QUEUEABLE = {
  "account.update": updateAccount,
  "clinic.register": registerClinic,
  "clinic.update": updateClinic,
  "doctor.register": registerDoctor,
  "doctor.update": updateDoctor,
  "patient.register": registerPatient,
  "patient.update": updatePatient,
  "availability.set": setAvailability,
  "availability.except": exceptAvailability,
  "appointment.book": bookAppointment,
  "appointment.reschedule": rescheduleAppointment,
  "appointment.cancel": cancelAppointment,
  "appointment.checkIn": checkInAppointment,
  "appointment.complete": completeAppointment,
  "appointment.markMissed": markAppointmentMissed,
} as const satisfies { readonly [T in OperationType]?: Decide<T> };

/** The type of an operation a device can queue. */
export type QueueableType = keyof typeof QUEUEABLE;
