import type { Contract } from "../contracts/contract.ts";
import { CONTRACTS, type InputOf, type OperationType, type OutputOf } from "../contracts/contracts.ts";
import { addDevice, registerAccount, revokeDevice, setAccountClinics, setAccountStatus } from "./account.ts";
import { extendAvailability } from "./availability-extend.ts";
import type { Operation } from "./definition.ts";
import { QUEUEABLE } from "./queueable.ts";

/** The whole of what is known about an operation: its contract and its decision. A phone has the decision alone. */
export interface Definition<Type extends string = string, Input = unknown, Output = unknown>
  extends Contract<Input, Output>, Operation<Type, Input, Output> {}

/** Every operation of this version, by type: those of a device's queue, and those only the server's own routes and jobs make. */
export const OPERATIONS: { readonly [T in OperationType]: Definition<T, InputOf<T>, OutputOf<T>> } = {
  "account.update": { ...CONTRACTS["account.update"], ...QUEUEABLE["account.update"] },
  "clinic.register": { ...CONTRACTS["clinic.register"], ...QUEUEABLE["clinic.register"] },
  "clinic.update": { ...CONTRACTS["clinic.update"], ...QUEUEABLE["clinic.update"] },
  "doctor.register": { ...CONTRACTS["doctor.register"], ...QUEUEABLE["doctor.register"] },
  "doctor.update": { ...CONTRACTS["doctor.update"], ...QUEUEABLE["doctor.update"] },
  "patient.register": { ...CONTRACTS["patient.register"], ...QUEUEABLE["patient.register"] },
  "patient.update": { ...CONTRACTS["patient.update"], ...QUEUEABLE["patient.update"] },
  "availability.set": { ...CONTRACTS["availability.set"], ...QUEUEABLE["availability.set"] },
  "availability.except": { ...CONTRACTS["availability.except"], ...QUEUEABLE["availability.except"] },
  "appointment.book": { ...CONTRACTS["appointment.book"], ...QUEUEABLE["appointment.book"] },
  "appointment.reschedule": {
    ...CONTRACTS["appointment.reschedule"],
    ...QUEUEABLE["appointment.reschedule"],
  },
  "appointment.cancel": { ...CONTRACTS["appointment.cancel"], ...QUEUEABLE["appointment.cancel"] },
  "appointment.checkIn": { ...CONTRACTS["appointment.checkIn"], ...QUEUEABLE["appointment.checkIn"] },
  "appointment.complete": { ...CONTRACTS["appointment.complete"], ...QUEUEABLE["appointment.complete"] },
  "appointment.markMissed": {
    ...CONTRACTS["appointment.markMissed"],
    ...QUEUEABLE["appointment.markMissed"],
  },
  "account.register": { ...CONTRACTS["account.register"], ...registerAccount },
  "account.setStatus": { ...CONTRACTS["account.setStatus"], ...setAccountStatus },
  "account.setClinics": { ...CONTRACTS["account.setClinics"], ...setAccountClinics },
  "device.add": { ...CONTRACTS["device.add"], ...addDevice },
  "device.revoke": { ...CONTRACTS["device.revoke"], ...revokeDevice },
  "availability.extend": { ...CONTRACTS["availability.extend"], ...extendAvailability },
};

/** Whether a text names an operation of this version. */
export function isOperationType(type: string): type is OperationType {
  return Object.hasOwn(OPERATIONS, type);
}
