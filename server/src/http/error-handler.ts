import type { Problem } from "@healthbridge/schema";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { Refused } from "../accounts/refused.ts";
import { StorageError } from "../attachments/storage.ts";
import { DatabaseError, type DatabaseErrorCode } from "../database/database-error.ts";
import { SubmissionRefused } from "../operations/submission.ts";
import type { Log } from "../telemetry/log.ts";
import type { RequestEnv } from "./context.ts";
import { HttpProblem, type ProblemOptions, problemResponse } from "./problem.ts";

const RETRY_AFTER_SECONDS = 2;

/** The one place where what was thrown becomes an answer. What nobody expected says nothing but its correlation. */
export function errorHandler(log: Log): (error: Error, c: Context<RequestEnv>) => Response {
  return (error, c) => {
    const { problem, options } = answerFor(error);
    const correlation = c.get("correlation");
    if (problem.code === "internal") log.error("a request failed", error, { correlation });
    else if (error instanceof StorageError)
      log.error("the storage of attachments failed", error, { correlation });
    else if (error instanceof DatabaseError)
      log.warn("the database refused", { correlation, code: error.code });
    return problemResponse(c, problem, options);
  };
}

/** What is answered for what was thrown. */
export interface Answer {
  readonly problem: Problem;
  readonly options: ProblemOptions;
}

/** The database did its part and our statement was wrong: to send it again will not help. */
const OUR_FAULT: ReadonlySet<DatabaseErrorCode> = new Set<DatabaseErrorCode>([
  "statement",
  "misuse",
  "duplicate",
  "constraint",
]);

/** The answer for anything that was thrown. */
export function answerFor(error: Error): Answer {
  if (error instanceof HttpProblem || error instanceof Refused) {
    const headers = error instanceof HttpProblem ? error.headers : undefined;
    return { problem: error.problem, options: { retryAfter: error.retryAfter, headers } };
  }
  if (error instanceof SubmissionRefused) {
    const { problem, retryAfter } = error;
    return {
      problem,
      options: { retryAfter: retryAfter === undefined ? standardWait(problem) : retryAfter / 1000 },
    };
  }
  if (error instanceof StorageError) return unavailable();
  if (error instanceof DatabaseError && !OUR_FAULT.has(error.code)) return unavailable();
  if (error instanceof HTTPException) return { problem: { code: codeFor(error.status) }, options: {} };
  return { problem: { code: "internal" }, options: {} };
}

function unavailable(): Answer {
  return { problem: { code: "unavailable" }, options: { retryAfter: RETRY_AFTER_SECONDS } };
}

function standardWait({ code }: Problem): number | undefined {
  return code === "unavailable" ? RETRY_AFTER_SECONDS : undefined;
}

/** Hono's own errors, thrown by a library of it. */
function codeFor(status: number): "malformed" | "not_found" | "too_large" | "internal" {
  if (status === 404) return "not_found";
  if (status === 413) return "too_large";
  return status >= 400 && status < 500 ? "malformed" : "internal";
}
