import { randomBytes } from "node:crypto";
import { createAccessCheck } from "../../server/src/accounts/access-check.ts";
import { createAccessTokens } from "../../server/src/accounts/access-token.ts";
import type { AccountParts } from "../../server/src/accounts/parts.ts";
import { createPasswordHasher } from "../../server/src/accounts/password-hash.ts";
import { createRefreshTokens } from "../../server/src/accounts/refresh-token.ts";
import { createSignInThrottle } from "../../server/src/accounts/sign-in-throttle.ts";
import type { KeyRing } from "../../server/src/accounts/signing-keys.ts";
import { createOneByOne } from "../../server/src/accounts/submit-one.ts";
import type { Clock } from "../../server/src/adapters/clock.ts";
import { systemRandomness } from "../../server/src/adapters/randomness.ts";
import { systemTimers } from "../../server/src/adapters/timers.ts";
import { type DatabasePool, openPool } from "../../server/src/database/pool.ts";
import { createApp } from "../../server/src/http/app.ts";
import { Lifecycle } from "../../server/src/http/lifecycle.ts";
import { listen } from "../../server/src/http/listen.ts";
import { createExecutor } from "../../server/src/operations/executor.ts";
import type { Executor } from "../../server/src/operations/submission.ts";
import { createSyncService } from "../../server/src/sync/sync-service.ts";
import { createLog } from "../../server/src/telemetry/log.ts";
import { type DatabaseClock, withClock } from "../../tests/setup/database-clock.ts";
import { endsInTime } from "./ends-in-time.ts";

/** The real server on a real database, in a time that the replay moves: its own clock and the clock of each of its database sessions. */
export interface House extends AsyncDisposable {
  readonly url: string;
  readonly pool: DatabasePool;
  readonly executor: Executor;
  /** ms since 1970 */
  readonly clock: DatabaseClock;
}

const YEAR_MS = 365 * 86_400_000;
/** So long that no device spends its time on new tokens: how they are exchanged is not what is measured. */
const TOKEN_SECONDS = 90 * 86_400;
const ANY_RATE = 1_000_000_000;

/** Starts it on a database that has its tables; it listens on a port of its own. The jobs do not run by themselves: the replay runs those it needs. */
export async function openHouse(databaseUrl: string, now: number): Promise<House> {
  await using stack = new AsyncDisposableStack();
  const clock: DatabaseClock = { now };
  const pool = withClock(openPool({ url: databaseUrl }), clock);
  stack.defer(() =>
    endsInTime("the pool", pool.close(), () => `${pool.stats().inUse} connections were not given back.`),
  );
  const executor = createExecutor({ pool });
  stack.defer(() =>
    endsInTime("the executor", executor.close(), () => `${executor.waiting} submissions wait.`),
  );
  const log = createLog({ level: "error", format: "plain" });
  const wall: Clock = { now: () => clock.now, monotonic: () => performance.now() };
  const app = createApp({
    executor,
    sync: createSyncService({ pool, executor }),
    pool,
    clock: wall,
    randomness: systemRandomness,
    log,
    accounts: {
      ...accountParts(pool, wall),
      operations: createOneByOne(executor, wall, systemRandomness),
      log,
    },
    lifecycle: new Lifecycle(),
    settings: { trustedProxies: [], origins: [], accountRate: ANY_RATE, addressRate: ANY_RATE },
  });
  const door = await listen({ app, host: "127.0.0.1", port: 0, connections: 100, timers: systemTimers });
  stack.defer(() => door.close(1_000));
  const owned = stack.move();
  return { url: door.url, pool, executor, clock, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function accountParts(pool: DatabasePool, clock: Clock): Omit<AccountParts, "operations" | "log"> {
  const keys: KeyRing = [{ id: "bench", bytes: randomBytes(32) }];
  return {
    pool,
    clock,
    timers: systemTimers,
    passwords: createPasswordHasher(systemRandomness),
    accessTokens: createAccessTokens(keys, TOKEN_SECONDS, clock),
    refreshTokens: createRefreshTokens(keys),
    access: createAccessCheck(pool, clock),
    throttle: createSignInThrottle(),
    settings: { tenant: "", openRegistration: false, sessionMs: YEAR_MS, idleMs: YEAR_MS },
  };
}
