import type { Problem, ProblemCode } from "@healthbridge/schema";

/** A request about accounts or sessions that is answered with a problem. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: Problem;
  /** seconds after which to try again, where that helps */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.code);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Shorthand for a refusal with one code and perhaps the field at fault. */
export function refused(code: ProblemCode, path?: string, retryAfter?: number): Refused {
  return new Refused(path === undefined ? { code } : { code, path }, retryAfter);
}
