import type { Hono } from "hono";
import type { AccountParts } from "../accounts/parts.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { Timers } from "../adapters/timers.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { Authenticate, SignedInEnv } from "../http/context.ts";
import type { Lifecycle } from "../http/lifecycle.ts";
import type { SocketDoor } from "../http/listen.ts";
import type { Log } from "../telemetry/log.ts";
import type { ServerMetrics } from "../telemetry/server-metrics.ts";
import { type RelaySettings, relaysRoute } from "./relays-route.ts";
import { watchSessions } from "./session-watch.ts";
import { Sockets } from "./sockets.ts";
import { ticketRoute } from "./ticket-route.ts";
import { createTickets } from "./tickets.ts";
import { type UpgradeHandler, Upgrades, type UpgradeSettings } from "./upgrades.ts";

/** What the realtime side is made of. */
export interface RealtimeParts {
  readonly pool: DatabasePool;
  readonly accounts: AccountParts;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly metrics: ServerMetrics | undefined;
  readonly settings: UpgradeSettings & RelaySettings;
  /** who serves which sockets */
  readonly handlers: readonly UpgradeHandler[];
}

/** Everything that has a socket. */
export interface Realtime {
  readonly door: SocketDoor;
  /** `POST /v1/realtime/ticket`, `POST /v1/realtime/relays` */
  readonly routes: (authenticate: Authenticate) => Hono<SignedInEnv>;
  /** sockets open now */
  readonly open: number;
  /**
   * Sends everybody away, and ends.
   * @param drainMs how long what is under way may take
   */
  close(drainMs: number): Promise<void>;
}

export function createRealtime(parts: RealtimeParts): Realtime {
  const { pool, accounts, clock, timers, randomness, log, metrics } = parts;
  const { settings } = accounts;
  const tickets = createTickets({ pool, clock, randomness, settings });
  const sockets = new Sockets({ clock, timers, randomness });
  const sessions = watchSessions({ pool, clock, timers, log, settings, sockets });
  accounts.access.onForgotten((device) => {
    sessions.look(device);
  });
  const door = new Upgrades({
    ...parts,
    tickets,
    sockets,
    onAnswered: metrics?.requestAnswered,
    onMessage: metrics?.socketMessage,
    onClosed: metrics?.socketClosed,
  });
  for (const handler of parts.handlers) door.register(handler);
  return {
    door,
    routes: (authenticate) => ticketRoute(tickets, authenticate).route("/", relaysRoute(parts, authenticate)),
    get open() {
      return sockets.size;
    },
    async close(drainMs) {
      await sockets.sendAway(drainMs);
      await sessions.close();
    },
  };
}
