import type { SyncStatus } from "@healthbridge/client-sdk";
import type { LineState } from "@healthbridge/client-sdk/realtime";

/** Where the live line is, without which nobody can be called and nobody is seen: in this window, in another one, nowhere now. */
export type LinePlace = "here" | "elsewhere" | "nowhere";

/**
 * Of several windows in a browser one has the line for all, and the others wait for it: the server answers them, and yet no line is even tried.
 * @param reaches whether the last exchange with the server succeeded
 */
export function placeOfLine(line: LineState, reaches: boolean): LinePlace {
  if (line === "live") return "here";
  return line === "off" && reaches ? "elsewhere" : "nowhere";
}

/** Whether the last exchange with the server succeeded; also while the next one is under way. */
export function reachesServer({
  lastSuccess,
  lastProblem,
}: Pick<SyncStatus, "lastSuccess" | "lastProblem">): boolean {
  return lastSuccess !== undefined && lastProblem === undefined;
}
