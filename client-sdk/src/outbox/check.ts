import { judge, type Problem } from "@healthbridge/schema/client";

/** What is wrong with an operation before it is queued, if anything. */
export function problemOf(type: string, input: unknown): Problem | undefined {
  const verdict = judge(type, input);
  return "problem" in verdict ? verdict.problem : undefined;
}
