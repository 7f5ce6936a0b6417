import type { EntityId, TicketPurpose } from "@healthbridge/schema";
import type { AccountSettings } from "../accounts/parts.ts";
import { livingSessionUntil } from "../accounts/account-reads.ts";
import type { Authenticated } from "../accounts/authenticated.ts";
import { digest } from "../accounts/refresh-token.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";
import { REALTIME } from "./limits.ts";

/** Who came with a ticket, as the database says now. */
export interface TicketHolder extends Authenticated {
  /** when the session ends if nothing else ends it, ms since 1970 */
  readonly sessionExpiresAt: number;
  /** where the page that asked for the ticket came from; `undefined`: it was no page */
  readonly origin: string | undefined;
}

/** Whoever asks for a ticket. */
export type TicketAsker = Pick<Authenticated, "tenant" | "account" | "device"> & {
  readonly origin?: string | undefined;
};

/** One-time tickets, good on every server process of the database. */
export interface Tickets {
  issue(who: TicketAsker, purpose: TicketPurpose): Promise<string>;
  /**
   * Uses a ticket up. `undefined`: there is none such, it was used before, it is over or for something else, or its session has ended. Shown at the wrong door it is used up
   * as well.
   */
  redeem(ticket: string, purpose: TicketPurpose): Promise<TicketHolder | undefined>;
}

export interface TicketParts {
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly settings: Pick<AccountSettings, "idleMs">;
}

const TICKET = /^[A-Za-z0-9_-]{32}$/;
const NOW = "CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED)";

interface TicketRow {
  readonly account: EntityId;
  readonly device: EntityId;
  readonly purpose: string;
  readonly origin: string | null;
  readonly stale: number;
}

/** A ticket is a row under the digest of what was handed out; whoever deletes the row has used the ticket. Times are the database's: its processes' clocks may differ. */
export function createTickets({ pool, clock, randomness, settings }: TicketParts): Tickets {
  return {
    async issue({ tenant, account, device, origin }, purpose) {
      const ticket = Buffer.from(randomness.bytes(REALTIME.ticketBytes)).toString("base64url");
      await inTransaction(pool, (tx) =>
        tx.write(
          `INSERT INTO ticket (digest, tenant_id, account_id, device_id, purpose, origin, expires_at) VALUES (?, ?, ?, ?, ?, ?, ${NOW} + ?)`,
          [digest(ticket), tenant, account, device, purpose, origin ?? null, REALTIME.ticketMs],
        ),
      );
      return ticket;
    },
    async redeem(ticket, purpose) {
      if (!TICKET.test(ticket)) return undefined;
      const row = await takeAway(pool, digest(ticket));
      if (row === undefined || row.stale !== 0 || row.purpose !== purpose) return undefined;
      const session = await livingSessionUntil(pool, row.account, row.device, clock.now(), settings.idleMs);
      if (session === undefined) return undefined;
      return { ...session.who, sessionExpiresAt: session.expiresAt, origin: row.origin ?? undefined };
    },
  };
}

async function takeAway(pool: DatabasePool, key: string): Promise<TicketRow | undefined> {
  return inTransaction(pool, async (tx) => {
    const [row] = await tx.query<TicketRow>(
      `SELECT account_id AS account, device_id AS device, purpose, origin, expires_at <= ${NOW} AS stale FROM ticket WHERE digest = ? FOR UPDATE`,
      [key],
    );
    if (row === undefined) return undefined;
    // What another process of a cluster deleted at the same time is not ours: writes are what it compares.
    const { affectedRows } = await tx.write("DELETE FROM ticket WHERE digest = ?", [key]);
    return affectedRows === 1 ? row : undefined;
  });
}
