import type * as z from "zod/mini";
import type { EntityId } from "../ids.ts";
import type { Problem, Reason } from "../protocol/problem.ts";
import type { Context, Decision, Definition, State, Touch } from "./definition.ts";
import { QUEUEABLE, type QueueableType } from "./queueable.ts";

/** An operation whose input was checked, bound to its definition: what is left is to look up and to decide. */
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

/** Whether a text names an operation that a device can queue. */
export function isQueueable(type: string): type is QueueableType {
  return Object.hasOwn(QUEUEABLE, type);
}

/**
 * Checks the type and input of an operation from a device's queue before anything else is done with it.
 * @returns the operation ready to be decided, or the problem: `unsupported` for a type the queue does not know, `malformed` or `unknown_field` with the path of every field at fault
 */
export function judge(type: string, input: unknown): Judgement {
  return isQueueable(type)
    ? judgeAs(QUEUEABLE[type], input)
    : { problem: { code: "unsupported", path: "type" } };
}

/** Checks an input against one definition. */
export function judgeAs(definition: Definition<string, object>, input: unknown): Judgement {
  return bind(definition, input);
}

function bind<Input extends object>(definition: Definition<string, Input>, raw: unknown): Judgement {
  const parsed = definition.input.safeParse(raw);
  if (!parsed.success) return { problem: inputProblem(parsed.error.issues, "input") };
  const input = parsed.data;
  return {
    judged: {
      type: definition.type,
      input,
      touches: (id, now) => definition.touches(input, id, now),
      decide: (state, context) => definition.decide(state, input, context),
    },
  };
}

/** Turns zod's issues into one problem with all reasons; `root` is the name of what was read. */
export function inputProblem(issues: readonly z.core.$ZodIssue[], root: string): Problem {
  const reasons = issues.slice(0, MOST_REASONS).flatMap((issue): Reason[] => {
    const path = [root, ...issue.path.map(String)].filter((part) => part !== "").join(".");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ code: "unknown_field", path: `${path}.${key}` }));
    return [{ code: "malformed", path, detail: issue.message }];
  });
  const first = reasons[0];
  return {
    code: first?.code === "unknown_field" ? "unknown_field" : "malformed",
    ...(first?.path === undefined ? {} : { path: first.path }),
    reasons,
  };
}
