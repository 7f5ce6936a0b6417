import { networkCheck } from "./http/networks.ts";
import type { Hono } from "hono";
import { createAccessTokens } from "./accounts/access-token.ts";
import { demoKeys } from "./accounts/demo-keys.ts";
import type { AccountParts } from "./accounts/parts.ts";
import { createPasswordHasher } from "./accounts/password-hash.ts";
import { createRefreshTokens } from "./accounts/refresh-token.ts";
import { createSignInThrottle } from "./accounts/sign-in-throttle.ts";
import type { KeyRing } from "./accounts/signing-keys.ts";
import { appRoutes } from "./apps/app-routes.ts";
import { readAppFiles } from "./apps/app-files.ts";
import { foundApps } from "./apps/found-apps.ts";
import { startPage } from "./apps/start-page.ts";
import { TELL_ARRIVALS } from "./attachments/tell-arrivals.ts";
import { type Clock, systemClock } from "./adapters/clock.ts";
import { type Cron, systemCron } from "./adapters/cron.ts";
import { residentBytes } from "./adapters/memory.ts";
import { type Randomness, systemRandomness } from "./adapters/randomness.ts";
import { systemTimers } from "./adapters/timers.ts";
import type { Bus } from "./bus/bus.ts";
import { openBus } from "./bus/open-bus.ts";
import type { Config } from "./config/config.ts";
import { type Core, type CoreOptions, startCore } from "./core.ts";
import type { DatabasePool } from "./database/pool.ts";
import { noticesPage } from "./demo/notices-page.ts";
import { createApp } from "./http/app.ts";
import type { RequestEnv } from "./http/context.ts";
import { perMinute } from "./http/rate-limits.ts";
import { Lifecycle } from "./http/lifecycle.ts";
import { type Listener, listen } from "./http/listen.ts";
import { restRoutes } from "./http/rest/rest-routes.ts";
import { allJobs } from "./jobs/all-jobs.ts";
import { type RunningJobs, startJobs } from "./jobs/start-jobs.ts";
import { type Catcher, createCatcher } from "./notices/carriers/catcher.ts";
import { noticePlan, sendingBy } from "./notices/office.ts";
import { pushKeyRoute } from "./notices/push-key-route.ts";
import { SEND_NOTICES } from "./notices/send-notices.ts";
import { spokenRoute } from "./notices/spoken-route.ts";
import { logFor } from "./telemetry/log-for.ts";
import { openFixedStreams } from "./operations/fixed-streams.ts";
import type { Executor } from "./operations/submission.ts";
import { documentAccess } from "./realtime/documents/access.ts";
import { busHints } from "./realtime/documents/bus-hints.ts";
import { createDocuments, type Documents } from "./realtime/documents/documents.ts";
import { noHints } from "./realtime/documents/hints.ts";
import type { Realtime } from "./realtime/realtime.ts";
import { MACHINE_TIME, startRealtime } from "./realtime/start-realtime.ts";
import { sayReady } from "./command/say-ready.ts";
import { watchEventLoop } from "./telemetry/event-loop-delay.ts";
import type { Log } from "./telemetry/log.ts";
import { metricsRoute } from "./telemetry/metrics-route.ts";
import { ServerMetrics } from "./telemetry/server-metrics.ts";

const DAY_MS = 86_400_000;

