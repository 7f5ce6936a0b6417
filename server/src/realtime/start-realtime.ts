import { drawStreamId } from "@healthbridge/schema";
import type { AccountParts } from "../accounts/parts.ts";
import { type Clock, systemClock } from "../adapters/clock.ts";
import type { RateLimiter } from "../adapters/rate-limiter.ts";
import { systemRandomness } from "../adapters/randomness.ts";
import { systemTimers, type Timers } from "../adapters/timers.ts";
import type { Bus } from "../bus/bus.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { Lifecycle } from "../http/lifecycle.ts";
import type { SyncService } from "../sync/sync-answer.ts";
import type { Log } from "../telemetry/log.ts";
import type { ServerMetrics } from "../telemetry/server-metrics.ts";
import { Calls } from "./calls.ts";
import type { ConnectionParts } from "./connection.ts";
import { lineHandler } from "./line-handler.ts";
import { createRealtime, type Realtime, type RealtimeParts } from "./realtime.ts";
import { ownFeedOf } from "./own-feed.ts";
import { databaseParticipants } from "./participants.ts";
import type { UpgradeHandler } from "./upgrades.ts";
import type { Wakes } from "./wakes.ts";
import { Whispers } from "./whispers.ts";

/** Time as whatever has a socket sees it. */
export interface SocketTime {
  readonly clock: Clock;
  readonly timers: Timers;
}

/** The machine's own. */
export const MACHINE_TIME: SocketTime = { clock: systemClock, timers: systemTimers };

/** What sockets need of a server. */
export interface RealtimeNeeds {
  readonly pool: DatabasePool;
  readonly sync: SyncService;
  readonly wakes: Wakes;
  /** reaches other nodes; left out: there is none, or they are not to be reached */
  readonly bus: Bus | undefined;
  readonly time: SocketTime;
  readonly accounts: AccountParts;
  readonly accountLimiter: RateLimiter;
  readonly lifecycle: Lifecycle;
  readonly log: Log;
  readonly metrics: ServerMetrics | undefined;
  readonly settings: RealtimeParts["settings"];
  /** who serves other sockets than the lines of devices */
  readonly handlers: readonly UpgradeHandler[];
}

/** Everything that has a socket, over the machine's randomness. */
export function startRealtime({ time, handlers, ...needs }: RealtimeNeeds): Realtime {
  const { metrics } = needs;
  const reader = drawStreamId((count) => systemRandomness.bytes(count));
  const onPush = metrics?.socketPush ?? ((): void => undefined);
  const { pool, log, bus } = needs;
  const participants = databaseParticipants(pool, time.clock);
  const whispers = new Whispers({ participants, log, onPush });
  const calls = new Calls({ participants, log, onPush });
  if (bus !== undefined) for (const each of [whispers, calls]) each.reach(bus);
  const ownFeed: ConnectionParts["ownFeed"] = (tenant, account) => ownFeedOf(pool, tenant, account);
  const parts = { ...needs, reader, onPush, whispers, calls, ownFeed, clock: time.clock };
  const line = lineHandler(parts, systemRandomness);
  const realtime = createRealtime({
    ...needs,
    ...time,
    randomness: systemRandomness,
    handlers: [line, ...handlers],
  });
  metrics?.watchSockets(() => realtime.open);
  return realtime;
}
