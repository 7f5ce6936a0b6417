import * as z from "zod/mini";
import { Clinic, Doctor, Fee } from "../shapes/directory.ts";
import { EntityId } from "../shapes/ids.ts";
import type { Contract } from "./contract.ts";

const { id: _clinic, ...clinic } = Clinic.shape;
const { id: _doctor, ...doctor } = Doctor.shape;

export const DIRECTORY_CONTRACTS = {
  "clinic.register": {
    input: z.strictObject(clinic),
    problems: ["forbidden"],
    rest: { method: "post", path: "/v1/clinics", summary: "Enter a clinic into the directory" },
  },
  "clinic.update": {
    input: z.strictObject({
      ...clinic,
      name: z.exactOptional(clinic.name),
      zone: z.exactOptional(clinic.zone),
      clinic: EntityId,
    }),
    problems: ["not_found"],
    rest: { method: "patch", path: "/v1/clinics/:clinic", summary: "Correct a clinic's entry" },
  },
  "doctor.register": {
    input: z.strictObject(doctor),
    problems: ["forbidden", "not_found"],
    rest: { method: "post", path: "/v1/doctors", summary: "Enter a doctor into the directory" },
  },
  "doctor.update": {
    input: z.strictObject({
      doctor: EntityId,
      name: z.exactOptional(doctor.name),
      specialities: z.exactOptional(doctor.specialities),
      languages: z.exactOptional(doctor.languages),
      fee: z.exactOptional(Fee),
    }),
    problems: ["not_found"],
    rest: { method: "patch", path: "/v1/doctors/:doctor", summary: "Correct a doctor's entry" },
  },
} as const satisfies Readonly<Record<string, Contract>>;
