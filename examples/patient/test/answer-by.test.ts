import { expect, test } from "vitest";
import { timeLeft } from "../src/logic/answer-by.ts";

test.each([
  [59.9, { unit: "minutes", count: 59 }],
  [0, { unit: "minutes", count: 0 }],
  [-5, { unit: "minutes", count: 0 }],
  [60, { unit: "hours", count: 1 }],
  [47 * 60, { unit: "hours", count: 47 }],
  [48 * 60, { unit: "days", count: 2 }],
])("%d minutes are %o", (minutes, left) => {
  expect(timeLeft(minutes * 60_000, 0)).toEqual(left);
});
