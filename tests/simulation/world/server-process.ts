import type { SeededRandom, VirtualTime } from "../../../client-sdk/src/testing/index.ts";
import { createAccessCheck } from "../../../server/src/accounts/access-check.ts";
import type { AccountParts } from "../../../server/src/accounts/parts.ts";
import { createRefreshTokens } from "../../../server/src/accounts/refresh-token.ts";
import type { KeyRing } from "../../../server/src/accounts/signing-keys.ts";
import { createOneByOne } from "../../../server/src/accounts/submit-one.ts";
import type { Clock } from "../../../server/src/adapters/clock.ts";
import type { DatabasePool } from "../../../server/src/database/pool.ts";
import type { DatabaseRuntime } from "../../../server/src/database/runtime.ts";
import { createApp } from "../../../server/src/http/app.ts";
import { Lifecycle } from "../../../server/src/http/lifecycle.ts";
import { allJobs } from "../../../server/src/jobs/all-jobs.ts";
import { createExecutor } from "../../../server/src/operations/executor.ts";
import { openFixedStreams } from "../../../server/src/operations/fixed-streams.ts";
import type { Carrier } from "../../../server/src/notices/carriers/carrier.ts";
import type { NoticePlan, OnCall } from "../../../server/src/notices/plan.ts";
import { sendNoticesJob } from "../../../server/src/notices/send-notices.ts";
import type { LetterStyle } from "../../../server/src/notices/write-letter.ts";
import { restRoutes } from "../../../server/src/http/rest/rest-routes.ts";
import type { Executor } from "../../../server/src/operations/submission.ts";
import { createSyncService } from "../../../server/src/sync/sync-service.ts";
import type { Log } from "../../../server/src/telemetry/log.ts";
import type { ModelDatabase } from "../database/model-database.ts";
import { Life } from "./life.ts";
import { noThrottle, plainPasswords, plainTokens } from "./server-accounts.ts";
import { type HintLine, type ServerDocuments, serverDocuments } from "./server-documents.ts";

const DAY_MS = 86_400_000;
const POOL_SIZE = 6;
/** Days a session lives; short, so that a simulated week is long. */
export const SESSION_DAYS = 30;
const AUDIT_DAYS = 40;

export interface ServerParts {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly database: ModelDatabase;
  readonly tenant: string;
  /** whether it answers REST as well: its router takes as long to make as a request does to be answered */
  readonly rest: boolean;
  /** whether somebody is on call for urgent messages */
  readonly onCall: boolean;
  /** what it has of documents; `undefined`: nobody writes any */
  readonly documents: { readonly hints: HintLine; readonly threadEnds: boolean } | undefined;
  /** seconds an access token lives */
  readonly accessSeconds: number;
  /** told of everything a server must never do: a request that failed for want of an answer, an operation that broke the executor */
  readonly onBroken: (what: string) => void;
  /** told of each message that goes out to a patient, by its key */
  readonly onTold: (key: string) => void;
  /** told of an operation that broke the executor */
  readonly onSetAside: (id: string, why: string) => void;
}

/** Everybody has a telephone, and is told of everything. */
const NOTICES: NoticePlan = {
  channels: ["sms"],
  mode: "first",
  reminderMinutes: [24 * 60, 2 * 60],
  quiet: { from: 21 * 60, to: 7 * 60 },
};
/** Who is told of an urgent message that has reached nobody within a minute. */
export const ON_CALL: OnCall = { list: ["+254700000001", "+254700000002"], minutes: 1 };

/** How long a gateway takes, ms. */
const GATEWAY_MS = 40;

/** What one life of a server process is made of. */
interface Running {
  readonly life: Life;
  readonly pool: DatabasePool;
  readonly executor: Executor;
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  readonly lifecycle: Lifecycle;
  readonly documents: ServerDocuments | undefined;
  /** rejects when the process dies: the connections of its clients break */
  readonly death: PromiseWithResolvers<never>;
}

/** Every server knows the same keys. */
const KEYS: KeyRing = [
  { id: "sim", bytes: Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 11) % 256) },
];

/** One server process: the real HTTP side, accounts, executor, feeds and jobs, in virtual time, on a connection pool to the model database. */
export class ServerProcess {
  readonly name: string;
  /** ms by which this machine's clock is wrong */
  skew = 0;
  readonly #parts: ServerParts;
  #running: Running | undefined;

