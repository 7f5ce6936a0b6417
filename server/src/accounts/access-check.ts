import type { EntityId } from "@healthbridge/schema";
import type { Clock } from "../adapters/clock.ts";
import type { DatabasePool } from "../database/pool.ts";
import { livingSession } from "./account-reads.ts";
import type { Authenticated } from "./authenticated.ts";

/** Says who an access token speaks for now. */
export interface AccessCheck {
  /** `undefined`: signed out, revoked or disabled since the token was made */
  who(account: EntityId, device: EntityId): Promise<Authenticated | undefined>;
  /** What this process just ended is not looked up in its memory again. */
  forget(device: EntityId): void;
  /** The same for every device of an account. */
  forgetAccount(account: EntityId): void;
  /** Tells the listener of every device that is forgotten: what lives as long as its session is looked at now. */
  onForgotten(listener: (device: EntityId) => void): void;
}

/** How long an answer is used again: at most so long after a change elsewhere the old answer still holds. */
const FRESH_MS = 2_000;
const MOST_ENTRIES = 20_000;

interface Entry {
  readonly account: EntityId;
  readonly since: number;
  readonly who: Promise<Authenticated | undefined>;
}

/** Remembers for two seconds; a device that sends many requests costs one look at the database. */
export function createAccessCheck(pool: DatabasePool, clock: Clock): AccessCheck {
  const entries = new Map<EntityId, Entry>();
  const listeners: Array<(device: EntityId) => void> = [];
  const forget = (device: EntityId): void => {
    entries.delete(device);
    for (const listener of listeners) listener(device);
  };
  return {
    async who(account, device) {
      const found = entries.get(device);
      const now = clock.monotonic();
      if (found !== undefined && found.account === account && now - found.since < FRESH_MS) return found.who;
      const who = livingSession(pool, account, device, clock.now());
      entries.delete(device);
      entries.set(device, { account, since: now, who });
      const [oldest] = entries.keys();
      if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
      // A database that was away must not be remembered as an answer.
      who.catch(() => entries.delete(device));
      return who;
    },
    forget,
    forgetAccount(account) {
      const devices = [...entries].filter(([, entry]) => entry.account === account);
      for (const [device] of devices) forget(device);
    },
    onForgotten(listener) {
      listeners.push(listener);
    },
  };
}
