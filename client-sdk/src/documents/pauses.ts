import { DOCUMENT_CLOSE } from "@healthbridge/schema/client";

/** Between two looks at the server where no line lives; ms. */
export const LOOK_MS = 30_000;

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 120_000;
/** Nothing that comes soon would help. */
const HOPELESS_MS = 600_000;

const PROBLEMS: ReadonlyMap<number, string> = new Map([
  [DOCUMENT_CLOSE.refused, "malformed"],
  [DOCUMENT_CLOSE.signedOut, "not_signed_in"],
  [DOCUMENT_CLOSE.noAccess, "not_found"],
]);
const HOPELESS = /^(malformed|not_found|forbidden)$/;

/** What the code says with which a line was closed; `undefined`: nothing that the app has to know. */
export function problemOf(code: number): string | undefined {
  return PROBLEMS.get(code);
}

/** Whether trying again soon is of no use. */
export function isHopeless(problem: string | undefined): boolean {
  return HOPELESS.test(problem ?? "");
}

/**
 * How long to wait before trying again; ms.
 * @param failures in a row, this one included
 * @param random in [0, 1)
 */
export function pauseAfter(problem: string | undefined, failures: number, random: number): number {
  if (isHopeless(problem)) return HOPELESS_MS;
  return Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + random / 2);
}
