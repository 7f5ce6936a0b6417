import { expect, test } from "vitest";
import { triesLeft, waitMs } from "../../src/vault/tries.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

test.each([
  [0, 0],
  [4, 0],
  [5, 30 * SECOND],
  [6, MINUTE],
  [7, 5 * MINUTE],
  [8, 15 * MINUTE],
  [9, 60 * MINUTE],
  [1_000, 60 * MINUTE],
])("after %i wrong PINs in a row there is a wait of %i ms", (wrong, ms) => {
  expect(waitMs({ wrong, at: 0 }, 0)).toBe(ms);
  expect(waitMs({ wrong, at: 0 }, ms)).toBe(0);
  expect(waitMs({ wrong, at: 0 }, ms - 1)).toBe(ms === 0 ? 0 : 1);
});

test("five are free, and then each has its wait", () => {
  expect([0, 1, 4, 5, 9].map((wrong) => triesLeft({ wrong, at: 0 }))).toEqual([5, 4, 1, 1, 1]);
});
