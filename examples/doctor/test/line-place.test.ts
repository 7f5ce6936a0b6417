import { describe, expect, test } from "vitest";
import { placeOfLine, reachesServer } from "../src/presence/line-place.ts";

describe("the live line", () => {
  test("is in another window where the server answers this one, and no line is tried", () => {
    expect(placeOfLine("live", true)).toBe("here");
    expect(placeOfLine("off", true)).toBe("elsewhere");
  });

  test("is nowhere where it was lost, or nothing was heard from the server yet", () => {
    expect(placeOfLine("connecting", true)).toBe("nowhere");
    expect(placeOfLine("off", false)).toBe("nowhere");
  });
});

describe("the server", () => {
  test("is reached once an exchange succeeded, until one fails", () => {
    const problem = { code: "offline", at: 2 } as const;
    expect(reachesServer({ lastSuccess: undefined, lastProblem: undefined })).toBe(false);
    expect(reachesServer({ lastSuccess: 1, lastProblem: undefined })).toBe(true);
    expect(reachesServer({ lastSuccess: 1, lastProblem: problem })).toBe(false);
  });
});
