/** How much fast-check draws, and from where: the same in every run unless the environment says otherwise. */
export interface Drawing {
  readonly seed: number;
  readonly numRuns: number;
  readonly path?: string;
  /** how often each drawing is tried */
  readonly tries: number;
  /** shrinking ends here, so that a failure is told before the test's time is over */
  readonly interruptAfterTimeLimit: number;
  readonly markInterruptAsFailure: false;
}

const SEED = 20_261_122;
const LONGEST_MILLISECONDS = 3_600_000;

export function drawing(runs: number): Drawing {
  const path = process.env["MODEL_PATH"];
  return {
    seed: Number(process.env["MODEL_SEED"] ?? SEED),
    numRuns: Number(process.env["MODEL_RUNS"] ?? runs),
    tries: Number(process.env["MODEL_TRIES"] ?? 1),
    ...(path === undefined || path === "" ? {} : { path }),
    interruptAfterTimeLimit: LONGEST_MILLISECONDS,
    markInterruptAsFailure: false,
  };
}
