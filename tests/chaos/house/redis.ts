import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openRunFolder } from "../../../server/src/database/local/data-folder.ts";
import { LocalServerError } from "../../../server/src/database/local/local-server-error.ts";
import { systemRuntime } from "../../../server/src/database/system-runtime.ts";
import {
  type RedisPlace,
  redisPlace,
  type RedisProcess,
  redisReady,
  redisUrl,
  spawnRedis,
  stopRedis,
} from "../../../server/src/redis/redis-process.ts";
import { obtainRedisProgram, type RedisProgram } from "../../../server/src/redis/redis-program.ts";

/** The run's own Redis, by which servers wake each other: killed, frozen and started again. */
export interface ChaosRedis {
  readonly version: string;
  readonly url: string;
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Makes one that does not run yet; nothing, and a line about it, where none can be had. */
export async function openRedis(
  folder: string,
  say: (line: string) => void,
): Promise<ChaosRedis | undefined> {
  try {
    const program = await obtainRedisProgram(say);
    const root = join(folder, "redis");
    await mkdir(root, { recursive: true });
    return new KillableRedis(program, redisPlace(await openRunFolder(root)));
  } catch (error) {
    if (!(error instanceof LocalServerError)) throw error;
    say(`${error.message}\nGoing on without it: servers ask the database what is new.`);
    return undefined;
  }
}

class KillableRedis implements ChaosRedis {
  readonly version: string;
  readonly url: string;
  readonly #program: RedisProgram;
  readonly #place: RedisPlace;
  #process: RedisProcess | undefined;

  constructor(program: RedisProgram, place: RedisPlace) {
    this.version = program.version;
    this.url = redisUrl(place);
    this.#program = program;
    this.#place = place;
  }

  async start(): Promise<void> {
    this.#process = await spawnRedis(this.#program, this.#place);
    await redisReady(this.#process, this.#place, systemRuntime);
  }

  async kill(): Promise<void> {
    const gone = this.#process;
    this.#process = undefined;
    if (gone === undefined) return;
    process.kill(gone.pid, "SIGKILL");
    await gone.ended;
  }

  freeze(): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, "SIGSTOP");
  }

  thaw(): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, "SIGCONT");
  }

  async stop(): Promise<void> {
    this.thaw();
    if (this.#process !== undefined) await stopRedis(this.#process.pid, this.#place, systemRuntime);
    this.#process = undefined;
  }
}
