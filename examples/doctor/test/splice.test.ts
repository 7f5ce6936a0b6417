import { describe, expect, test } from "vitest";
import { placeAfter, spliceOf } from "../src/documents/splice.ts";

describe("the change between two texts", () => {
  test.each([
    ["typed in the middle", "fever", "feeever", 4, { at: 2, removed: 0, inserted: "ee" }],
    ["a letter typed beside its equals", "aa", "aaa", 1, { at: 0, removed: 0, inserted: "a" }],
    ["a letter removed beside its equals", "aaa", "aa", 1, { at: 1, removed: 1, inserted: "" }],
    ["a word replaced", "mild cough", "dry cough", 3, { at: 0, removed: 4, inserted: "dry" }],
    ["all of it removed", "cough", "", 0, { at: 0, removed: 5, inserted: "" }],
  ])("%s", (_, before, after, caret, expected) => {
    expect(spliceOf(before, after, caret)).toEqual(expected);
  });

  test("never cuts a character in two", () => {
    expect(spliceOf("ill 😀!", "ill 😁!", 6)).toEqual({ at: 4, removed: 2, inserted: "😁" });
    expect(spliceOf("𐀀", "𐐀", 2)).toEqual({ at: 0, removed: 2, inserted: "𐐀" });
  });
});

describe("a place after a change", () => {
  const delta = [{ retain: 2 }, { insert: "xyz" }, { delete: 3 }, { retain: 1 }];

  test.each([
    [0, "before", { at: 0, gone: false }],
    [2, "before", { at: 2, gone: false }],
    [2, "after", { at: 5, gone: true }],
    [4, "before", { at: 5, gone: true }],
    [5, "before", { at: 5, gone: false }],
    [9, "before", { at: 9, gone: false }],
  ] as const)("%i, %s what is put there", (place, side, expected) => {
    expect(placeAfter(delta, place, side)).toEqual(expected);
  });
});
