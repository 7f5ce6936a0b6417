import { epochMinutes, isOver, MINUTE_MS } from "@healthbridge/schema/client";
import type { Visit } from "./day-grid.ts";

/** What the desk can do with an appointment. */
export type Deed = "confirm" | "checkIn" | "call" | "complete" | "undoCheckIn" | "missed" | "move" | "cancel";

/** Minutes before its start from which somebody can be checked in; the server's decision says the same. */
const OPENS_MINUTES = 12 * 60;

/** What can be done with an appointment at an instant (ms), the usual first. The server has the last word. */
export function deedsOf(visit: Visit, now: number): readonly Deed[] {
  if (isOver(visit, now)) return [];
  const start = epochMinutes(visit.start) * MINUTE_MS;
  const opened = now >= start - OPENS_MINUTES * MINUTE_MS;
  switch (visit.status) {
    case "pending":
      return ["confirm", "cancel"];
    case "waitlist":
      return ["cancel"];
    case "booked":
      return [
        ...(opened ? (["checkIn", "complete"] as const) : []),
        ...(now >= start ? (["missed"] as const) : []),
        "move",
        "cancel",
      ];
    case "arrived":
      return ["call", "complete", ...(visit.queue === undefined ? (["undoCheckIn"] as const) : []), "cancel"];
    case "noshow":
      return ["checkIn", "complete"];
    case "fulfilled":
    case "cancelled":
    case "expired":
      break;
  }
  return [];
}
