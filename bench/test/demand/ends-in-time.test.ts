import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endsInTime } from "../../demand/ends-in-time.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what ends is waited for, and what it failed with is told", async () => {
  await endsInTime("the pool", Promise.resolve());
  await expect(endsInTime("the pool", Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(vi.getTimerCount()).toBe(0);
});

test("what never ends is an error that says what holds it", async () => {
  const told = endsInTime("the pool", new Promise(() => undefined), () => "1 connection was kept.").catch(
    String,
  );
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await told).toBe("Error: the pool has not ended within 30 s. 1 connection was kept.");
});
