import { refused } from "../accounts/refused.ts";

/** How much of one account is worked on at one time, and how much more may wait for that. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly waiting: number;
}

/** As many as a socket has under way at one time. */
const LIMITS: TurnLimits = { atOnce: 4, waiting: 100 };
/** seconds after which to ask again where too much waits */
const RETRY_AFTER = 1;

interface Turns {
  working: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets only so much of one account be worked on at one time: what costs the database half a second each, a search as a sync, would else keep everybody waiting,
 * however few a minute are allowed. Bodies are read before, for one can take minutes to come.
 */
export class AccountTurns {
  readonly #limits: TurnLimits;
  readonly #accounts = new Map<string, Turns>();

  constructor(limits: TurnLimits = LIMITS) {
    this.#limits = limits;
  }

  /**
   * Does some work for an account when it is its turn.
   * @throws Refused `rate_limited` where too much waits already
   */
  async during<T>(account: string, work: () => Promise<T>): Promise<T> {
    await this.#begin(account);
    try {
      return await work();
    } finally {
      this.#end(account);
    }
  }

  async #begin(account: string): Promise<void> {
    const turns = this.#accounts.get(account) ?? { working: 0, waiting: [] };
    this.#accounts.set(account, turns);
    if (turns.working < this.#limits.atOnce) {
      turns.working += 1;
      return;
    }
    if (turns.waiting.length >= this.#limits.waiting) throw refused("rate_limited", undefined, RETRY_AFTER);
    await new Promise<void>((resolve) => turns.waiting.push(resolve));
  }

  /** Who has waited longest takes the turn over; the count stays. */
  #end(account: string): void {
    const turns = this.#accounts.get(account);
    if (turns === undefined) return;
    const next = turns.waiting.shift();
    if (next !== undefined) return next();
    turns.working -= 1;
    if (turns.working === 0) this.#accounts.delete(account);
    return undefined;
  }
}
