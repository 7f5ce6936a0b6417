import { Hono } from "hono";
import type { AccountParts } from "../accounts/parts.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { RateLimiter } from "../adapters/rate-limiter.ts";
import { type AttachmentParts, attachmentRoutes } from "../attachments/attachment-routes.ts";
import type { Bus } from "../bus/bus.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { DatabaseRoom } from "../database/room.ts";
import { fixedStreamsWhenNeeded } from "../operations/fixed-streams.ts";
import type { Executor } from "../operations/submission.ts";
import type { SyncService } from "../sync/sync-answer.ts";
import type { Log } from "../telemetry/log.ts";
import type { Answered } from "../telemetry/server-metrics.ts";
import { requestLog } from "../telemetry/request-log.ts";
import { AccountTurns } from "./account-turns.ts";
import { accountRoutes } from "./account-routes.ts";
import { createAuthenticate } from "./authenticate.ts";
import { readJson } from "./body.ts";
import { calendarRoutes } from "./calendar/calendar-routes.ts";
import { compress } from "./compress.ts";
import type { Authenticate, RequestEnv, RestDependencies, SignedInEnv } from "./context.ts";
import { cors } from "./cors.ts";
import { errorHandler } from "./error-handler.ts";
import { healthRoutes } from "./health-routes.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { notFound } from "./not-found.ts";
import { limitAddress, perMinute } from "./rate-limits.ts";
import { requestFacts } from "./request-facts.ts";
import { securityHeaders } from "./security-headers.ts";
import { sessionRoutes } from "./session-routes.ts";
import { syncRoute } from "./sync-route.ts";

export interface AppSettings {
  readonly trustedProxies: readonly string[];
  readonly origins: readonly string[];
  /** requests per minute */
  readonly accountRate: number;
  readonly addressRate: number;
}

/** What the HTTP side is made of. */
export interface AppParts {
  readonly executor: Executor;
  readonly sync: SyncService;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly accounts: AccountParts;
  readonly lifecycle: Lifecycle;
  /** how other nodes are told at once; left out where there is none */
  readonly bus?: Pick<Bus, "isUp"> | undefined;
  /** whether the database has room; left out where nobody watches it */
  readonly room?: Pick<DatabaseRoom, "isThere"> | undefined;
  readonly settings: AppSettings;
  /** counts what accounts ask, where something beside HTTP does too; left out: one of its own */
  readonly accountLimiter?: RateLimiter | undefined;
  /** told of each request that was answered; left out: nobody counts */
  readonly onAnswered?: ((answered: Answered) => void) | undefined;
  /** photos and voice notes; left out where a test has none */
  readonly attachments?: AttachmentParts | undefined;
  /** what only some servers answer: the demo's pages, what a gateway asks */
  readonly moreRoutes?: ReadonlyArray<Hono<RequestEnv>> | undefined;
  /** what sockets need of HTTP; left out: there are none */
  readonly realtimeRoutes?: ((authenticate: Authenticate) => Hono<SignedInEnv>) | undefined;
  /** REST: operations and reads in HTTP clothes; left out where nobody asks for it */
  readonly restRoutes?: ((deps: RestDependencies) => Hono<SignedInEnv>) | undefined;
}

/**
 * The whole HTTP side. From the outside in: facts about the request, the log's line, headers that every answer has, packing,
 * origins, limits, routes. Whatever is thrown becomes a problem, and passes through the same layers on its way out.
 */
export function createApp(parts: AppParts): Hono<RequestEnv> {
  const { settings, accounts, pool, clock, randomness, lifecycle, log, executor } = parts;
  const app = new Hono<RequestEnv>();
  app.onError(errorHandler(log));
  app.notFound(notFound(app));
  app.use(requestFacts({ randomness, trustedProxies: settings.trustedProxies, lifecycle }));
  app.use(requestLog(log, clock, parts.onAnswered));
  app.use(securityHeaders());
  app.use(compress());
  app.use(cors(settings.origins));
  // Before the limits: who watches the server must be heard when it is busy.
  app.route("/", healthRoutes({ pool, clock, lifecycle, bus: parts.bus, room: parts.room }));
  app.use(limitAddress(perMinute(settings.addressRate)));
  const streams = fixedStreamsWhenNeeded(pool, randomness);
  const authentication = {
    accessTokens: accounts.accessTokens,
    access: accounts.access,
    accountLimiter: parts.accountLimiter ?? perMinute(settings.accountRate),
  };
  const authenticate = createAuthenticate(authentication);
  const turns = new AccountTurns();
  app.route("/", syncRoute(parts.sync, authenticate, turns));
  app.route("/", sessionRoutes(accounts, authenticate));
  app.route("/", accountRoutes(accounts, authentication, authenticate, streams));
  app.route("/", calendarRoutes({ pool, clock, settings: accounts.settings }));
  const realtime = parts.realtimeRoutes?.(authenticate);
  if (realtime !== undefined) app.route("/", realtime);
  if (parts.attachments !== undefined) app.route("/", attachmentRoutes(parts.attachments, authenticate));
  const rest = parts.restRoutes?.({
    executor,
    pool,
    clock,
    randomness,
    streams,
    authenticate,
    turns,
    readJson,
  });
  if (rest !== undefined) app.route("/", rest);
  for (const routes of parts.moreRoutes ?? []) app.route("/", routes);
  return app;
}
