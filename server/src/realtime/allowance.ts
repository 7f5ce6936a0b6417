const SECOND_MS = 1_000;

/** How many of something are let through: so many per second, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly atOnce: number;
}

/** Counts by a rate. */
export class Allowance {
  readonly #rate: Rate;
  #room: number;
  #countedAt: number;

  /** @param now a clock that never goes back, ms */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#room = rate.atOnce;
    this.#countedAt = now;
  }

  /** Takes one; answers whether there was one. */
  take(now: number): boolean {
    const grown = ((now - this.#countedAt) * this.#rate.perSecond) / SECOND_MS;
    // Who goes on in vain finds no less room for it later.
    this.#room = Math.max(-1, Math.min(this.#rate.atOnce, this.#room + grown) - 1);
    this.#countedAt = now;
    return this.#room >= 0;
  }
}
