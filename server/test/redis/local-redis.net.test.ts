import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findProcessWith } from "../../src/database/local/process-table.ts";
import { redisForTests, startRedis, type TestRedis } from "../../../tests/setup/redis.ts";

const program = await redisForTests();

function socketOf({ url }: TestRedis): string {
  return new URL(url).pathname;
}

describe.skipIf(program === undefined)("a private Redis", () => {
  test("is on a socket that only this account can reach, keeps nothing on disk, and leaves nothing running", async () => {
    const redis = await startRedis(program);
    const { mode } = await stat(join(redis.folder, "run"));
    expect((mode & 0o777).toString(8)).toBe("700");
    expect(await findProcessWith(socketOf(redis))).toBe(redis.pid);
    await redis.stop();
    expect(await findProcessWith(socketOf(redis))).toBeUndefined();
    expect(await readdir(join(redis.folder, "run"))).toEqual(["redis.log"]);
    expect(redis.said).toEqual([]);
  });

  test("killed, it is started again, and that is said", async () => {
    const redis = await startRedis(program);
    const before = redis.pid;
    process.kill(before, "SIGKILL");
    await expect.poll(() => redis.said.length, { timeout: 10_000 }).toBe(2);
    expect(redis.said).toEqual([
      "Redis stopped unexpectedly (signal SIGKILL); starting it again.",
      `Redis is back (process ${String(redis.pid)}).`,
    ]);
    expect(redis.pid).not.toBe(before);
  });

  test("that hangs is stopped all the same", async () => {
    const redis = await startRedis(program);
    process.kill(redis.pid, "SIGSTOP");
    await redis.stop();
    expect(await findProcessWith(socketOf(redis))).toBeUndefined();
  });

  test("is not started twice in one folder, and one that was left running there is ended", async () => {
    const first = await startRedis(program);
    await expect(startRedis(program, first)).rejects.toThrow(/already runs the Redis in/);
    await first.stop();
    const { path = "", calledAs = "" } = program ?? {};
    const words = ["--port", "0", "--unixsocket", socketOf(first), "--set-proc-title", "no", "--save", ""];
    const left = spawn(path, words, { argv0: calledAs, cwd: first.folder, stdio: "ignore" });
    onTestFinished(() => void left.kill("SIGKILL"));
    const ended = once(left, "exit");
    await expect.poll(() => findProcessWith(socketOf(first))).toBe(left.pid);
    const second = await startRedis(program, first);
    await ended;
    expect(await findProcessWith(socketOf(second))).toBe(second.pid);
  });
});
