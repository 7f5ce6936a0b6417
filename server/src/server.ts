import { join, resolve } from "node:path";
import type { Hono } from "hono";
import { createAccessCheck } from "./accounts/access-check.ts";
import { createAccessTokens } from "./accounts/access-token.ts";
import { demoKeys } from "./accounts/demo-keys.ts";
import type { AccountParts } from "./accounts/parts.ts";
import { createPasswordHasher } from "./accounts/password-hash.ts";
import { createRefreshTokens } from "./accounts/refresh-token.ts";
import { createSignInThrottle } from "./accounts/sign-in-throttle.ts";
import type { KeyRing } from "./accounts/signing-keys.ts";
import { createOneByOne, type OneByOne } from "./accounts/submit-one.ts";
import { appRoutes } from "./apps/app-routes.ts";
import { readAppFiles } from "./apps/app-files.ts";
import { appLines } from "./apps/app-lines.ts";
import { foundApps } from "./apps/found-apps.ts";
import { startPage } from "./apps/start-page.ts";
import { type Attachments, openAttachments } from "./attachments/open-attachments.ts";
import { TELL_ARRIVALS } from "./attachments/tell-arrivals.ts";
import { type Clock, systemClock } from "./adapters/clock.ts";
import { type Cron, systemCron } from "./adapters/cron.ts";
import { residentBytes } from "./adapters/memory.ts";
import { type Randomness, systemRandomness } from "./adapters/randomness.ts";
import { systemTimers } from "./adapters/timers.ts";
import type { Bus } from "./bus/bus.ts";
import { openBus } from "./bus/open-bus.ts";
import type { Config } from "./config/config.ts";
import { startLocalServer } from "./database/local-server.ts";
import { migrate } from "./database/migrate.ts";
import { type DatabasePool, openPool } from "./database/pool.ts";
import type { DatabaseRuntime } from "./database/runtime.ts";
import { inTransaction } from "./database/transaction.ts";
import { keepDemoApart } from "./demo/demo-mark.ts";
import { noticesPage, NOTICES_PAGE } from "./demo/notices-page.ts";
import { createApp } from "./http/app.ts";
import type { RequestEnv } from "./http/context.ts";
import { perMinute } from "./http/rate-limits.ts";
import { Lifecycle } from "./http/lifecycle.ts";
import { type Listener, listen } from "./http/listen.ts";
import { restRoutes } from "./http/rest/rest-routes.ts";
import { allJobs } from "./jobs/all-jobs.ts";
import { type RunningJobs, startJobs } from "./jobs/start-jobs.ts";
import { Bell } from "./notices/bell.ts";
import { type Catcher, createCatcher } from "./notices/carriers/catcher.ts";
import { noticePlan, sendingBy } from "./notices/office.ts";
import { pushKeyRoute } from "./notices/push-key-route.ts";
import { SEND_NOTICES } from "./notices/send-notices.ts";
import { spokenRoute } from "./notices/spoken-route.ts";
import { createExecutor } from "./operations/executor.ts";
import { openFixedStreams } from "./operations/fixed-streams.ts";
import type { Executor } from "./operations/submission.ts";
import { documentAccess } from "./realtime/documents/access.ts";
import { busHints } from "./realtime/documents/bus-hints.ts";
import { createDocuments, type Documents } from "./realtime/documents/documents.ts";
import { noHints } from "./realtime/documents/hints.ts";
import type { Realtime } from "./realtime/realtime.ts";
import { MACHINE_TIME, type SocketTime, startRealtime } from "./realtime/start-realtime.ts";
import { FeedWakes } from "./realtime/wakes.ts";
import { createSyncService } from "./sync/sync-service.ts";
import { watchEventLoop } from "./telemetry/event-loop-delay.ts";
import { createLog, type Log } from "./telemetry/log.ts";
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

export interface StartOptions {
  /** plain lines for whoever started it */
  readonly say: (line: string) => void;
  /** where the log's lines go; standard output where left out */
  readonly write?: (line: string) => void;
  /** gives up starting; what was started is closed */
  readonly signal?: AbortSignal;
  /** when jobs are due; the machine's clock where left out */
  readonly cron?: Cron;
  /** time as the database's users see it; the machine's where left out */
  readonly runtime?: DatabaseRuntime;
  /** time as sockets see it; the machine's where left out */
  readonly socketTime?: SocketTime;
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
  await keepDemoApart(core.pool, config.demo);
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
  { host, port, connections, drainSeconds }: Config,
  app: Hono<RequestEnv>,
  realtime: Realtime,
  stack: AsyncDisposableStack,
): Promise<Listener> {
  const sockets = realtime.door;
  const door = await listen({ app, sockets, host, port, connections, timers: systemTimers });
  stack.defer(() => door.close(drainSeconds * 1000));
  // Before the door: it waits for whoever is still in.
  stack.defer(() => realtime.close(drainSeconds * 1000));
  return door;
}

