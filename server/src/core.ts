import { join } from "node:path";
import { type AccessCheck, createAccessCheck } from "./accounts/access-check.ts";
import { forgetDecided } from "./accounts/forget-decided.ts";
import { createOneByOne, type OneByOne } from "./accounts/submit-one.ts";
import { systemClock } from "./adapters/clock.ts";
import { systemRandomness } from "./adapters/randomness.ts";
import { type Attachments, makeAttachmentFolder, openAttachments } from "./attachments/open-attachments.ts";
import type { Config } from "./config/config.ts";
import { startLocalServer } from "./database/local-server.ts";
import { migrate } from "./database/migrate.ts";
import { type DatabasePool, openPool } from "./database/pool.ts";
import { DatabaseRoom } from "./database/room.ts";
import type { DatabaseRuntime } from "./database/runtime.ts";
import { inTransaction } from "./database/transaction.ts";
import { keepDemoApart, markDemo } from "./demo/demo-mark.ts";
import { Bell } from "./notices/bell.ts";
import { noticePlan } from "./notices/office.ts";
import { createExecutor } from "./operations/executor.ts";
import type { Decided, Executor } from "./operations/submission.ts";
import { MACHINE_TIME, type SocketTime } from "./realtime/start-realtime.ts";
import { FeedWakes } from "./realtime/wakes.ts";
import { createSyncService } from "./sync/sync-service.ts";
import type { Log } from "./telemetry/log.ts";
import type { ServerMetrics } from "./telemetry/server-metrics.ts";

/** The database, and what writes to it. */
export interface Core {
  readonly databaseUrl: string;
  readonly pool: DatabasePool;
  /** whether the database has room for what is written */
  readonly room: DatabaseRoom;
  /** who may do what; told of every operation that changes it */
  readonly access: AccessCheck;
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

/** How it is started. */
export interface CoreOptions {
  /** plain lines for whoever started it */
  readonly say: (line: string) => void;
  /** gives up starting; what was started is closed */
  readonly signal?: AbortSignal;
  /** time as the database's users see it; the machine's where left out */
  readonly runtime?: DatabaseRuntime;
  /** time as sockets see it; the machine's where left out */
  readonly socketTime?: SocketTime;
}

/**
 * The database and what writes to it: all that commands without a door need as well.
 *
 * @throws WrongDatabase where it is the demo's and this is not the demo, or the other way round
 */
export async function startCore(
  config: Config,
  options: CoreOptions,
  stack: AsyncDisposableStack,
  log: Log,
  metrics?: ServerMetrics,
): Promise<Core> {
  const { socketTime: { timers } = MACHINE_TIME } = options;
  const { databaseUrl, pool, room } = await openDatabase(config, options, stack, log);
  const onBroken = (operation: string, error: unknown): void => {
    log.error("an operation broke the executor", error, { operation });
    metrics?.operationBroke();
  };
  const onOvertaken = (operation: string, code: string): void => {
    log.info("an operation was overtaken", { operation, code });
  };
  const plan = noticePlan(config);
  const noticesDue = new Bell();
  const notices = plan && { plan, onDue: noticesDue.ring };
  const wakes = new FeedWakes({ pool, timers, log });
  stack.defer(() => wakes.close());
  const onMoved = wakes.moved;
  const access = createAccessCheck(pool, systemClock);
  const onDecided = (decided: readonly Decided[]): void => {
    metrics?.operationsDecided(decided);
    forgetDecided(access, decided);
  };
  const executorParts = { pool, onBroken, onOvertaken, onDecided, onMoved, notices };
  const executor = createExecutor(executorParts);
  stack.defer(() => executor.close());
  const jobExecutor = createExecutor(executorParts);
  stack.defer(() => jobExecutor.close());
  const operations = createOneByOne(executor, systemClock, systemRandomness);
  const sync = createSyncService({ pool, executor });
  const attachmentsArrived = new Bell();
  await makeAttachmentFolder(config);
  const attachments = openAttachments(config, pool, { events: metrics, onArrived: attachmentsArrived.ring });
  return {
    databaseUrl,
    pool,
    room,
    access,
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

/** The log says once what the database refuses to everybody. */
function watchedRoom(log: Log): DatabaseRoom {
  return new DatabaseRoom(systemClock, (isThere) => {
    if (isThere) log.info("the database has room again");
    else log.error("the database has no room: nothing can be written");
  });
}

/** The database, found or started, with tables as this version wants them. */
async function openDatabase(config: Config, options: CoreOptions, stack: AsyncDisposableStack, log: Log) {
  const { say, signal, runtime } = options;
  const databaseUrl = config.databaseUrl ?? (await startPrivateDatabase(config, options, stack));
  signal?.throwIfAborted();
  const room = watchedRoom(log);
  const onEnded = room.ended;
  const pool = openPool({ url: databaseUrl, onEnded, ...(runtime === undefined ? {} : { runtime }) });
  stack.defer(() => pool.close());
  await keepDemoApart(pool, config.demo);
  await migrate({ url: databaseUrl, say });
  if (config.demo) await markDemo(pool);
  await nameTenant(pool, config.tenant);
  return { databaseUrl, pool, room };
}

async function startPrivateDatabase(
  config: Config,
  { say, signal }: Pick<CoreOptions, "say" | "signal">,
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