/** What seeds are given to work with; they write through the executor like everybody. */
export interface SeedParts {
  readonly executor: Executor;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly tenant: string;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface StartOptions extends CoreOptions {
  /** where the log's lines go; standard output where left out */
  readonly write?: (line: string) => void;
  /** when jobs are due; the machine's clock where left out */
  readonly cron?: Cron;
  /** fills the demo's database; called only in the demo */
  readonly seedDemo?: (parts: SeedParts) => Promise<void>;
  /** told its address when it listens, instead of the lines for people */
  readonly onReady?: (url: string) => void;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly databaseUrl: string;
  /** Stops taking requests, finishes what runs, then closes what it used, last used first. */
  close(): Promise<void>;
}

/** Starts everything, in the order in which one thing needs the other; what was started is closed when a later part fails. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const log = logFor(config, options);
  const metrics = config.metricsToken === undefined ? undefined : new ServerMetrics();
  const keys = config.keys ?? (await demoKeys(config.dataFolder, systemRandomness));
  const core = await startCore(config, options, stack, log, metrics);
  if (config.demo) await options.seedDemo?.(seedParts(config, core, options));
  options.signal?.throwIfAborted();
  const bus = await startBus(config, keys, core, stack, log);
  if (bus !== undefined) core.wakes.reach(bus);
  if (metrics !== undefined) stack.defer(watchEverything(metrics, core, bus));
  const lifecycle = new Lifecycle();
  const catcher = config.demo ? createCatcher(systemClock) : undefined;
  const accounts = accountParts(config, keys, core, log);
  const pages = await appPages(config);
  const documents = startDocuments(core, bus, metrics, log);
  stack.defer(() => documents.close());
  const accountLimiter = perMinute(config.accountRate);
  const realtime = startRealtime({
    ...core,
    bus,
    time: options.socketTime ?? MACHINE_TIME,
    accounts,
    accountLimiter,
    lifecycle,
    log,
    metrics,
    settings: config,
    handlers: [documents.handler],
  });
  stack.defer(() => realtime.close(0));
  const app = createApp({
    ...core,
    bus,
    accounts,
    accountLimiter,
    log,
    lifecycle,
    realtimeRoutes: (authenticate) =>
      realtime.routes(authenticate).route("/", documents.routes(authenticate)),
    restRoutes,
    attachments: core.attachments,
    moreRoutes: [...moreRoutes(config, core, catcher, metrics), ...pages],
    onAnswered: metrics?.requestAnswered,
    clock: systemClock,
    randomness: systemRandomness,
    settings: config,
  });
  const cron = options.cron ?? systemCron;
  const jobs = await startAllJobs(config, core, { log, catcher, cron, metrics });
  stack.defer(() => jobs.stop());
  const door = await openDoor(config, app, realtime, stack);
  if (options.onReady === undefined) sayReady(config, door.url, options.say);
  else options.onReady(door.url);
  return running(door.url, core.databaseUrl, lifecycle, stack.move());
}

function running(
  url: string,
  databaseUrl: string,
  lifecycle: Lifecycle,
  owned: AsyncDisposableStack,
): RunningServer {
  return {
    url,
    databaseUrl,
    async close() {
      lifecycle.drain();
      await owned.disposeAsync();
    },
  };
}

/** Lets everybody in; whoever is still in when it closes may finish. */
async function openDoor(
  { host, port, connections, trustedProxies, drainSeconds }: Config,
  app: Hono<RequestEnv>,
  realtime: Realtime,
  stack: AsyncDisposableStack,
): Promise<Listener> {
  const sockets = realtime.door;
  const isProxy = networkCheck(trustedProxies);
  const door = await listen({ app, sockets, host, port, connections, isProxy, timers: systemTimers });
  stack.defer(() => door.close(drainSeconds * 1000));
  // Before the door: it waits for whoever is still in.
  stack.defer(() => realtime.close(drainSeconds * 1000));
  return door;
}

/** What tells other nodes at once that something moved; nothing where no Redis is named. */
async function startBus(
  config: Config,
  keys: KeyRing,
  { pool }: Core,
  stack: AsyncDisposableStack,
  log: Log,
): Promise<Bus | undefined> {
  if (config.redisUrl === undefined) return undefined;
  const bus = await openBus(config.redisUrl, {
    pool,
    keys,
    log,
    clock: systemClock,
    timers: systemTimers,
    randomness: systemRandomness,
  });
  stack.defer(() => bus.close());
  return bus;
}

/** The documents of consultations. */
function startDocuments(
  { pool }: Core,
  bus: Bus | undefined,
  metrics: ServerMetrics | undefined,
  log: Log,
): Documents {
  const documents = createDocuments({
    pool,
    access: documentAccess(pool),
    hints: bus === undefined ? noHints : busHints(bus),
    clock: systemClock,
    timers: systemTimers,
    log,
  });
  metrics?.include(documents.metrics);
  return documents;
}

/** What jobs need besides the core. */
interface JobParts {
  readonly log: Log;
  readonly catcher: Catcher | undefined;
  readonly cron: Cron;
  readonly metrics: ServerMetrics | undefined;
}

/** Every server process runs them; what one has done the others find done. */
async function startAllJobs(
  config: Config,
  { pool, jobExecutor: executor, operations, attachments, attachmentsArrived, noticesDue }: Core,
  { log, catcher, cron, metrics }: JobParts,
): Promise<RunningJobs> {
  const streams = await openFixedStreams(pool, systemRandomness);
  const plan = noticePlan(config);
  const sending = plan && sendingBy(config, plan, { clock: systemClock, operations, catcher });
  const notices = sending && { ...sending, log, idleMs: config.idleDays * DAY_MS };
  const jobs = startJobs(allJobs({ pool, executor, streams, settings: config, attachments, notices }), {
    cron,
    clock: systemClock,
    log,
    onRun: metrics?.jobRan,
  });
  attachmentsArrived.listen(() => {
    jobs.wake(TELL_ARRIVALS);
  });
  noticesDue.listen(() => {
    jobs.wake(SEND_NOTICES);
  });
  return jobs;
}

/** Everything that is counted besides what is told; answers how to end it. */
function watchEverything(
  metrics: ServerMetrics,
  { pool, room, executor }: Core,
  bus: Bus | undefined,
): () => void {
  metrics.watch({ pool, room, executor, residentBytes, bus });
  return watchEventLoop(metrics.eventLoopLate, { clock: systemClock, timers: systemTimers });
}

/** What not every server answers. */
function moreRoutes(
  {
    voiceGateway,
    noticeLanguage: language,
    noticeNames: names,
    pushKeys,
    noticeChannels,
    metricsToken,
  }: Config,
  { pool }: Core,
  catcher: Catcher | undefined,
  metrics: ServerMetrics | undefined,
): ReadonlyArray<Hono<RequestEnv>> {
  const asksBack = catcher === undefined && voiceGateway?.gateway === "africastalking";
  return [
    ...(catcher === undefined ? [] : [noticesPage(catcher)]),
    ...(asksBack ? [spokenRoute(pool, { language, names })] : []),
    ...(pushKeys !== undefined && noticeChannels.includes("push") ? [pushKeyRoute(pushKeys.publicKey)] : []),
    ...(metricsToken === undefined || metrics === undefined
      ? []
      : [metricsRoute(metricsToken, () => metrics.text())]),
  ];
}

/** The apps that were built, and in the demo a page that leads to them. */
async function appPages(config: Config): Promise<ReadonlyArray<Hono<RequestEnv>>> {
  const apps = foundApps(config);
  const routes = apps.map(async ({ name, folder }) => appRoutes(name, await readAppFiles(folder)));
  return [...(await Promise.all(routes)), ...(config.demo ? [startPage(apps.map(({ name }) => name))] : [])];
}

function accountParts(config: Config, keys: KeyRing, core: Core, log: Log): AccountParts {
  return {
    pool: core.pool,
    operations: core.operations,
    clock: systemClock,
    timers: systemTimers,
    log,
    passwords: createPasswordHasher(systemRandomness),
    accessTokens: createAccessTokens(keys, config.accessSeconds, systemClock),
    refreshTokens: createRefreshTokens(keys),
    access: core.access,
    throttle: createSignInThrottle(),
    settings: {
      tenant: config.tenant,
      openRegistration: config.openRegistration,
      sessionMs: config.sessionDays * DAY_MS,
      idleMs: config.idleDays * DAY_MS,
    },
  };
}

function seedParts(config: Config, { executor, pool }: Core, { say, signal }: StartOptions): SeedParts {
  const passwords = createPasswordHasher(systemRandomness);
  return {
    executor,
    pool,
    clock: systemClock,
    randomness: systemRandomness,
    tenant: config.tenant,
    hashPassword: (password) => passwords.hash(password),
    say,
    signal,
  };
}