  constructor(parts: ServerParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  get up(): boolean {
    return this.#running !== undefined;
  }

  start(): void {
    this.#running ??= this.#open();
  }

  /** kill -9 */
  kill(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.life.end();
    this.#parts.database.dropOwner(this.name);
    running.death.reject(new TypeError("the connection was reset"));
  }

  /** SIGSTOP, and SIGCONT so many ms later. */
  pause(ms: number): void {
    this.#running?.life.pause(ms);
  }

  /** ms for which the process stands still */
  get standsFor(): number {
    return this.#running?.life.standsFor ?? 0;
  }

  /** SIGTERM: takes nothing new, finishes what runs, then is gone. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.lifecycle.drain();
    await Promise.race([finish(running), running.death.promise.catch(() => undefined)]);
    if (this.#running === running) this.kill();
  }

  async serve(request: Request): Promise<Response> {
    const running = this.#running;
    if (running === undefined) throw new TypeError("the connection was refused");
    const answer = async (): Promise<Response> => {
      await running.life.whileAlive();
      const response = await running.app.fetch(request);
      await running.life.whileAlive();
      return response;
    };
    return Promise.race([answer(), running.death.promise]);
  }

  /** Runs every job once, as cron would; what breaks one is a line in the log and the next time's work. */
  async runJobs(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { pool, executor } = running;
    const { random } = this.#parts;
    try {
      const streams = await openFixedStreams(pool, { bytes: (count) => random.bytes(count) });
      const jobs = allJobs({
        pool,
        executor,
        streams,
        settings: {
          auditDays: AUDIT_DAYS,
          sessionDays: SESSION_DAYS,
          missedHours: 24,
          keepDays: 31,
          conversationDays: 0,
        },
      });
      for (const job of jobs) await job.run(new AbortController().signal);
    } catch {
      // A database that was away; the next run makes up for it.
    }
  }

  /** Sends what is due, as it is woken to do; what breaks it is the next run's work. */
  async tell(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { pool, life } = running;
    const carrier: Carrier = {
      channel: "sms",
      reaches: () => true,
      send: async ({ key }) => {
        await life.sleep(GATEWAY_MS);
        this.#parts.onTold(key);
        return { status: "sent" };
      },
    };
    const style: LetterStyle = { language: "en", names: new Set() };
    const log = watchfulLog(this.#parts.onBroken);
    const onCall = this.#parts.onCall ? [carrier] : [];
    const { quiet } = NOTICES;
    const idleMs = SESSION_DAYS * DAY_MS;
    const job = sendNoticesJob({ pool, carriers: [carrier], onCall, quiet, style, idleMs, log });
    await job.run(new AbortController().signal).catch(() => undefined);
  }

  #open(): Running {
    const { time, random, database, tenant, rest, accessSeconds, onBroken, onSetAside, name, onCall } =
      this.#parts;
    const life = new Life(time);
    const pool = database.openPool(name, databaseRuntime(life, time, random), { size: POOL_SIZE });
    const clock: Clock = { now: () => time.now() + this.skew, monotonic: () => time.elapsed() };
    const randomness = { bytes: (count: number) => random.bytes(count) };
    const log = watchfulLog(onBroken);
    const executor = createExecutor({
      pool,
      onBroken: (id, error) => {
        onSetAside(id, String(error));
      },
      onOvertaken: onSetAside,
      notices: { plan: { ...NOTICES, onCall: onCall ? ON_CALL : undefined }, onDue: () => undefined },
    });
    const operations = createOneByOne(executor, clock, randomness);
    const lifecycle = new Lifecycle();
    const accounts: AccountParts = {
      pool,
      operations,
      clock,
      timers: {
        sleep: (ms, signal) => life.sleep(ms, signal),
        after: (ms, action) => life.after(ms, action),
      },
      log,
      passwords: plainPasswords,
      accessTokens: plainTokens(accessSeconds, clock),
      refreshTokens: createRefreshTokens(KEYS),
      access: createAccessCheck(pool, clock),
      throttle: noThrottle,
      settings: {
        tenant,
        openRegistration: true,
        sessionMs: SESSION_DAYS * DAY_MS,
        idleMs: SESSION_DAYS * DAY_MS,
      },
    };
    const documents =
      this.#parts.documents &&
      serverDocuments({
        ...this.#parts.documents,
        life,
        pool,
        clock,
        random: random.fork("documents"),
        onBroken,
      });
    const app = createApp({
      executor,
      sync: createSyncService({ pool, executor }),
      pool,
      clock,
      randomness,
      log,
      accounts,
      lifecycle,
      settings: { trustedProxies: [], origins: [], accountRate: 1_000_000, addressRate: 1_000_000 },
      restRoutes: rest ? restRoutes : undefined,
      realtimeRoutes: documents?.routes,
    });
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => undefined); // nobody may be waiting
    return { life, pool, executor, app, lifecycle, documents, death };
  }
}

/** What runs is finished. */
function finish({ executor, documents }: Running): Promise<void> {
  return documents === undefined ? executor.close() : executor.close().then(() => documents.close());
}

function databaseRuntime(life: Life, time: VirtualTime, random: SeededRandom): DatabaseRuntime {
  return {
    now: () => time.elapsed(),
    random,
    sleep: (ms, signal) => life.sleep(ms, signal),
    after: (ms, action) => life.after(ms, action),
  };
}

/** Warnings are the faults that were injected; an error is one of ours. */
function watchfulLog(onBroken: (what: string) => void): Log {
  const silent = (): void => undefined;
  return {
    debug: silent,
    info: silent,
    warn: silent,
    error: (message, error) => {
      onBroken(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    },
  };
}
