import { applied, type Decide, rejected } from "./definition.ts";
import { administers, worksFor } from "./rights.ts";

/** Enters a clinic into the directory: an administrator by hand, or the import of a facility register. */
export const registerClinic: Decide<"clinic.register"> = (_state, input, context) => {
  if (!administers(context.actor)) return rejected("forbidden");
  if ((input.lat === undefined) !== (input.lng === undefined))
    return rejected("malformed", "input.lat", "a position has both lat and lng");
  return applied({ kind: "clinic", entity: { ...input, id: context.id } });
};

/** Corrects a clinic's entry. */
export const updateClinic: Decide<"clinic.update"> = (state, { clinic: id, ...corrections }, { actor }) => {
  const clinic = state.get("clinic", id);
  if (clinic === undefined || !(administers(actor) || worksFor(actor, id)))
    return rejected("not_found", "input.clinic");
  const entity = { ...clinic, ...corrections };
  if ((entity.lat === undefined) !== (entity.lng === undefined))
    return rejected("malformed", "input.lat", "a position has both lat and lng");
  return applied({ kind: "clinic", entity });
};
