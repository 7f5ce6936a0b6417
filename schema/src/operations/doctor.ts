import * as z from "zod/mini";
import { Doctor } from "../entities/directory.ts";
import { EntityId } from "../ids.ts";
import { applied, define, rejected } from "./definition.ts";
import { administers, keepsHours } from "./rights.ts";

const { id: _id, ...details } = Doctor.shape;

/** Enters a doctor into the directory, at a clinic. */
export const registerDoctor = define({
  type: "doctor.register",
  input: z.strictObject(details),
  problems: ["forbidden", "not_found"],
  rest: { method: "post", path: "/v1/doctors", summary: "Enter a doctor into the directory" },
  touches: (input) => [{ kind: "clinic", id: input.clinic }],
  decide(state, input, context) {
    if (!administers(context.actor)) return rejected("forbidden");
    if (state.get("clinic", input.clinic) === undefined) return rejected("not_found", "input.clinic");
    return applied({ kind: "doctor", entity: { ...input, id: context.id } });
  },
});

/** Corrects a doctor's entry: name, specialities, languages. */
export const updateDoctor = define({
  type: "doctor.update",
  input: z.strictObject({
    doctor: EntityId,
    name: z.exactOptional(details.name),
    specialities: z.exactOptional(details.specialities),
    languages: z.exactOptional(details.languages),
  }),
  problems: ["not_found"],
  rest: { method: "patch", path: "/v1/doctors/:doctor", summary: "Correct a doctor's entry" },
  touches: (input) => [{ kind: "doctor", id: input.doctor, change: true }],
  decide(state, { doctor: id, ...corrections }, { actor }) {
    const doctor = state.get("doctor", id);
    if (doctor === undefined || !keepsHours(actor, doctor)) return rejected("not_found", "input.doctor");
    return applied({ kind: "doctor", entity: { ...doctor, ...corrections } });
  },
});
