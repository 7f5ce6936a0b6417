import { LIMITS } from "@healthbridge/schema";
import { describe, expect, it } from "vitest";
import { faultIn, parseJson } from "../../src/http/json-guard.ts";

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("JSON from outside", () => {
  it("is read as deep as the limit and no deeper", () => {
    expect(() => parseJson(nested(LIMITS.jsonDepth))).not.toThrow();
    expect(() => parseJson(nested(LIMITS.jsonDepth + 1))).toThrow("malformed");
  });

  it("half a million levels deep is refused at once", () => {
    const started = performance.now();
    expect(() => parseJson(nested(500_000))).toThrow("malformed");
    expect(() => parseJson(`${'{"a":'.repeat(500_000)}1`)).toThrow("malformed");
    expect(performance.now() - started).toBeLessThan(200);
  });

  it("is not misled by brackets in texts", () => {
    expect(parseJson(JSON.stringify({ a: "[[[[[[[[[[[[[[[[[[[[", b: '\\"[[[[{{{{' }))).toBeDefined();
    expect(() => parseJson(`["\\\\",${nested(LIMITS.jsonDepth)}]`)).toThrow("malformed");
  });

  it("that is none is refused without quoting it", () => {
    for (const text of ["", "{", '{"a":canary}', "NaN", "'canary'", '{"a":1,}', "01"]) {
      let thrown: unknown;
      try {
        parseJson(text);
      } catch (error) {
        thrown = error;
      }
      expect(JSON.stringify(thrown)).not.toContain("canary");
      expect(thrown).toMatchObject({ problem: { code: "malformed" } });
    }
  });

  it("keeps the last of two equal keys", () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
  });
});

describe("a parsed value is at fault", () => {
  it.each([
    ['{"__proto__":{"admin":true}}', "__proto__"],
    ['{"a":[{"constructor":{"prototype":{}}}]}', "a.0.constructor"],
    ['{"a":{"prototype":1}}', "a.prototype"],
    ['{"a":1e400}', "a"],
    ['{"a":9007199254740993}', "a"],
    ['{"a":-9007199254740993}', "a"],
    ['{"a":"x\\u0000y"}', "a"],
    ['{"a":"\\ud83d"}', "a"],
    ['{"a":{"\\udc00":1}}', "a.\ufffd"],
    ['{"a":{"b\\u0000":1}}', "a.b?"],
  ])("for %s", (text, path) => {
    expect(faultIn(parseJson(text))?.path).toBe(path);
  });

  it("for nothing that an honest client sends", () => {
    const honest = { a: [1, -0.5, 9_007_199_254_740_991, null, true, "🐘 ዛሬ \n"], proto: {}, b: { c: {} } };
    expect(faultIn(honest)).toBeUndefined();
  });
});
