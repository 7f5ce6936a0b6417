import { type Problem, type ProblemCode, problemDetails } from "@healthbridge/schema";
import type { Context } from "hono";

export interface ProblemOptions {
  /** seconds, for the header `Retry-After` */
  readonly retryAfter?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** Thrown by anything that serves HTTP; the app's one error handler turns it into `application/problem+json` (RFC 9457). */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly problem: Problem;
  readonly retryAfter: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, options: ProblemOptions = {}) {
    super(problem.code, options.cause === undefined ? undefined : { cause: options.cause });
    this.problem = problem;
    this.retryAfter = options.retryAfter;
    this.headers = options.headers ?? {};
  }
}

/** Some paths hold names that a client made up. */
const LONGEST_PATH = 100;

/** Shorthand for a problem with one code and perhaps a path and a word on it. */
export function httpProblem(code: ProblemCode, path?: string, detail?: string): HttpProblem {
  return new HttpProblem({
    code,
    ...(path === undefined ? {} : { path: path.slice(0, LONGEST_PATH).toWellFormed() }),
    ...(detail === undefined ? {} : { detail }),
  });
}

/** The answer for a problem. */
export function problemResponse(c: Context, problem: Problem, options: ProblemOptions = {}): Response {
  const correlation: unknown = c.get("correlation");
  return problemAnswer(problem, typeof correlation === "string" ? correlation : undefined, options);
}

/** The answer for a problem, where there is no context to ask. */
export function problemAnswer(
  problem: Problem,
  correlation: string | undefined,
  options: ProblemOptions = {},
): Response {
  const details = problemDetails(problem);
  const body = JSON.stringify(correlation === undefined ? details : { ...details, correlation });
  return new Response(body, {
    status: details.status,
    headers: {
      "content-type": "application/problem+json",
      ...(options.retryAfter === undefined ? {} : { "retry-after": wholeSeconds(options.retryAfter) }),
      ...(details.status === 401 ? { "www-authenticate": challenge(problem.code) } : {}),
      ...options.headers,
    },
  });
}

/** RFC 6750: says what kind of credential is wanted, and whether the one that came was bad. */
function challenge(code: string): string {
  return code === "not_signed_in" || code === "credentials_wrong" ? "Bearer" : 'Bearer error="invalid_token"';
}

function wholeSeconds(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds)));
}
