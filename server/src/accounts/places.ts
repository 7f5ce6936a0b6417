import { refused } from "./refused.ts";

const RETRY_AFTER_SECONDS = 2;

/**
 * Lets so many pieces of work run at once and so many wait; the next is sent away. Hashing a password takes a processor
 * for a twentieth of a second: a flood of sign-ins must not take them all, nor pile up.
 */
export class Places {
  readonly #waiting: (() => void)[] = [];
  readonly #most: number;
  readonly #mostWaiting: number;
  #busy = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#busy < this.#most) {
      this.#busy += 1;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting)
      throw refused("unavailable", undefined, RETRY_AFTER_SECONDS);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  /** The place passes on to whoever waits longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }
}
