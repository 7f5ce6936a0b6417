import { canBecome, epochMinutes, MINUTE_MS } from "@healthbridge/schema/client";
import type { Visit } from "./agenda.ts";

/** What a doctor can do about an appointment. */
export type VisitAction = "confirm" | "checkIn" | "undoCheckIn" | "complete" | "missed" | "move" | "cancel";

/** Minutes before the start from which somebody can be noted as here; the server says the same. */
const OPENS_MINUTES = 12 * 60;

/**
 * What can be done about an appointment now, what is most likely first. It asks the rules that the server asks, so that no button leads to a refusal that was certain.
 * @param now ms since 1970
 */
export function actionsFor(visit: Visit, now: number): readonly VisitAction[] {
  const { status, awaits, queue } = visit;
  const begins = epochMinutes(visit.start) * MINUTE_MS;
  const open = now >= begins - OPENS_MINUTES * MINUTE_MS;
  const can: Readonly<Record<VisitAction, boolean>> = {
    confirm: status === "pending" && awaits === "clinic",
    checkIn: open && status !== "pending" && canBecome(status, "arrived"),
    complete: open && canBecome(status, "fulfilled"),
    missed: now >= begins && canBecome(status, "noshow"),
    undoCheckIn: status === "arrived" && queue === undefined,
    move: status === "booked",
    cancel: canBecome(status, "cancelled"),
  };
  return ORDER.filter((action) => can[action]);
}

const ORDER: readonly VisitAction[] = [
  "confirm",
  "checkIn",
  "complete",
  "missed",
  "undoCheckIn",
  "move",
  "cancel",
];

/**
 * How an appointment stands, in a word for the screen. What is not settled is `unsent`, whatever it will be: nothing is called booked before it is. `certain`: it waits to be
 * sent, and its time is this device's own.
 */
export type VisitWord =
  | "unsent"
  | "certain"
  | "toConfirm"
  | "offered"
  | "booked"
  | "here"
  | "seen"
  | "missed"
  | "waitlist"
  | "cancelled"
  | "expired";

export function wordOf({ status, awaits, waiting, confirmed }: Visit): VisitWord {
  if (confirmed === true) return "certain";
  if (waiting === true) return "unsent";
  return status === "pending" && awaits === "clinic" ? "toConfirm" : WORDS[status];
}

const WORDS: Readonly<Record<Visit["status"], VisitWord>> = {
  pending: "offered",
  booked: "booked",
  arrived: "here",
  fulfilled: "seen",
  noshow: "missed",
  waitlist: "waitlist",
  cancelled: "cancelled",
  expired: "expired",
};

/** Which colour goes with a word: what is certain, what waits for somebody, what somebody has to see to, what is only told. */
export function toneOf(word: VisitWord): "sure" | "waiting" | "trouble" | "info" {
  if (word === "booked" || word === "here" || word === "certain") return "sure";
  if (word === "missed") return "trouble";
  return word === "unsent" || word === "toConfirm" || word === "offered" || word === "waitlist"
    ? "waiting"
    : "info";
}
