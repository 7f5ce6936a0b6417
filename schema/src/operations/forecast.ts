import type { OperationType } from "../contracts/contracts.ts";
import { updateAccount } from "./account-own.ts";
import { bookAppointment, rescheduleAppointment } from "./appointment-book.ts";
import { confirmAppointment } from "./appointment-pending.ts";
import {
  cancelAppointment,
  checkInAppointment,
  completeAppointment,
  markAppointmentMissed,
  undoCheckIn,
} from "./appointment-visit.ts";
import { exceptAvailability, setAvailability } from "./availability.ts";
import { registerClinic, updateClinic } from "./clinic.ts";
import { registerDoctor, setDoctorRules, updateDoctor } from "./doctor.ts";
import type { Decide } from "./definition.ts";
import { giveBackLease } from "./lease-use.ts";
import { registerPatient, updatePatient } from "./patient.ts";

/** How the operations are decided that a device can queue and foresee, by type. Kept apart from the others so that a phone does not carry what only a server decides. */
export const FORESEEN = {
  "account.update": updateAccount,
  "clinic.register": registerClinic,
  "clinic.update": updateClinic,
  "doctor.register": registerDoctor,
  "doctor.update": updateDoctor,
  "doctor.setRules": setDoctorRules,
  "patient.register": registerPatient,
  "patient.update": updatePatient,
  "availability.set": setAvailability,
  "availability.except": exceptAvailability,
  "appointment.book": bookAppointment,
  "appointment.reschedule": rescheduleAppointment,
  "appointment.confirm": confirmAppointment,
  "appointment.cancel": cancelAppointment,
  "appointment.checkIn": checkInAppointment,
  "appointment.undoCheckIn": undoCheckIn,
  "appointment.complete": completeAppointment,
  "appointment.markMissed": markAppointmentMissed,
  "lease.giveBack": giveBackLease,
} as const satisfies { readonly [T in OperationType]?: Decide<T> };
