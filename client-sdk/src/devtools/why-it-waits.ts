import type { EntityId } from "@healthbridge/schema/client";
import type { Waiting } from "../outbox/operation.ts";
import type { SyncStatus } from "../sync/status.ts";

/** What is known of an operation that waits. */
export interface Standing {
  readonly status: Pick<SyncStatus, "state" | "started" | "lastProblem" | "nextAttempt">;
  /** operations it names as those that must come first; `undefined`: not known here */
  readonly after: readonly EntityId[] | undefined;
  /** everything that waits, in the order it was queued */
  readonly queue: readonly Waiting[];
}

/**
 * Why an operation has not been sent, or not been answered, in the order in which it matters: what the whole device waits for, then what this one waits for.
 * @param timeOf writes an instant, ms since 1970, as the screen does
 */
export function whyItWaits(operation: Waiting, standing: Standing, timeOf: (ms: number) => string): string {
  const { queue, after = [] } = standing;
  const first = after.filter((id) => queue.some((each) => each.id === id));
  const ahead = queue
    .filter(({ lane }) => lane === operation.lane)
    .findIndex(({ id }) => id === operation.id);
  const own = [
    first.length > 0 && `needs ${first.join(", ")} to be applied first`,
    ahead > 0 && `${ahead} before it in its lane`,
    operation.forecast === "rejected" &&
      `will probably be refused (${operation.problem?.code ?? "no reason given"})`,
  ].filter((each) => each !== false);
  return [deviceWaitsFor(standing.status, timeOf), ...own].join("; ");
}

function deviceWaitsFor(
  { state, started, lastProblem, nextAttempt }: Standing["status"],
  timeOf: (ms: number) => string,
): string {
  if (state === "needs-sign-in") return "somebody has to sign in";
  if (state === "upgrade-needed") return "the server wants a newer app";
  if (state === "sending") return "an exchange is under way";
  if (!started) return "syncing in the background is off: `hb.sync()` sends it";
  const problem = lastProblem === undefined ? "" : ` (${lastProblem.code})`;
  const when = nextAttempt === undefined ? "" : `, next attempt at ${timeOf(nextAttempt)}`;
  return state === "online" ? `goes with the next exchange${when}` : `no connection${problem}${when}`;
}
