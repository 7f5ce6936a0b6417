import { addDevice, registerAccount, revokeDevice, setAccountClinics, setAccountStatus } from "./account.ts";
import { extendAvailability } from "./availability-extend.ts";
import { type Judgement, judgeAs } from "./judge.ts";
import { QUEUEABLE } from "./queueable.ts";

/** Every operation of this version, by type: those of a device's queue, and those only the server's own routes and jobs make. */
export const OPERATIONS = {
  ...QUEUEABLE,
  "account.register": registerAccount,
  "account.setStatus": setAccountStatus,
  "account.setClinics": setAccountClinics,
  "device.add": addDevice,
  "device.revoke": revokeDevice,
  "availability.extend": extendAvailability,
} as const;

/** The type of an operation. */
export type OperationType = keyof typeof OPERATIONS;

/** The input of an operation of a type. */
export type InputOf<T extends OperationType> = Parameters<(typeof OPERATIONS)[T]["touches"]>[0];

/** Whether a text names an operation of this version. */
export function isOperationType(type: string): type is OperationType {
  return Object.hasOwn(OPERATIONS, type);
}

/** Like `judge`, for the server's own routes and jobs: every operation, not only those a device can queue. */
export function judgeAny(type: string, input: unknown): Judgement {
  return isOperationType(type)
    ? judgeAs(OPERATIONS[type], input)
    : { problem: { code: "unsupported", path: "type" } };
}
