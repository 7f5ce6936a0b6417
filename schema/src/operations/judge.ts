import type * as z from "zod/mini";
import type { EntityId } from "../ids.ts";
import type { Problem, Reason } from "../protocol/problem.ts";
import type { Context, Decision, Definition, State, Touch } from "./definition.ts";
import { OPERATIONS, type OperationType } from "./registry.ts";

/** An operation whose input was checked, bound to its definition: what is left is to look up and to decide. */
export interface Judged {
  readonly type: OperationType;
  readonly queueable: boolean;
  /** the checked input */
  readonly input: object;
  /** keys to look up first */
  touches(id: EntityId, now: number): readonly Touch[];
  decide(state: State, context: Context): Decision<unknown>;
}

/** The most reasons one answer lists. */
const MOST_REASONS = 20;

/** Whether a text names an operation of this version. */
export function isOperationType(type: string): type is OperationType {
  return Object.hasOwn(OPERATIONS, type);
}

/**
 * Checks an operation's type and input before anything else is done with it.
 * @returns the operation ready to be decided, or the problem: `unsupported` for an unknown type, `malformed` or `unknown_field` with the path of every field at fault
 */
export function judge(
  type: string,
  input: unknown,
): { readonly judged: Judged } | { readonly problem: Problem } {
  if (!isOperationType(type)) return { problem: { code: "unsupported", path: "type" } };
  const definition: Definition<string, object> = OPERATIONS[type];
  return bind(type, definition, input);
}

function bind<Input extends object>(
  type: OperationType,
  definition: Definition<string, Input>,
  raw: unknown,
): { readonly judged: Judged } | { readonly problem: Problem } {
  const parsed = definition.input.safeParse(raw);
  if (!parsed.success) return { problem: inputProblem(parsed.error.issues, "input") };
  const input = parsed.data;
  return {
    judged: {
      type,
      queueable: definition.queueable,
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
