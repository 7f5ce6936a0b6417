import type { Clinic } from "../shapes/directory.ts";
import { applied, type Context, type Decide, type Decision, rejected } from "./definition.ts";
import { administers, serves } from "./rights.ts";

/** Enters a clinic into the directory: an administrator by hand, or the import of a facility register. */
export const registerClinic: Decide<"clinic.register"> = (_state, input, context) =>
  administers(context.actor) ? entered({ ...input, id: context.id }, input, context) : rejected("forbidden");

/** Corrects a clinic's entry. */
export const updateClinic: Decide<"clinic.update"> = (state, { clinic: id, ...corrections }, context) => {
  const clinic = state.get("clinic", id);
  return clinic && serves(context.actor, id)
    ? entered({ ...clinic, ...corrections }, corrections, context)
    : rejected("not_found", "input.clinic");
};

/** The entry, unless what was said of it cannot be. */
function entered(entity: Clinic, { zone }: Partial<Clinic>, { refuseZone }: Context): Decision<never> {
  const refused = zone && refuseZone?.(zone);
  if (refused) return refused;
  if ((entity.lat === undefined) !== (entity.lng === undefined))
    return rejected("malformed", "input.lat", "lat and lng go together");
  return applied({ kind: "clinic", entity });
}
