import type { Problem, Reason } from "../shapes/problem.ts";
import { QUEUEABLE, type QueueableType } from "./queueable.ts";

/** The most reasons one answer lists. */
const MOST_REASONS = 20;

/** What is said of a type that is not known. */
export const UNSUPPORTED: Problem = { code: "unsupported", path: "type" };

/** Whether a text names an operation that a device can queue. */
export function isQueueable(type: string): type is QueueableType {
  return Object.hasOwn(QUEUEABLE, type);
}

/** One problem out of all that is wrong with a shape. */
export function problemOfReasons(reasons: readonly Reason[]): Problem {
  const [first] = reasons;
  return {
    code: first?.code === "unknown_field" ? "unknown_field" : "malformed",
    path: first?.path,
    reasons: reasons.slice(0, MOST_REASONS),
  };
}
