import { planned } from "./availability.ts";
import { type Decide, rejected } from "./definition.ts";

/** The server's daily job: makes the sheets of the days that have come into reach. */
export const extendAvailability: Decide<"availability.extend"> = (state, input, context) => {
  if (context.actor?.role !== "system") return rejected("forbidden");
  const plan = state.get("availability", input.doctor);
  if (plan === undefined) return rejected("not_found", "input.doctor");
  return planned(state, plan, context);
};
