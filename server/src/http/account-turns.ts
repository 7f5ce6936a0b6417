import { type Refused, refused } from "../accounts/refused.ts";

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
  readonly waiting: Set<() => void>;
}

/**
 * Lets only so much of one account be worked on at one time: what costs the database half a second each, a search as a sync, would else keep everybody waiting,
 * however few a minute are allowed. Bodies are read before, for one can take minutes to come. Whoever hangs up while she waits waits no longer: she may be back already,
 * and would wait behind herself.
 */
export class AccountTurns {
  readonly #limits: TurnLimits;
  readonly #accounts = new Map<string, Turns>();

  constructor(limits: TurnLimits = LIMITS) {
    this.#limits = limits;
  }

  /**
   * Does some work for an account when it is its turn.
   * @param gone says that nobody waits for it any more
   * @throws Refused `rate_limited` where too much waits already, or whoever asked is gone before her turn
   */
  async during<T>(account: string, work: () => Promise<T>, gone?: AbortSignal): Promise<T> {
    await this.#begin(account, gone);
    try {
      return await work();
    } finally {
      this.#end(account);
    }
  }

  async #begin(account: string, gone: AbortSignal | undefined): Promise<void> {
    const turns = this.#accounts.get(account) ?? { working: 0, waiting: new Set() };
    this.#accounts.set(account, turns);
    if (turns.working < this.#limits.atOnce) {
      turns.working += 1;
      return;
    }
    if (turns.waiting.size >= this.#limits.waiting || gone?.aborted === true) throw tooMuch();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      turns.waiting.delete(enter);
      reject(tooMuch());
    };
    const enter = (): void => {
      gone?.removeEventListener("abort", leave);
      resolve();
    };
    turns.waiting.add(enter);
    gone?.addEventListener("abort", leave);
    await promise;
  }

  /** Who has waited longest takes the turn over; the count stays. */
  #end(account: string): void {
    const turns = this.#accounts.get(account);
    if (turns === undefined) return;
    const [next] = turns.waiting;
    if (next !== undefined) {
      turns.waiting.delete(next);
      return next();
    }
    turns.working -= 1;
    if (turns.working === 0) this.#accounts.delete(account);
    return undefined;
  }
}

function tooMuch(): Refused {
  return refused("rate_limited", undefined, RETRY_AFTER);
}
