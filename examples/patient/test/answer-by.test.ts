import { expect, test } from "vitest";
import { timeLeft } from "../src/logic/answer-by.ts";
import { en } from "../src/words/en.ts";
import { hi } from "../src/words/hi.ts";
import { sw } from "../src/words/sw.ts";

test.each([
  [59.9, { unit: "minutes", count: 59 }],
  [1, { unit: "minutes", count: 1 }],
  [0.9, { unit: "moment", count: 0 }],
  [0, { unit: "over", count: 0 }],
  [-5, { unit: "over", count: 0 }],
  [60, { unit: "hours", count: 1 }],
  [47 * 60, { unit: "hours", count: 47 }],
  [48 * 60, { unit: "days", count: 2 }],
])("%d minutes are %o", (minutes, left) => {
  expect(timeLeft(minutes * 60_000, 0)).toEqual(left);
});

test.each([en, sw, hi])("the last minute of an offer, and its end, are said without a number", (words) => {
  for (const minutes of [0.9, 0]) {
    const text = words[`offer.left.${timeLeft(minutes * 60_000, 0).unit}`];
    expect(text).toEqual(expect.stringMatching(/^[^{}\d]+$/));
  }
});
