import { LIMITS } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { Pace } from "../../src/sync/pace.ts";

/** An exchange over a line of so many bytes per second with a round trip of so many ms. */
function exchange(
  pace: Pace,
  speed: number,
  roundTrip: number,
): { readonly operations: number; readonly ms: number } {
  const operations = pace.batch();
  const bytes = operations * 80;
  const ms = roundTrip + (bytes / speed) * 1_000;
  pace.measured(bytes, operations, ms);
  return { operations, ms };
}

test("on 2G a request soon takes between four and eight seconds", () => {
  const pace = new Pace();
  for (let turn = 0; turn < 8; turn++) exchange(pace, 2_500, 800);
  const { ms, operations } = exchange(pace, 2_500, 800);
  expect(ms).toBeGreaterThan(4_000);
  expect(ms).toBeLessThan(8_500);
  expect(operations).toBeLessThan(260);
  expect(pace.budget()).toBeLessThan(30_000);
});

test("on a fast line a request soon holds as many operations as it may", () => {
  const pace = new Pace();
  for (let turn = 0; turn < 4; turn++) exchange(pace, 5_000_000, 5);
  expect(pace.batch()).toBe(LIMITS.operationsPerRequest);
  expect(pace.budget()).toBeUndefined();
});

test("a line that breaks is tried with less, never with less than five", () => {
  const pace = new Pace();
  for (let turn = 0; turn < 4; turn++) exchange(pace, 2_500, 800);
  const before = pace.batch();
  pace.failed();
  expect(pace.batch()).toBeLessThan(before);
  for (let turn = 0; turn < 20; turn++) pace.failed();
  expect(pace.batch()).toBe(5);
});

test("a line that broke often and is good again soon carries as much as before", () => {
  const pace = new Pace();
  for (let turn = 0; turn < 4; turn++) exchange(pace, 50_000, 100);
  const before = pace.batch();
  for (let turn = 0; turn < 20; turn++) pace.failed();
  for (let turn = 0; turn < 10; turn++) exchange(pace, 50_000, 100);
  expect(pace.batch()).toBe(before);
});

test("a server that is slow to answer is not taken for a slow line", () => {
  const pace = new Pace();
  for (let turn = 0; turn < 4; turn++) exchange(pace, 1_000_000, 20);
  for (let turn = 0; turn < 20; turn++) {
    pace.measured(70, 0, 2_000);
    pace.measured(1_200, 15, 2_000);
  }
  expect(pace.batch()).toBeGreaterThan(200);
  expect(pace.budget()).toBeUndefined();
});

test("answers grow while full ones come quickly, and are small again after a cut", () => {
  const pace = new Pace();
  for (let turn = 0; turn < 8; turn++) exchange(pace, 1_000, 800);
  const before = pace.budget() ?? 0;
  pace.filled(1_000);
  expect(pace.budget()).toBe(2 * before);
  for (let turn = 0; turn < 10; turn++) pace.filled(1_000);
  expect(pace.budget()).toBeUndefined();
  pace.failed();
  expect(pace.budget()).toBeLessThanOrEqual(before);
});

test("patience grows with what is sent over a slow line and is never under 30 seconds", () => {
  const pace = new Pace();
  expect(pace.patience(200)).toBe(30_000);
  for (let turn = 0; turn < 8; turn++) exchange(pace, 1_000, 800);
  expect(pace.patience(100_000)).toBeGreaterThan(200_000);
});
