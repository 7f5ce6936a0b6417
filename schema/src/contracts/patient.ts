import * as z from "zod/mini";
import { EntityId } from "../shapes/ids.ts";
import { Patient } from "../shapes/patient.ts";
import type { Contract } from "./contract.ts";

const { id: _id, account: _account, clinic: _clinic, ...details } = Patient.shape;

export const PATIENT_CONTRACTS = {
  "patient.register": {
    input: z.strictObject({ ...details, clinic: z.optional(EntityId) }),
    problems: ["forbidden", "not_found"],
    rest: { method: "post", path: "/v1/patients", summary: "Register a patient" },
  },
  "patient.update": {
    input: z.strictObject({
      ...details,
      name: z.exactOptional(details.name),
      patient: EntityId,
      clinic: z.exactOptional(EntityId),
    }),
    problems: ["not_found"],
    rest: { method: "patch", path: "/v1/patients/:patient", summary: "Correct a patient's profile" },
  },
} as const satisfies Readonly<Record<string, Contract>>;
