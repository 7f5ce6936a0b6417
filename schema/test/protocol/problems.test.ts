import { describe, expect, test } from "vitest";
import {
  type Contract,
  CONTRACTS,
  isProblemCode,
  Problem,
  problemDetails,
  ProblemDetails,
  PROBLEMS,
} from "../../src/index.ts";

describe("problems", () => {
  test.each(Object.entries(PROBLEMS))(
    "%s says what is wrong and what to do, in plain words",
    (code, { status, title, next }) => {
      expect(Problem.safeParse({ code }).success).toBe(true);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(next).toMatch(/^[A-Z].*\.$/);
    },
  );

  test("no outcome of an operation asks a caller to send the same again", () => {
    const outcomes = Object.entries<Contract>(CONTRACTS).flatMap(([type, { problems }]) =>
      problems.map((code) => ({ type, code, status: PROBLEMS[code].status })),
    );
    expect(outcomes.filter(({ status }) => status === 429 || status >= 500)).toEqual([]);
  });

  test("each has a title of its own", () => {
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("dressed for HTTP they are RFC 9457", () => {
    const details = problemDetails({
      code: "slot_taken",
      path: "input.start",
      alternatives: ["2026-11-23T09:40+03:00"],
    });
    expect(details).toEqual({
      type: "urn:healthbridge:problem:slot_taken",
      title: PROBLEMS.slot_taken.title,
      status: 409,
      code: "slot_taken",
      path: "input.start",
      alternatives: ["2026-11-23T09:40+03:00"],
      next: PROBLEMS.slot_taken.next,
    });
    expect(ProblemDetails.safeParse(details).success).toBe(true);
  });

  test("a code of a later version is shown as it is", () => {
    expect(problemDetails({ code: "moon_full" })).toEqual({
      type: "urn:healthbridge:problem:moon_full",
      title: "moon_full",
      status: 422,
      code: "moon_full",
    });
    expect(isProblemCode("moon_full")).toBe(false);
    expect(isProblemCode("toString")).toBe(false);
  });
});
