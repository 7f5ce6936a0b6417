import type { Waiting } from "@healthbridge/client-sdk";
import { type EntityId, epochMinutes, isOver, MINUTE_MS } from "@healthbridge/schema/client";
import type { Visit } from "./day-grid.ts";

/** What the desk can do with an appointment. */
export type Deed = "confirm" | "checkIn" | "call" | "complete" | "undoCheckIn" | "missed" | "move" | "cancel";

/** Minutes before its start from which somebody can be checked in; the server's decision says the same. */
const OPENS_MINUTES = 12 * 60;

/** What is asked of the server. Calling somebody asks for nothing, and who was moved can be moved once more. */
const OPERATIONS: Readonly<Partial<Record<Deed, string>>> = {
  confirm: "appointment.confirm",
  checkIn: "appointment.checkIn",
  complete: "appointment.complete",
  undoCheckIn: "appointment.undoCheckIn",
  missed: "appointment.markMissed",
  cancel: "appointment.cancel",
};

type Queued = Pick<Waiting, "type" | "input">;

/** What was asked for last of an appointment and still waits. */
export function lastAsked(waiting: readonly Queued[], appointment: EntityId): Queued | undefined {
  return waiting.findLast(({ input }) => input["appointment"] === appointment);
}

/**
 * What can be done with an appointment at an instant (ms), the usual first. The server has the last word.
 * @param waiting what is queued: nothing is asked for twice, also where the device holds too little to show the appointment as it will be
 */
export function deedsOf(visit: Visit, now: number, waiting: readonly Queued[] = []): readonly Deed[] {
  const last = lastAsked(waiting, visit.id)?.type;
  return deedsIn(visit, now).filter((deed) => last === undefined || OPERATIONS[deed] !== last);
}

function deedsIn(visit: Visit, now: number): readonly Deed[] {
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
