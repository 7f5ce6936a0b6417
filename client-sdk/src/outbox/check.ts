import { judge, type Problem } from "@healthbridge/schema";

/** What is wrong with an operation before it is queued, if anything. */
export function problemOf(type: string, input: unknown): Problem | undefined {
  const verdict = judge(type, input);
  if ("problem" in verdict) return verdict.problem;
  return verdict.judged.queueable
    ? undefined
    : { code: "unsupported", path: "type", detail: "this is not for a device's queue" };
}
