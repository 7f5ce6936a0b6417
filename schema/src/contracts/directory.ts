import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";
import { BookingRules, Clinic, Doctor, Fee, Holiday } from "../shapes/directory.ts";
import { EntityId } from "../shapes/ids.ts";
import { UnfitOutput } from "./availability.ts";
import type { Contract } from "./contract.ts";

const { id: _clinic, holidays: _holidays, ...clinic } = Clinic.shape;
const { id: _doctor, rules: _rules, ...doctor } = Doctor.shape;

export const DIRECTORY_CONTRACTS = {
  "clinic.register": {
    input: z.strictObject(clinic),
    problems: ["forbidden", "zone_unknown"],
    rest: { method: "post", path: "/v1/clinics", summary: "Enter a clinic into the directory" },
  },
  "clinic.update": {
    input: z.strictObject({
      ...clinic,
      name: z.exactOptional(clinic.name),
      zone: z.exactOptional(clinic.zone),
      clinic: EntityId,
    }),
    problems: ["not_found", "zone_unknown"],
    rest: { method: "patch", path: "/v1/clinics/:clinic", summary: "Correct a clinic's entry" },
  },
  "clinic.setHolidays": {
    input: z.strictObject({
      clinic: EntityId,
      /** all of them: those not named are none any longer */
      holidays: z.array(Holiday).check(z.maxLength(LIMITS.holidays)),
    }),
    output: UnfitOutput,
    problems: ["not_found", "malformed", "too_large"],
    rest: { method: "put", path: "/v1/clinics/:clinic/holidays", summary: "Set a clinic's holidays" },
  },
  "doctor.setRules": {
    input: z.strictObject({ doctor: EntityId, rules: BookingRules }),
    problems: ["not_found", "malformed"],
    rest: {
      method: "put",
      path: "/v1/doctors/:doctor/rules",
      summary: "Set what binds those who book with a doctor",
    },
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
