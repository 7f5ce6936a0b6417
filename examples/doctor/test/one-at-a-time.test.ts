import { expect, test } from "vitest";
import { oneAtATime } from "../src/shared/one-at-a-time.ts";

test("a second tap while the first is at work asks for nothing twice", async () => {
  const once = oneAtATime();
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked: string[] = [];
  const first = once(async () => {
    asked.push("first");
    await promise;
  });
  await once(async () => asked.push("second"));
  resolve();
  await first;
  await once(async () => asked.push("third"));
  expect(asked).toEqual(["first", "third"]);
});

test("what failed can be tried again", async () => {
  const once = oneAtATime();
  await expect(once(() => Promise.reject(new Error("full")))).rejects.toThrow("full");
  const asked: string[] = [];
  await once(async () => asked.push("again"));
  expect(asked).toEqual(["again"]);
});
