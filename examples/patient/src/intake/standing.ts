import type { DocumentStatus } from "@healthbridge/client-sdk/documents";

/** What is said of where her answers are: `full` and `unkept` are on the screen alone. */
export type Standing = "refused" | "full" | "unkept" | "kept" | "sent";

/** Where her answers are; `undefined` while nobody can say: the server was never asked. */
export function standingOf({
  waiting,
  may,
  problem,
}: Pick<DocumentStatus, "waiting" | "may" | "problem">): Standing | undefined {
  if (problem === "store_full") return "full";
  if (problem?.startsWith("store_") === true) return "unkept";
  if (waiting) return problem === "forbidden" || problem === "malformed" ? "refused" : "kept";
  return may === undefined ? undefined : "sent";
}
