import { DOCUMENT_CLOSE } from "@healthbridge/schema/client";
import { HealthBridgeError } from "../errors.ts";
import { LONGEST_WAIT_MS } from "../sync/machine.ts";

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
const BUSY = /^(internal|unavailable|rate_limited)$/;

/** What the code says with which a line was closed; `undefined`: nothing that the app has to know. */
export function problemOf(code: number): string | undefined {
  return PROBLEMS.get(code);
}

/** ms for which a line lives that is worth its ticket: one that is over before that has failed. */
export const STEADY_MS = 60_000;

/** For how long after so many failures in a row no further line is opened, or what nobody has open is not sent again; ms. */
export function restAfter(failures: number): number {
  return Math.min((FIRST_PAUSE_MS / 2) * 2 ** failures, HOPELESS_MS);
}

/** Whether trying again soon is of no use. */
export function isHopeless(problem: string | undefined): boolean {
  return HOPELESS.test(problem ?? "");
}

/** Whether the server could not do it just now: that it answers something else does not say that it can. */
export function isBusy(problem: string | undefined): boolean {
  return BUSY.test(problem ?? "");
}

/** For how long the server asked to be left alone, within reason; ms. */
export function askedFor(error: unknown): number {
  return error instanceof HealthBridgeError ? Math.min(error.retryAfter ?? 0, LONGEST_WAIT_MS) : 0;
}

/**
 * How long to wait before trying again; ms.
 * @param failures in a row, this one included
 * @param random in [0, 1)
 * @param asked as the server asked; ms
 */
export function pauseAfter(
  problem: string | undefined,
  failures: number,
  random: number,
  asked: number,
): number {
  if (isHopeless(problem)) return HOPELESS_MS;
  const own = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + random / 2);
  return Math.max(own, asked * (1 + random / 4));
}
