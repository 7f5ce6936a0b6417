import { expect, test } from "vitest";
import { inTurn } from "../../src/logic/in-turn.ts";

test("the second of two taps finds what the first has queued", async () => {
  const queue: string[] = [];
  const first = Promise.withResolvers<void>();
  const checkIn = (kept: Promise<void>) => async (): Promise<boolean> => {
    if (queue.includes("check-in")) return false;
    await kept;
    queue.push("check-in");
    return true;
  };
  const taps = [inTurn(checkIn(first.promise)), inTurn(checkIn(Promise.resolve()))];
  first.resolve();
  expect(await Promise.all(taps)).toEqual([true, false]);
  expect(queue).toEqual(["check-in"]);
});

test("where one could not be kept the next is tried all the same", async () => {
  const full = inTurn(() => Promise.reject(new Error("full")));
  const next = inTurn(() => Promise.resolve("kept"));
  await expect(full).rejects.toThrow("full");
  expect(await next).toBe("kept");
});
