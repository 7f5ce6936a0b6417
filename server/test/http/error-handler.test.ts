import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";
import { refused } from "../../src/accounts/refused.ts";
import { DatabaseError } from "../../src/database/database-error.ts";
import type { RequestEnv } from "../../src/http/context.ts";
import { errorHandler } from "../../src/http/error-handler.ts";
import { HttpProblem } from "../../src/http/problem.ts";
import { SubmissionRefused } from "../../src/operations/submission.ts";
import { createLog } from "../../src/telemetry/log.ts";

async function answerTo(
  error: Error,
): Promise<{ status: number; headers: Headers; body: unknown; log: string }> {
  const lines: string[] = [];
  const app = new Hono<RequestEnv>();
  app.onError(errorHandler(createLog({ level: "debug", format: "json", write: (line) => lines.push(line) })));
  app.get("/", (c) => {
    c.set("correlation", "c1");
    throw error;
  });
  const response = await app.request("/");
  return {
    status: response.status,
    headers: response.headers,
    body: await response.json(),
    log: lines.join(""),
  };
}

describe("what was thrown is answered", () => {
  it.each([
    ["the database away", new DatabaseError("unavailable", "x"), 503, "unavailable", "2"],
    ["the database busy", new DatabaseError("overloaded", "x"), 503, "unavailable", "2"],
    [
      "a wrong password to the database",
      new DatabaseError("unavailable", "x", { retry: "never" }),
      503,
      "unavailable",
      "2",
    ],
    ["a wrong statement", new DatabaseError("statement", "x"), 500, "internal", null],
    ["the executor closed", new SubmissionRefused({ code: "unavailable" }), 503, "unavailable", "2"],
    ["the executor busy", new SubmissionRefused({ code: "unavailable" }, 4_200), 503, "unavailable", "5"],
    ["a revoked device", new SubmissionRefused({ code: "device_revoked" }), 401, "device_revoked", null],
    ["too many requests", refused("rate_limited", undefined, 7), 429, "rate_limited", "7"],
    ["a problem", new HttpProblem({ code: "conflict" }, { headers: { allow: "x" } }), 409, "conflict", null],
    ["a library's refusal", new HTTPException(400), 400, "malformed", null],
    ["anything else", new TypeError("canary of the patient"), 500, "internal", null],
  ] as const)("%s", async (_what, error, status, code, retryAfter) => {
    const answer = await answerTo(error);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code, status, correlation: "c1" });
    expect(answer.headers.get("retry-after")).toBe(retryAfter);
    expect(answer.headers.has("www-authenticate")).toBe(status === 401);
    expect(JSON.stringify(answer.body) + answer.log).not.toContain("canary");
    expect(answer.log.includes("a request failed")).toBe(code === "internal");
  });
});
