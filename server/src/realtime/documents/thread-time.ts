import type { Clock } from "../../adapters/clock.ts";
import { Bucket } from "./bucket.ts";
import { THREAD_TIME } from "./limits.ts";

/** How much of the thread's CPU each account has used: what one sends may be slow to apply, though every limit of size is kept. */
export class ThreadTime {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Answers false where it was more than one account may use. */
  spend(account: string, cpuMs: number): boolean {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(account) ?? new Bucket(THREAD_TIME, now);
    this.#buckets.set(account, bucket);
    return bucket.take(now, cpuMs);
  }

  /** Whether an account has to wait. */
  isOver(account: string): boolean {
    return this.#buckets.get(account)?.take(this.#clock.monotonic(), 0) === false;
  }

  /** Forgets who has used nothing for a while. */
  clear(): void {
    const now = this.#clock.monotonic();
    for (const [account, bucket] of this.#buckets) if (bucket.full(now)) this.#buckets.delete(account);
  }
}
