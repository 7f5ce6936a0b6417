import type * as z from "zod/mini";
import type { Problem, Reason } from "../shapes/problem.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Context, Decision, State, Touch } from "./definition.ts";
import { isQueueable, problemOfReasons, UNSUPPORTED } from "./judged.ts";
import { type Definition, isOperationType, OPERATIONS } from "./registry.ts";

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

/**
 * Checks the type and input of an operation from a device's queue before anything else is done with it.
 * @returns the operation ready to be decided, or the problem: `unsupported` for a type the queue does not know, `malformed` or `unknown_field` with the path of every field at fault
 */
export function judge(type: string, input: unknown): Judgement {
  return isQueueable(type) ? judgeAny(type, input) : { problem: UNSUPPORTED };
}

/** Like `judge`, for the server's own routes and jobs: every operation, not only those a device can queue. */
export function judgeAny(type: string, input: unknown): Judgement {
  return isOperationType(type) ? judgeAs<object>(OPERATIONS[type], input) : { problem: UNSUPPORTED };
}

function judgeAs<Input extends object>(definition: Definition<string, Input>, raw: unknown): Judgement {
  const { type, input: shape } = definition;
  const parsed = shape.safeParse(raw);
  if (!parsed.success) return { problem: inputProblem(parsed.error.issues, "input") };
  const input = parsed.data;
  return {
    judged: {
      type,
      input,
      touches: (id, now) => definition.touches(input, id, now),
      decide: (state, context) => definition.decide(state, input, context),
    },
  };
}

/** A path names a field in a few words; whose name a client made up is no reason to send it all back. */
const LONGEST_PATH = 100;

/** Turns zod's issues into one problem with all reasons; `root` is the name of what was read. */
export function inputProblem(issues: readonly z.core.$ZodIssue[], root: string): Problem {
  return problemOfReasons(
    issues.flatMap((issue): Reason[] => {
      const path = [root, ...issue.path.map(String)].filter((part) => part !== "").join(".");
      if (issue.code === "unrecognized_keys")
        return issue.keys.map((key) => ({ code: "unknown_field", path: shortened(`${path}.${key}`) }));
      return [{ code: "malformed", path: shortened(path), detail: issue.message }];
    }),
  );
}

function shortened(path: string): string {
  return path.slice(0, LONGEST_PATH).toWellFormed();
}
