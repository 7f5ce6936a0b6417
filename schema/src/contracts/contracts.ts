import type * as z from "zod/mini";
import { ACCOUNT_CONTRACTS } from "./account.ts";
import { APPOINTMENT_CONTRACTS } from "./appointment.ts";
import { AVAILABILITY_CONTRACTS } from "./availability.ts";
import { CALENDAR_CONTRACTS } from "./calendar.ts";
import { CONVERSATION_CONTRACTS } from "./conversation.ts";
import { DIRECTORY_CONTRACTS } from "./directory.ts";
import { LEASE_CONTRACTS } from "./lease.ts";
import { PATIENT_CONTRACTS } from "./patient.ts";

/** What every operation of this version takes and says back, by type. The types of decisions and of the SDK come from here; a phone has them compiled. */
export const CONTRACTS = {
  ...ACCOUNT_CONTRACTS,
  ...DIRECTORY_CONTRACTS,
  ...PATIENT_CONTRACTS,
  ...AVAILABILITY_CONTRACTS,
  ...APPOINTMENT_CONTRACTS,
  ...CALENDAR_CONTRACTS,
  ...LEASE_CONTRACTS,
  ...CONVERSATION_CONTRACTS,
} as const;

/** The type of an operation. */
export type OperationType = keyof typeof CONTRACTS;

/** The input of an operation of a type. */
export type InputOf<T extends OperationType> = z.infer<(typeof CONTRACTS)[T]["input"]>;

/** What the outcome of an operation of a type can say beyond "applied as asked". */
export type OutputOf<T extends OperationType> = (typeof CONTRACTS)[T] extends {
  readonly output: z.ZodMiniType<infer Output>;
}
  ? Output
  : never;
