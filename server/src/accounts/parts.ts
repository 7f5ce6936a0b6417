import type { Clock } from "../adapters/clock.ts";
import type { Timers } from "../adapters/timers.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { Log } from "../telemetry/log.ts";
import type { AccessCheck } from "./access-check.ts";
import type { AccessTokens } from "./access-token.ts";
import type { PasswordHasher } from "./password-hash.ts";
import type { RefreshTokens } from "./refresh-token.ts";
import type { SignInThrottle } from "./sign-in-throttle.ts";
import type { OneByOne } from "./submit-one.ts";

/** What everything about accounts and sessions is made of. */
export interface AccountParts {
  readonly pool: DatabasePool;
  readonly operations: OneByOne;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly access: AccessCheck;
  readonly throttle: SignInThrottle;
  readonly settings: AccountSettings;
}

export interface AccountSettings {
  /** meant where a request names no tenant */
  readonly tenant: string;
  readonly openRegistration: boolean;
  readonly sessionMs: number;
  readonly idleMs: number;
}
