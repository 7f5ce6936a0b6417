import { expect, test } from "vitest";
import { AccountTurns } from "../../src/http/account-turns.ts";

/** Work that lasts until it is told to end. */
function work(turns: AccountTurns, account: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { begun: false };
  const done = turns.during(account, () => {
    state.begun = true;
    return promise;
  });
  return { state, done, end: () => resolve("done"), fail: () => reject(new Error("it broke")) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("of one account only so much is worked on at one time; what waits goes on in its order, and nobody else waits for it", async () => {
  const turns = new AccountTurns({ atOnce: 2, waiting: 9 });
  const mine = [1, 2, 3, 4].map(() => work(turns, "mine"));
  const other = work(turns, "other");
  await settled();
  expect(mine.map(({ state }) => state.begun)).toEqual([true, true, false, false]);
  expect(other.state.begun).toBe(true);
  mine[1]?.end();
  await settled();
  expect(mine.map(({ state }) => state.begun)).toEqual([true, true, true, false]);
  for (const each of [...mine, other]) each.end();
  expect(await Promise.all([...mine, other].map(({ done }) => done))).toEqual(Array(5).fill("done"));
});

test("work that fails gives its turn on", async () => {
  const turns = new AccountTurns({ atOnce: 1, waiting: 9 });
  const [first, second] = [work(turns, "mine"), work(turns, "mine")];
  first.fail();
  await expect(first.done).rejects.toThrow("it broke");
  second.end();
  expect(await second.done).toBe("done");
});

test("where too much waits the next is refused, and told when to come back", async () => {
  const turns = new AccountTurns({ atOnce: 1, waiting: 1 });
  const [first, second] = [work(turns, "mine"), work(turns, "mine")];
  await expect(turns.during("mine", () => Promise.resolve())).rejects.toMatchObject({
    problem: { code: "rate_limited" },
    retryAfter: 1,
  });
  first.end();
  second.end();
  await Promise.all([first.done, second.done]);
  await expect(turns.during("mine", () => Promise.resolve("again"))).resolves.toBe("again");
});
