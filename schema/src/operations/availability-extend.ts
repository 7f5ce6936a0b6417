import { planned } from "./availability-sheets.ts";
import { applied, type Decide, rejected } from "./definition.ts";

/** The server's daily job: makes the sheets of the days that have come into reach. */
export const extendAvailability: Decide<"availability.extend"> = (state, input, context) => {
  if (context.actor?.role !== "system") return rejected("forbidden");
  const plan = state.get("availability", input.doctor);
  const doctor = state.get("doctor", input.doctor);
  if (plan === undefined || doctor === undefined) return rejected("not_found", "input.doctor");
  const decision = planned(state, plan, doctor, context);
  return decision.status === "applied" ? applied(...decision.changes) : decision;
};
