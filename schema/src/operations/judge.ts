import type * as z from "zod/mini";
import type { Problem, Reason } from "../shapes/problem.ts";
import { bind, isQueueable, type Judgement, problemOfReasons, UNSUPPORTED } from "./judged.ts";
import { type Definition, isOperationType, OPERATIONS } from "./registry.ts";

/**
 * Checks the type and input of an operation from a device's queue before anything else is done with it.
 * @returns the operation ready to be decided, or the problem: `unsupported` for a type the queue does not know, `malformed` or `unknown_field` with the path of every field at fault
 */
export function judge(type: string, input: unknown): Judgement {
  return isQueueable(type) ? judgeAny(type, input) : UNSUPPORTED;
}

/** Like `judge`, for the server's own routes and jobs: every operation, not only those a device can queue. */
export function judgeAny(type: string, input: unknown): Judgement {
  return isOperationType(type) ? judgeAs(OPERATIONS[type], input) : UNSUPPORTED;
}

function judgeAs(definition: Definition<string, object>, raw: unknown): Judgement {
  const parsed = definition.input.safeParse(raw);
  return parsed.success
    ? bind(definition, parsed.data)
    : { problem: inputProblem(parsed.error.issues, "input") };
}

/** Turns zod's issues into one problem with all reasons; `root` is the name of what was read. */
export function inputProblem(issues: readonly z.core.$ZodIssue[], root: string): Problem {
  return problemOfReasons(
    issues.flatMap((issue): Reason[] => {
      const path = [root, ...issue.path.map(String)].filter((part) => part !== "").join(".");
      if (issue.code === "unrecognized_keys")
        return issue.keys.map((key) => ({ code: "unknown_field", path: `${path}.${key}` }));
      return [{ code: "malformed", path, detail: issue.message }];
    }),
  );
}
