import type { EntityId } from "@healthbridge/schema";
import type { AccountSettings } from "../accounts/parts.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Timers } from "../adapters/timers.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { Log } from "../telemetry/log.ts";
import { CLOSE, REALTIME } from "./limits.ts";
import type { OpenSocket } from "./open-socket.ts";

export interface SessionWatchParts {
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly settings: Pick<AccountSettings, "idleMs">;
  /** every socket that is open */
  readonly sockets: Iterable<OpenSocket>;
}

/** Ends sockets whose session is over. */
export interface SessionWatch {
  /** Looks at one device now: this process has just ended its session, or may have. */
  look(device: EntityId): void;
  close(): Promise<void>;
}

const DEVICES_AT_ONCE = 1_000;

/**
 * Looks at the sessions behind all sockets every few seconds: one statement for a thousand devices. Whoever is signed out, revoked or disabled, or whose session has run
 * out, loses her sockets, whichever process ended it.
 */
export function watchSessions(parts: SessionWatchParts): SessionWatch {
  const { timers, log } = parts;
  const closing = new AbortController();
  const { signal } = closing;
  const lookAt = async (sockets: readonly OpenSocket[]): Promise<void> => {
    try {
      await endThoseThatAreOver(parts, sockets);
    } catch (error) {
      // Nobody is cut off because the database is away: what she asks for is refused by it anyhow.
      log.warn("sessions were not looked at", { why: error instanceof Error ? error.name : "" });
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await timers.sleep(REALTIME.sessionsMs, signal).catch(() => undefined); // ended by `close`
      if (!signal.aborted) await lookAt([...parts.sockets]);
    }
  };
  const running = run();
  return {
    look(device) {
      const hers = [...parts.sockets].filter(({ holder }) => holder.device === device);
      if (hers.length > 0) void lookAt(hers);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

async function endThoseThatAreOver(
  { pool, clock, settings }: SessionWatchParts,
  sockets: readonly OpenSocket[],
): Promise<void> {
  const devices = [...new Set(sockets.map(({ holder }) => holder.device))];
  const living = new Set<string>();
  const now = clock.now();
  for (let at = 0; at < devices.length; at += DEVICES_AT_ONCE) {
    const some = devices.slice(at, at + DEVICES_AT_ONCE);
    const rows = await read(pool, (reader) =>
      reader.query<{ device: string; account: string }>(
        `SELECT s.device_id AS device, a.id AS account FROM session s JOIN device d ON d.id = s.device_id JOIN account a ON a.id = d.account_id
         WHERE s.device_id IN (?) AND s.ended_at IS NULL AND s.expires_at > ? AND s.used_at > ? AND d.status = 'active' AND a.status = 'active'`,
        [some, now, now - settings.idleMs],
      ),
    );
    for (const { device, account } of rows) living.add(`${device} ${account}`);
  }
  for (const socket of sockets)
    if (!living.has(`${socket.holder.device} ${socket.holder.account}`))
      socket.end(CLOSE.sessionOver, "the session is over");
}
