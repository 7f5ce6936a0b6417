import { canonicalText, shortSum } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { document, examples, realCurl, run } from "./run-protocol-examples.ts";

describe("the protocol reference", () => {
  test("has examples, and a client of at most sixty lines", () => {
    expect(examples.length).toBeGreaterThan(20);
    const client = examples.find(({ script }) => script.includes("sync() {"));
    expect(client?.script.trim().split("\n").length).toBeLessThanOrEqual(60);
  });

  test("shows sums that are right", () => {
    const section = document.slice(
      document.indexOf("| canonical text | sum |"),
      document.indexOf("### The answer in lines"),
    );
    const vectors = [...section.matchAll(/^\| `(.*)` \| `([0-9a-z]{5})` \|$/gm)];
    expect(vectors.length).toBeGreaterThan(5);
    for (const [, canonical = "", sum] of vectors) {
      const value: unknown = JSON.parse(canonical);
      expect(canonicalText(value)).toBe(canonical);
      expect(shortSum(value)).toBe(sum);
    }
  });

  test("is run with curl as it is pasted", { timeout: 120_000, skip: !realCurl }, async () => {
    const { shown, printed } = await run("curl");
    expect(printed).toEqual(shown);
  });
});
