import {
  addDevice,
  registerAccount,
  revokeDevice,
  setAccountClinics,
  setAccountStatus,
  updateAccount,
} from "./account.ts";
import { bookAppointment, rescheduleAppointment } from "./appointment-book.ts";
import {
  cancelAppointment,
  checkInAppointment,
  completeAppointment,
  markAppointmentMissed,
} from "./appointment-visit.ts";
import { exceptAvailability, extendAvailability, setAvailability } from "./availability.ts";
import { registerClinic, updateClinic } from "./clinic.ts";
import { registerDoctor, updateDoctor } from "./doctor.ts";
import { registerPatient, updatePatient } from "./patient.ts";

/** Every operation of this version, by type. */
export const OPERATIONS = {
  "account.register": registerAccount,
  "account.update": updateAccount,
  "account.setStatus": setAccountStatus,
  "account.setClinics": setAccountClinics,
  "device.add": addDevice,
  "device.revoke": revokeDevice,
  "clinic.register": registerClinic,
  "clinic.update": updateClinic,
  "doctor.register": registerDoctor,
  "doctor.update": updateDoctor,
  "patient.register": registerPatient,
  "patient.update": updatePatient,
  "availability.set": setAvailability,
  "availability.except": exceptAvailability,
  "availability.extend": extendAvailability,
  "appointment.book": bookAppointment,
  "appointment.reschedule": rescheduleAppointment,
  "appointment.cancel": cancelAppointment,
  "appointment.checkIn": checkInAppointment,
  "appointment.complete": completeAppointment,
  "appointment.markMissed": markAppointmentMissed,
} as const;

/** The type of an operation. */
export type OperationType = keyof typeof OPERATIONS;

/** The input of an operation of a type. */
export type InputOf<T extends OperationType> = Parameters<(typeof OPERATIONS)[T]["touches"]>[0];
