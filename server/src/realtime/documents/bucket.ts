/** How much of something at once, and how much a second in the long run. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts against a rate. */
export class Bucket {
  readonly #rate: Rate;
  #left: number;
  #since: number;

  /** @param now ms of a clock that never goes back */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#since = now;
  }

  /** Takes so much; false where there was not enough, though it is taken all the same. */
  take(now: number, much = 1): boolean {
    const { burst, perSecond } = this.#rate;
    const refilled = this.#left + ((now - this.#since) * perSecond) / 1_000;
    this.#since = now;
    this.#left = Math.min(burst, refilled) - much;
    return this.#left >= 0;
  }

  /** Whether it is as full as it can be: nobody has to remember it. */
  full(now: number): boolean {
    const { burst, perSecond } = this.#rate;
    return this.#left + ((now - this.#since) * perSecond) / 1_000 >= burst;
  }
}
