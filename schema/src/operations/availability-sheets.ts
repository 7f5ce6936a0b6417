import type { UnfitOutput } from "../contracts/availability.ts";
import type { Availability } from "../shapes/availability.ts";
import type { Doctor } from "../shapes/directory.ts";
import { applied, type Context, type Decision, rejected, type State } from "./definition.ts";

/** A decision about a doctor's week, and the sheets of the coming days as they are under it. A device foresees the week alone. */
export function withSheets<Input>(
  decide: (state: State, input: Input, context: Context) => Decision<UnfitOutput>,
): (state: State, input: Input, context: Context) => Decision<UnfitOutput> {
  return (state, input, context) => {
    const decision = decide(state, input, context);
    const [change] = decision.status === "applied" ? decision.changes : [];
    const doctor = change && state.get("doctor", change.entity.id);
    return doctor && change.kind === "availability"
      ? planned(state, change.entity, doctor, context)
      : decision;
  };
}

/** The plan, and where they can be made its sheets. */
export function planned(
  state: State,
  plan: Availability,
  { clinic: id }: Doctor,
  context: Context,
): Decision<UnfitOutput> {
  const { planSheets } = context;
  if (!planSheets) return applied({ kind: "availability", entity: plan });
  const clinic = state.get("clinic", id);
  return clinic ? planSheets(state, plan, clinic, context) : rejected("not_found", "input.doctor");
}
