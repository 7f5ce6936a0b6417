import type { Problem, ProblemCode } from "@healthbridge/schema";

/** A request that is answered with a problem; nothing of it happened. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: Problem;
  /** seconds, for the header `Retry-After` */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.path === undefined ? problem.code : `${problem.code} at ${problem.path}`);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Shorthand for a refusal with a code and perhaps the field at fault. */
export function refused(code: ProblemCode, path?: string): Refused {
  return new Refused(path === undefined ? { code } : { code, path });
}
