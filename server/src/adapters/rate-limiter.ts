import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** Counts per key over a window of time, in this process. Several processes each count for themselves. */
export interface RateLimiter {
  /** Takes one. Answers `undefined`, or the seconds after which there is room again. */
  take(key: string): Promise<number | undefined>;
  /** Gives one back. */
  giveBack(key: string): Promise<void>;
  /** Forgets a key. */
  forget(key: string): Promise<void>;
}

const SHORTEST_WAIT_SECONDS = 1;

export function createRateLimiter(points: number, seconds: number): RateLimiter {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
        return undefined;
      } catch (error) {
        // Anything else is a fault: let it through as one, and the request fails closed.
        if (!(error instanceof RateLimiterRes)) throw error;
        return Math.max(SHORTEST_WAIT_SECONDS, Math.ceil(error.msBeforeNext / 1000));
      }
    },
    async giveBack(key) {
      await limiter.reward(key);
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}
