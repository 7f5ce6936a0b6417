import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { openRunFolder } from "../database/local/data-folder.ts";
import { FolderLock } from "../database/local/folder-lock.ts";
import type { DatabaseRuntime } from "../database/runtime.ts";
import { systemRuntime } from "../database/system-runtime.ts";
import {
  findRedis,
  type RedisPlace,
  redisPlace,
  type RedisProcess,
  redisReady,
  redisUrl,
  spawnRedis,
  stopRedis,
} from "./redis-process.ts";
import { obtainRedisProgram, type RedisProgram } from "./redis-program.ts";

export interface LocalRedisOptions {
  /** Everything of it is in here; made when missing. */
  readonly folder: string;
  /** plain lines for whoever started the process */
  readonly say: (line: string) => void;
  /** Default: what is found on this machine, or installed. */
  readonly program?: RedisProgram;
  readonly runtime?: DatabaseRuntime;
}

/** A Redis of our own, on a socket that only this account can reach. It keeps nothing over a restart. */
export interface LocalRedis {
  /** for `REDIS_URL` */
  readonly url: string;
  readonly version: string;
  /** Of its process now; another one after it was restarted. */
  readonly pid: number;
  /** Ends it and lets go of the folder. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** After so long a run its end counts as the first again. */
const SETTLED_MS = 60_000;

/**
 * Starts the private Redis. As long as this process lives it starts it again when it dies; one that a killed process left running is ended first, since it holds nothing.
 *
 * @throws LocalServerError
 */
export async function startLocalRedis(options: LocalRedisOptions): Promise<LocalRedis> {
  const program = options.program ?? (await obtainRedisProgram(options.say));
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = FolderLock.take(folder, "the Redis");
  try {
    const redis = new SupervisedRedis(program, redisPlace(await openRunFolder(folder)), lock, options);
    await redis.start();
    return redis;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

class SupervisedRedis implements LocalRedis {
  readonly url: string;
  readonly version: string;
  readonly #program: RedisProgram;
  readonly #place: RedisPlace;
  readonly #lock: FolderLock;
  readonly #say: (line: string) => void;
  readonly #runtime: DatabaseRuntime;
  readonly #stopping = new AbortController();
  #pid = 0;
  #supervision: Promise<void> = Promise.resolve();

  constructor(program: RedisProgram, place: RedisPlace, lock: FolderLock, options: LocalRedisOptions) {
    this.url = redisUrl(place);
    this.version = program.version;
    this.#program = program;
    this.#place = place;
    this.#lock = lock;
    this.#say = options.say;
    this.#runtime = options.runtime ?? systemRuntime;
  }

  get pid(): number {
    return this.#pid;
  }

  async start(): Promise<void> {
    const left = await findRedis(this.#place);
    if (left !== undefined) await stopRedis(left, this.#place, this.#runtime);
    this.#supervision = this.#supervise(await this.#launch());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#supervision;
    if (this.#pid !== 0) await stopRedis(this.#pid, this.#place, this.#runtime);
    this.#lock[Symbol.dispose]();
  }

  async #launch(): Promise<RedisProcess> {
    const started = await spawnRedis(this.#program, this.#place);
    this.#pid = started.pid;
    try {
      await redisReady(started, this.#place, this.#runtime);
      return started;
    } catch (error) {
      await stopRedis(started.pid, this.#place, this.#runtime);
      throw error;
    }
  }

  async #supervise(first: RedisProcess): Promise<void> {
    const { signal } = this.#stopping;
    const { promise: stopped, resolve: stop } = Promise.withResolvers<undefined>();
    signal.addEventListener("abort", () => {
      stop(undefined);
    });
    let current: RedisProcess | undefined = first;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const since = this.#runtime.now();
      const how = current === undefined ? undefined : await Promise.race([current.ended, stopped]);
      if (signal.aborted) return;
      if (how !== undefined) this.#say(`Redis stopped unexpectedly (${how}); starting it again.`);
      if (this.#runtime.now() - since > SETTLED_MS) pause = FIRST_PAUSE_MS;
      current = await this.#revive(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  async #revive(pauseMs: number): Promise<RedisProcess | undefined> {
    const { signal } = this.#stopping;
    try {
      await this.#runtime.sleep(pauseMs, signal);
      const revived = await this.#launch();
      this.#say(`Redis is back (process ${String(revived.pid)}).`);
      return revived;
    } catch (error) {
      if (!signal.aborted) this.#say(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}
