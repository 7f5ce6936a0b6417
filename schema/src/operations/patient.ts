import { type Actor, applied, type Decide, rejected, type State } from "./definition.ts";
import { actsFor, administers, worksFor } from "./rights.ts";

/**
 * Registers a patient: a clinic's staff at their clinic (`clinic`), or somebody for herself or her family (no `clinic`; her own account acts for the patient).
 */
export const registerPatient: Decide<"patient.register"> = (state, input, { actor, id }) => {
  const { clinic } = input;
  if (!actor) return rejected("forbidden");
  if (clinic === undefined) {
    if (actor.role !== "patient") return rejected("malformed", "input.clinic", "name the clinic");
    return applied({ kind: "patient", entity: { ...input, id, account: actor.account } });
  }
  if (!isKept(state, actor, clinic)) return rejected("not_found", "input.clinic");
  return applied({ kind: "patient", entity: { ...input, id } });
};

/** Corrects a patient's profile. Moving her card to another clinic needs rights at both. */
export const updatePatient: Decide<"patient.update"> = (
  state,
  { patient: id, ...corrections },
  { actor },
) => {
  const patient = state.get("patient", id);
  if (!patient || !actsFor(actor, patient)) return rejected("not_found", "input.patient");
  const { clinic = patient.clinic } = corrections;
  if (clinic !== undefined && clinic !== patient.clinic && !isKept(state, actor, clinic))
    return rejected("not_found", "input.clinic");
  return applied({ kind: "patient", entity: { ...patient, ...corrections } });
};

/** Whether somebody may keep a card at a clinic. Where she works is there: a device of hers need not hold it to say so. */
function isKept(state: State, actor: Actor | undefined, clinic: string): boolean {
  return worksFor(actor, clinic) || (administers(actor) && state.get("clinic", clinic) !== undefined);
}
