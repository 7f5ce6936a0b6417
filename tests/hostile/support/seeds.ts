import type * as fc from "fast-check";

/**
 * How much is tried, and from which seed:
 *
 * - `HOSTILE_RUNS` how many times the standard number of values is drawn, 1 where left out. Each size has a seed of its own, so that a longer run is not
 *   the short one again and again.
 * - `HOSTILE_SEED` another seed, to repeat what fast-check prints on a failure, together with
 * - `HOSTILE_PATH` the path it prints.
 */
const times = Number(process.env["HOSTILE_RUNS"] ?? "1");
const seed = Number(process.env["HOSTILE_SEED"] ?? String(20_261_123 + times));
const path = process.env["HOSTILE_PATH"];

/** What fast-check is told: a standard number of values, more where more was asked for. */
export function runs(standard: number): fc.Parameters<unknown> {
  return {
    seed,
    numRuns: Math.max(1, Math.round(standard * times)),
    // A shrink over a network is slow; what was found first says enough after that.
    interruptAfterTimeLimit: 120_000,
    markInterruptAsFailure: false,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  };
}
