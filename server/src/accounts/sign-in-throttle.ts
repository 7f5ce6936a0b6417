import { createRateLimiter } from "../adapters/rate-limiter.ts";
import { refused } from "./refused.ts";

export interface SignInAttempt {
  readonly tenant: string;
  readonly login: string;
  /** the part of the caller's address that one subscriber has */
  readonly address: string;
}

/** Slows down guessing of passwords, by one address and by many. */
export interface SignInThrottle {
  /** Counts an attempt before the password is looked at. Throws `rate_limited`. */
  attempt(attempt: SignInAttempt): Promise<void>;
  /** The password was right: what was counted is given back. */
  succeeded(attempt: SignInAttempt): Promise<void>;
}

export interface SignInLimits {
  readonly perAddress: number;
  readonly perName: number;
  readonly perNameAndAddress: number;
  readonly seconds: number;
}

export const SIGN_IN_LIMITS: SignInLimits = {
  /** a clinic's people share one address */
  perAddress: 60,
  perName: 100,
  perNameAndAddress: 10,
  seconds: 900,
};

/** Pairs of name and address that are remembered, the oldest forgotten first. */
const MOST_TRUSTED = 50_000;

/**
 * Counts failed attempts per address, per name and per both together. The count per name is what stops guessing that is
 * spread over many addresses, and what a third party could use to lock somebody out: so it does not count for an address
 * from which she has signed in before, it ends by itself, and it never touches a session that is open.
 */
export function createSignInThrottle(limits: SignInLimits = SIGN_IN_LIMITS): SignInThrottle {
  const perAddress = createRateLimiter(limits.perAddress, limits.seconds);
  const perName = createRateLimiter(limits.perName, limits.seconds);
  const perPair = createRateLimiter(limits.perNameAndAddress, limits.seconds);
  const trusted = new Set<string>();
  return {
    async attempt({ tenant, login, address }) {
      const name = `${tenant} ${login}`;
      const pair = `${name} ${address}`;
      // One after the other: who is held back already counts for nothing more, else one address could use up what many may try for a name.
      const wait =
        (await perPair.take(pair)) ??
        (await perAddress.take(address)) ??
        (trusted.has(pair) ? undefined : await perName.take(name));
      if (wait !== undefined) throw refused("rate_limited", undefined, wait);
    },
    async succeeded({ tenant, login, address }) {
      const name = `${tenant} ${login}`;
      const pair = `${name} ${address}`;
      await Promise.all([perPair.forget(pair), perAddress.giveBack(address)]);
      if (!trusted.has(pair)) await perName.giveBack(name);
      trusted.delete(pair);
      trusted.add(pair);
      const [oldest] = trusted;
      if (trusted.size > MOST_TRUSTED && oldest !== undefined) trusted.delete(oldest);
    },
  };
}
