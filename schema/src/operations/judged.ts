import type { EntityId } from "../shapes/ids.ts";
import type { Problem, Reason } from "../shapes/problem.ts";
import type { Context, Decision, Operation, State, Touch } from "./definition.ts";
import { QUEUEABLE, type QueueableType } from "./queueable.ts";

/** An operation whose input was checked, bound to its decision: what is left is to look up and to decide. */
export interface Judged {
  readonly type: string;
  /** the checked input */
  readonly input: object;
  /** keys to look up first */
  touches(id: EntityId, now: number): readonly Touch[];
  decide(state: State, context: Context): Decision<unknown>;
}

/** An operation ready to be decided, or what is wrong with its shape. */
export type Judgement = { readonly judged: Judged } | { readonly problem: Problem };

/** The most reasons one answer lists. */
const MOST_REASONS = 20;

/** What is said of a type that is not known. */
export const UNSUPPORTED: Judgement = { problem: { code: "unsupported", path: "type" } };

/** Whether a text names an operation that a device can queue. */
export function isQueueable(type: string): type is QueueableType {
  return Object.hasOwn(QUEUEABLE, type);
}

/** Binds an operation to an input that was checked. */
export function bind<Input extends object>(operation: Operation<string, Input>, input: Input): Judgement {
  return {
    judged: {
      type: operation.type,
      input,
      touches: (id, now) => operation.touches(input, id, now),
      decide: (state, context) => operation.decide(state, input, context),
    },
  };
}

/** One problem out of all that is wrong with a shape. */
export function problemOfReasons(reasons: readonly Reason[]): Problem {
  const [first] = reasons;
  return {
    code: first?.code === "unknown_field" ? "unknown_field" : "malformed",
    ...(first?.path === undefined ? {} : { path: first.path }),
    reasons: reasons.slice(0, MOST_REASONS),
  };
}
