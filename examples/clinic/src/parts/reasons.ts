import type { Problem } from "@healthbridge/schema/client";
import { t } from "../words.ts";

const KNOWN = [
  "slot_taken",
  "slot_not_offered",
  "start_passed",
  "patient_busy",
  "visit_unknown",
  "notice_short",
  "beyond_horizon",
  "day_full",
  "patient_limit",
  "deadline_passed",
  "none_nearby",
  "already_waiting",
  "not_found",
  "forbidden",
  "conflict",
  "answer_late",
  "too_early",
  "lease_limit",
  "dependency_failed",
  "parked",
] as const;

/** Why something was or will be refused, in plain words. */
export function reasonInWords(code: string | undefined): string {
  const known = KNOWN.find((each) => each === code);
  return t(known ?? "other");
}

/** All reasons of a problem, each once. */
export function reasonsOf(problem: Problem | undefined): readonly string[] {
  const codes = problem?.reasons?.length ? problem.reasons.map(({ code }) => code) : [problem?.code];
  return [...new Set(codes)].map(reasonInWords);
}
