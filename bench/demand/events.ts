import { HORIZON_DAYS, WANTED_DAYS } from "./assumptions.ts";
import { DAY } from "./calendar.ts";
import { drawWindows, type Wanted } from "./generate.ts";

/** What happens at a minute of the replay. */
export type Event =
  | { readonly kind: "ask"; readonly at: number; readonly wanted: Wanted }
  | { readonly kind: "cancel"; readonly at: number; readonly wanted: Wanted }
  /** a clinic's device has a network */
  | { readonly kind: "sync"; readonly at: number; readonly clinic: number }
  /** the day's visits are noted, and what waited for the day in vain is ended */
  | { readonly kind: "evening"; readonly at: number };

/** When an evening's work is done: after the last device had a network. */
const EVENING = 21 * 60;
/** What comes first of what happens in the same minute. */
const ORDER: readonly Event["kind"][] = ["ask", "cancel", "sync", "evening"];

/** Everything that happens, in order: the same in every arm. */
export function eventsOf(seed: number, demand: readonly Wanted[], clinics: number): readonly Event[] {
  const asks = demand.map((wanted): Event => ({ kind: "ask", at: wanted.madeAt, wanted }));
  const cancels = demand.flatMap((wanted): readonly Event[] =>
    wanted.cancelsAt === undefined ? [] : [{ kind: "cancel", at: wanted.cancelsAt, wanted }],
  );
  const syncs = Array.from({ length: clinics }, (_, clinic) =>
    drawWindows(seed, clinic).map((at): Event => ({ kind: "sync", at, clinic })),
  ).flat();
  const evenings = Array.from({ length: WANTED_DAYS }, (_, day): Event => ({
    kind: "evening",
    at: (HORIZON_DAYS + day) * DAY + EVENING,
  }));
  return [...asks, ...cancels, ...syncs, ...evenings].toSorted(
    (left, right) => left.at - right.at || ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind),
  );
}
