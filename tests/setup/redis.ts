import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { LocalServerError } from "../../server/src/database/local/local-server-error.ts";
import { type LocalRedis, startLocalRedis } from "../../server/src/redis/local-redis.ts";
import { obtainRedisProgram, type RedisProgram } from "../../server/src/redis/redis-program.ts";

/**
 * The Redis that tests start: what is on this machine, or Debian's, installed with a line that says so. Where none can be had the tests that need one are skipped, and why is
 * printed.
 */
export async function redisForTests(): Promise<RedisProgram | undefined> {
  try {
    return await obtainRedisProgram(console.log);
  } catch (error) {
    if (!(error instanceof LocalServerError)) throw error;
    console.warn(`Tests with Redis are skipped: ${error.message}`);
    return undefined;
  }
}

/** A Redis of one test's own. */
export interface TestRedis extends LocalRedis {
  readonly folder: string;
  /** what was said about it to whoever started it */
  readonly said: readonly string[];
}

/**
 * Starts a Redis that is gone when the running test is, or when `whenOver` says.
 *
 * @param again one whose place it takes
 */
export async function startRedis(
  program: RedisProgram | undefined,
  again?: TestRedis,
  whenOver: (end: () => Promise<void>) => void = onTestFinished,
): Promise<TestRedis> {
  if (program === undefined) throw new Error("a test that needs Redis was not skipped");
  const folder = again?.folder ?? (await mkdtemp(join(tmpdir(), "hb-redis-")));
  const said: string[] = [];
  const redis = await startLocalRedis({ folder, program, say: (line) => said.push(line) });
  whenOver(async () => {
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: redis.url,
    version: redis.version,
    get pid() {
      return redis.pid;
    },
    stop: () => redis.stop(),
    folder,
    said,
  };
}