interface Core {
  readonly databaseUrl: string;
  readonly pool: DatabasePool;
  readonly executor: Executor;
  /** the jobs' own: nobody waits behind a batch of theirs */
  readonly jobExecutor: Executor;
  readonly operations: OneByOne;
  readonly sync: ReturnType<typeof createSyncService>;
  /** photos and voice notes */
  readonly attachments: Attachments;
  /** rings when a photo or a voice note has arrived */
  readonly attachmentsArrived: Bell;
  /** rings when somebody is to be told of something at once */
  readonly noticesDue: Bell;
  /** tells of feeds that have moved */
  readonly wakes: FeedWakes;
}

/** The database and what writes to it: all that commands without a door need as well. */
export async function startCore(
  config: Config,
  options: Pick<StartOptions, "say" | "signal" | "runtime" | "socketTime">,
  stack: AsyncDisposableStack,
  log: Log,
  metrics?: ServerMetrics,
): Promise<Core> {
  const { say, signal, runtime, socketTime: { timers } = MACHINE_TIME } = options;
  const databaseUrl = config.databaseUrl ?? (await startPrivateDatabase(config, options, stack));
  signal?.throwIfAborted();
  await migrate({ url: databaseUrl, say });
  const pool = openPool({ url: databaseUrl, ...(runtime === undefined ? {} : { runtime }) });
  stack.defer(() => pool.close());
  await nameTenant(pool, config.tenant);
  const onBroken = (operation: string, error: unknown): void => {
    log.error("an operation broke the executor", error, { operation });
    metrics?.operationBroke();
  };
  const plan = noticePlan(config);
  const noticesDue = new Bell();
  const notices = plan && { plan, onDue: noticesDue.ring };
  const wakes = new FeedWakes({ pool, timers, log });
  stack.defer(() => wakes.close());
  const onMoved = wakes.moved;
  const executor = createExecutor({
    pool,
    onBroken,
    onDecided: metrics?.operationsDecided,
    onMoved,
    notices,
  });
  stack.defer(() => executor.close());
  const jobExecutor = createExecutor({
    pool,
    onBroken,
    onDecided: metrics?.operationsDecided,
    onMoved,
    notices,
  });
  stack.defer(() => jobExecutor.close());
  const operations = createOneByOne(executor, systemClock, systemRandomness);
  const sync = createSyncService({ pool, executor });
  const attachmentsArrived = new Bell();
  const attachments = openAttachments(config, pool, { events: metrics, onArrived: attachmentsArrived.ring });
  return {
    databaseUrl,
    pool,
    executor,
    jobExecutor,
    operations,
    sync,
    attachments,
    attachmentsArrived,
    noticesDue,
    wakes,
  };
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

async function startPrivateDatabase(
  config: Config,
  { say, signal }: Pick<StartOptions, "say" | "signal">,
  stack: AsyncDisposableStack,
): Promise<string> {
  const dataFolder = join(config.dataFolder, "database");
  const server = await startLocalServer({ dataFolder, say, ...(signal === undefined ? {} : { signal }) });
  stack.defer(() => server.stop());
  return server.url;
}

/** The organisation that the settings name exists from the first start on. */
async function nameTenant(pool: DatabasePool, tenant: string): Promise<void> {
  await inTransaction(pool, (tx) =>
    tx.write("INSERT INTO tenant (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = id", [tenant, tenant]),
  );
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
  const notices = sending && { ...sending, log };
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
function watchEverything(metrics: ServerMetrics, { pool, executor }: Core, bus: Bus | undefined): () => void {
  metrics.watch({ pool, executor, residentBytes, bus });
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
    access: createAccessCheck(core.pool, systemClock),
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

/** In the demo and at a terminal for people, elsewhere for machines. */
export function logFor(config: Config, { write }: Pick<StartOptions, "write">): Log {
  const forPeople = config.demo || process.stdout.isTTY;
  return createLog({
    level: config.logLevel ?? (config.demo ? "warn" : "info"),
    format: config.logFormat ?? (forPeople ? "plain" : "json"),
    write,
  });
}

/** Tells people where it listens and what to know about it. */
export function sayReady(config: Config, url: string, say: (line: string) => void): void {
  say(`Ready at ${url} (data in ${resolve(config.dataFolder)}).`);
  for (const line of appLines(config, url)) say(line);
  if (config.demo)
    say("This is the demo: its passwords are public. Let nobody else reach it, and keep nothing real in it.");
  else if (config.host === "127.0.0.1" || config.host === "localhost")
    say("Only this machine can reach it; HOST=0.0.0.0 lets others in.");
  if (config.demo) say(`What patients would be told by SMS, push or mail: ${url}${NOTICES_PAGE}.`);
  say(`Documentation: ${url}/docs. Stop with Ctrl-C.`);
}
