import { expect, test } from "vitest";
import { AccountTurns } from "../../src/http/account-turns.ts";

/** Work that lasts until it is told to end. */
function work(turns: AccountTurns, account: string, gone?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { begun: false };
  const done = turns.during(
    account,
    () => {
      state.begun = true;
      return promise;
    },
    gone,
  );
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

test("whoever hangs up while waiting makes room at once, and nothing is done for her", async () => {
  const turns = new AccountTurns({ atOnce: 1, waiting: 2 });
  const hangUp = new AbortController();
  const first = work(turns, "mine");
  const left = work(turns, "mine", hangUp.signal);
  const stays = work(turns, "mine", new AbortController().signal);
  hangUp.abort();
  await expect(left.done).rejects.toMatchObject({ problem: { code: "rate_limited" } });
  const back = work(turns, "mine");
  first.end();
  await settled();
  expect([left, stays, back].map(({ state }) => state.begun)).toEqual([false, true, false]);
  stays.end();
  back.end();
  expect(await Promise.all([stays.done, back.done])).toEqual(["done", "done"]);
});

test("whoever has hung up before waiting is not let in, and keeps nobody out", async () => {
  const turns = new AccountTurns({ atOnce: 1, waiting: 1 });
  const first = work(turns, "mine");
  const left = work(turns, "mine", AbortSignal.abort());
  await expect(left.done).rejects.toMatchObject({ problem: { code: "rate_limited" } });
  const next = work(turns, "mine");
  first.end();
  next.end();
  expect(await next.done).toBe("done");
  expect(left.state.begun).toBe(false);
});

test("who hangs up while she is worked for gives her turn on when it is through", async () => {
  const turns = new AccountTurns({ atOnce: 1, waiting: 1 });
  const hangUp = new AbortController();
  const first = work(turns, "mine", hangUp.signal);
  const next = work(turns, "mine");
  await settled();
  hangUp.abort();
  await settled();
  expect(next.state.begun).toBe(false);
  first.end();
  next.end();
  expect(await Promise.all([first.done, next.done])).toEqual(["done", "done"]);
});
