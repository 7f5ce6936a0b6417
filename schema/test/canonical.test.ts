import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText, type Change, changedSlots, foreseenSum, type Sheet, shortSum } from "../src/index.ts";

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, shuffled(each)]),
  );
}

describe("canonical text", () => {
  test("does not depend on the order of keys, and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalText(value);
        expect(canonicalText(shuffled(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("leaves out what JSON leaves out", () => {
    expect(canonicalText({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
    expect(canonicalText({ b: 1, a: { d: "x", c: null } })).toBe('{"a":{"c":null,"d":"x"},"b":1}');
  });

  test("values that differ have other texts", () => {
    const texts = [
      {},
      [],
      null,
      "",
      0,
      false,
      { a: 1 },
      { a: "1" },
      [1],
      ["1"],
      { a: { b: 1 } },
      { "a.b": 1 },
    ].map(canonicalText);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe("short sums", () => {
  test("five characters of base 36, the same for the same content", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(shortSum(value)).toMatch(/^[0-9a-z]{5}$/);
        expect(shortSum(shuffled(value))).toBe(shortSum(value));
      }),
    );
  });

  test("stay what they are: devices and servers of all versions compare them", () => {
    expect(shortSum({ a: 1 })).toMatchInlineSnapshot(`"qlvkh"`);
    expect(shortSum([])).toMatchInlineSnapshot(`"7k42t"`);
  });

  test("of a day sheet the slots that change count in what is foreseen, whatever else it holds", () => {
    const id = "aVdxT2lHdVNyQ2Rm.1/2026-11-23";
    const clinic: Change = {
      kind: "clinic",
      entity: { id: "aVdxT2lHdVNyQ2Rm.1", name: "A", zone: "Africa/Nairobi" },
    };
    const sheet = (states: string): Sheet => ({
      id,
      zone: "Africa/Nairobi",
      runs: [[29_923_500, 180, 20, 20, states]],
    });
    const sum = (before: string, after: string): string => {
      const changes: readonly Change[] = [clinic, { kind: "sheet", entity: sheet(after) }];
      return foreseenSum(
        changes,
        changedSlots(changes, () => sheet(before)),
      );
    };
    expect(sum("fbfff", "fffbf")).toBe(sum("fbffb", "fffbb"));
    expect(sum("fbfff", "fffbf")).not.toBe(sum("fffff", "fffbf"));
    expect(sum("fffbf", "fffbf")).toBe(foreseenSum([clinic]));
    expect(changedSlots([{ kind: "sheet", entity: sheet("fb") }], () => sheet("bf"))).toEqual([
      [id, 29_923_500, "f"],
      [id, 29_923_520, "b"],
    ]);
  });
});
