import type { KeyRing } from "../accounts/signing-keys.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import { connectRedisBus } from "../adapters/redis-bus.ts";
import type { Timers } from "../adapters/timers.ts";
import type { DatabasePool } from "../database/pool.ts";
import { openFixedStreams } from "../operations/fixed-streams.ts";
import type { Log } from "../telemetry/log.ts";
import type { Bus } from "./bus.ts";
import { BUS_LIMITS } from "./limits.ts";
import { sealBus } from "./sealed-bus.ts";

export interface BusParts {
  readonly pool: DatabasePool;
  readonly keys: KeyRing;
  readonly log: Log;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
}

/**
 * The bus between the nodes of one database: its channels are named by a secret of that database, so that others on the same Redis neither hear nor disturb it. It is not waited for: a
 * Redis that is away is connected to when it comes.
 *
 * @param redisUrl a `REDIS_URL`
 */
export async function openBus(redisUrl: string, parts: BusParts): Promise<Bus> {
  const { pool, keys, log, clock, timers, randomness } = parts;
  const streams = await openFixedStreams(pool, randomness);
  const bus = connectRedisBus({
    url: redisUrl,
    prefix: `healthbridge:${streams.of("bus")}:`,
    limits: BUS_LIMITS,
    clock,
    timers,
    onChange: (isUp, why) => {
      if (isUp) log.info("Redis is there: other nodes are told at once");
      else log.warn("Redis is away: other nodes find by asking the database what is new", { why });
    },
    onBroken: (error) => {
      log.error("a message of another node broke its listener", error);
    },
  });
  return sealBus(bus, keys, randomness);
}
