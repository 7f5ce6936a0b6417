import { applied, type Decide, rejected } from "./definition.ts";
import { administers, keepsHours } from "./rights.ts";

/** Enters a doctor into the directory, at a clinic. */
export const registerDoctor: Decide<"doctor.register"> = (state, input, context) => {
  if (!administers(context.actor)) return rejected("forbidden");
  if (!state.get("clinic", input.clinic)) return rejected("not_found", "input.clinic");
  return applied({ kind: "doctor", entity: { ...input, id: context.id } });
};

/** Corrects a doctor's entry: name, specialities, languages, fee. */
export const updateDoctor: Decide<"doctor.update"> = (state, { doctor: id, ...corrections }, { actor }) => {
  const doctor = state.get("doctor", id);
  if (!doctor || !keepsHours(actor, doctor)) return rejected("not_found", "input.doctor");
  return applied({ kind: "doctor", entity: { ...doctor, ...corrections } });
};

/** Sets what binds those who book with a doctor. All of it: what is left out binds no longer. What is booked stays as it is. */
export const setDoctorRules: Decide<"doctor.setRules"> = (state, { doctor: id, rules }, { actor }) => {
  const doctor = state.get("doctor", id);
  if (!doctor || !keepsHours(actor, doctor)) return rejected("not_found", "input.doctor");
  const { visits = [] } = rules;
  if (new Set(visits.map(({ kind }) => kind)).size < visits.length)
    return rejected("malformed", "input.rules.visits", "name each kind once");
  return applied({ kind: "doctor", entity: { ...doctor, rules } });
};
