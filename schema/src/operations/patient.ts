import { applied, type Decide, rejected } from "./definition.ts";
import { actsFor, administers, worksFor } from "./rights.ts";

/**
 * Registers a patient: a clinic's staff at their clinic (`clinic`), or somebody for herself or her family (no `clinic`; her own account acts for the patient).
 */
export const registerPatient: Decide<"patient.register"> = (state, input, { actor, id }) => {
  if (actor === undefined) return rejected("forbidden");
  if (input.clinic === undefined) {
    if (actor.role !== "patient")
      return rejected("malformed", "input.clinic", "name the clinic that keeps the patient's card");
    return applied({ kind: "patient", entity: { ...input, id, account: actor.account } });
  }
  if (
    !(administers(actor) || worksFor(actor, input.clinic)) ||
    state.get("clinic", input.clinic) === undefined
  )
    return rejected("not_found", "input.clinic");
  return applied({ kind: "patient", entity: { ...input, id } });
};

/** Corrects a patient's profile. Moving her card to another clinic needs rights at both. */
export const updatePatient: Decide<"patient.update"> = (
  state,
  { patient: id, ...corrections },
  { actor },
) => {
  const patient = state.get("patient", id);
  if (patient === undefined || !actsFor(actor, patient)) return rejected("not_found", "input.patient");
  const clinic = corrections.clinic;
  if (clinic !== undefined && clinic !== patient.clinic) {
    if (!(administers(actor) || worksFor(actor, clinic)) || state.get("clinic", clinic) === undefined)
      return rejected("not_found", "input.clinic");
  }
  return applied({ kind: "patient", entity: { ...patient, ...corrections } });
};
