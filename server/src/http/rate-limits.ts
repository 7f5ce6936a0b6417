import type { MiddlewareHandler } from "hono";
import { refused } from "../accounts/refused.ts";
import { createRateLimiter, type RateLimiter } from "../adapters/rate-limiter.ts";
import { addressKey } from "./client-address.ts";
import type { RequestEnv } from "./context.ts";

const MINUTE_SECONDS = 60;

/** Counts requests per minute. */
export function perMinute(most: number): RateLimiter {
  return createRateLimiter(most, MINUTE_SECONDS);
}

/** Takes one from a limit, or refuses with the time to wait. A limiter that fails refuses as well (it throws). */
export async function takeOne(limiter: RateLimiter, key: string): Promise<void> {
  const wait = await limiter.take(key);
  if (wait !== undefined) throw refused("rate_limited", undefined, wait);
}

/** Bounds what one address asks, signed in or not. */
export function limitAddress(limiter: RateLimiter): MiddlewareHandler<RequestEnv> {
  return async function limitByAddress(c, next) {
    await takeOne(limiter, addressKey(c.get("address")));
    await next();
  };
}
