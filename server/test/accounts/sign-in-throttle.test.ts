import { describe, expect, it } from "vitest";
import { Refused } from "../../src/accounts/refused.ts";
import { createSignInThrottle } from "../../src/accounts/sign-in-throttle.ts";

const LIMITS = { perAddress: 6, perName: 8, perNameAndAddress: 3, seconds: 2 };
const attempt = (login: string, address: string) => ({ tenant: "demo", login, address });

type Throttle = ReturnType<typeof createSignInThrottle>;

/** How many of so many attempts were refused, each with a time to wait. */
async function tries(throttle: Throttle, login: string, address: string, times: number): Promise<number> {
  let refusals = 0;
  for (let round = 0; round < times; round += 1) {
    try {
      await throttle.attempt(attempt(login, address));
    } catch (error) {
      if (!(error instanceof Refused) || (error.retryAfter ?? 0) <= 0) throw error;
      refusals += 1;
    }
  }
  return refusals;
}

describe("guessing passwords is slowed down", () => {
  it("for one name from one address", async () => {
    expect(await tries(createSignInThrottle(LIMITS), "wanjiku", "1.1.1.1", 5)).toBe(2);
  });

  it("for many names from one address", async () => {
    const throttle = createSignInThrottle(LIMITS);
    let refusals = 0;
    for (let at = 0; at < 9; at += 1) refusals += await tries(throttle, `name${String(at)}`, "1.1.1.1", 1);
    expect(refusals).toBe(3);
  });

  it("for one name from many addresses, but not where she signed in before", async () => {
    const throttle = createSignInThrottle(LIMITS);
    await throttle.attempt(attempt("wanjiku", "9.9.9.9"));
    await throttle.succeeded(attempt("wanjiku", "9.9.9.9"));
    let refusals = 0;
    for (let at = 0; at < 12; at += 1) refusals += await tries(throttle, "wanjiku", `2.2.2.${String(at)}`, 1);
    expect(refusals).toBe(4);
    expect(await tries(throttle, "wanjiku", "9.9.9.9", 1)).toBe(0);
  });

  it("and one address alone, however often it tries, does not keep her out elsewhere", async () => {
    const throttle = createSignInThrottle(LIMITS);
    await tries(throttle, "wanjiku", "6.6.6.6", 100);
    expect(await tries(throttle, "wanjiku", "9.9.9.9", 1)).toBe(0);
  });

  it("and it ends by itself", async () => {
    const throttle = createSignInThrottle({ ...LIMITS, seconds: 1 });
    expect(await tries(throttle, "wanjiku", "1.1.1.1", 4)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await tries(throttle, "wanjiku", "1.1.1.1", 1)).toBe(0);
  });
});

it("signing in rightly again and again is never slowed down", async () => {
  const throttle = createSignInThrottle(LIMITS);
  let refusals = 0;
  for (let round = 0; round < 30; round += 1) {
    refusals += await tries(throttle, "wanjiku", "1.1.1.1", 1);
    await throttle.succeeded(attempt("wanjiku", "1.1.1.1"));
  }
  expect(refusals).toBe(0);
});
