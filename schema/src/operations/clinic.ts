import type { Clinic } from "../shapes/directory.ts";
import { applied, type Decide, type Decision, rejected } from "./definition.ts";
import { administers, serves } from "./rights.ts";

/** Enters a clinic into the directory: an administrator by hand, or the import of a facility register. */
export const registerClinic: Decide<"clinic.register"> = (_state, input, { actor, id }) =>
  administers(actor) ? entered({ ...input, id }) : rejected("forbidden");

/** Corrects a clinic's entry. */
export const updateClinic: Decide<"clinic.update"> = (state, { clinic: id, ...corrections }, { actor }) => {
  const clinic = state.get("clinic", id);
  return clinic && serves(actor, id)
    ? entered({ ...clinic, ...corrections })
    : rejected("not_found", "input.clinic");
};

function entered(entity: Clinic): Decision<never> {
  if ((entity.lat === undefined) !== (entity.lng === undefined))
    return rejected("malformed", "input.lat", "a position has both lat and lng");
  return applied({ kind: "clinic", entity });
}
