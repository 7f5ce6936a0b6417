import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProcessWith } from "../../src/database/local/process-table.ts";
import { createDatabase } from "../../../tests/setup/fresh-database.ts";
import { start, until } from "../../../tests/setup/process.ts";
import { redisForTests } from "../../../tests/setup/redis.ts";
import { isRunning, MAIN, pidOfRedis, pidsOf, startNodes } from "./nodes-program.ts";

const redisProgram = await redisForTests();

/** Which nodes answer some requests; each has to be answered with 200, or to have been at a node that was being killed. */
async function answering(url: string, count: number): Promise<ReadonlySet<string | null>> {
  const answers: Response[] = [];
  for (let at = 0; at < count; at += 1) answers.push(await fetch(`${url}/healthz`));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  return new Set(answers.map(({ headers }) => headers.get("x-node")));
}

describe("--nodes", () => {
  test.skipIf(redisProgram === undefined)(
    "starts, serves with each in turn, goes on when one and Redis are killed, brings both back, and leaves nothing running",
    async () => {
      const nodes = await startNodes(["--nodes", "2"]);
      const { program, url, folder } = nodes;
      expect(await answering(url, 4)).toEqual(new Set(["1", "2"]));
      const [one = 0, two = 0] = pidsOf(nodes);
      expect(isRunning(one) && isRunning(two) && one !== two).toBe(true);

      process.kill(one, "SIGKILL");
      await until("its death to be said", () => program.said().includes("Node 1 (process") || undefined);
      expect(program.said()).toContain("died: signal SIGKILL. The others go on; starting it again.");
      expect(await answering(url, 3)).toEqual(new Set(["2"]));
      await until("it to be back", () => program.said().includes("Node 1 is back") || undefined);
      expect(await answering(url, 4)).toEqual(new Set(["1", "2"]));

      const redis = pidOfRedis(nodes);
      process.kill(redis, "SIGKILL");
      const away = "Redis is away";
      await until("both to say that Redis is away", () => program.said().split(away).length > 2 || undefined);
      await until("Redis to be back", () => program.said().includes("Redis is back") || undefined);
      expect(await answering(url, 4)).toEqual(new Set(["1", "2"]));
      await until("no node to miss it", async () => (await degraded(url)) === 0 || undefined);

      program.kill("SIGINT");
      expect(await program.ended).toBe(0);
      expect(program.said()).toMatch(/Stopped\.\n$/);
      expect(pidsOf(nodes).filter(isRunning)).toEqual([]);
      expect(await findProcessWith(join(folder, "redis/run/redis.sock"))).toBeUndefined();
    },
  );

  test("ends with the one that started it, however that ended", async () => {
    const nodes = await startNodes(["--nodes", "2"], { REDIS_URL: "redis://127.0.0.1:1" });
    const pids = pidsOf(nodes);
    expect(await degraded(nodes.url)).toBe(4);
    nodes.program.kill("SIGKILL");
    await until("the nodes to end by themselves", () => !pids.some(isRunning) || undefined);
  });

  test("refuses a number that makes no sense, and says which do", async () => {
    const program = start(MAIN, ["--demo", "--nodes", "9"]);
    expect(await program.ended).toBe(1);
    expect(program.said()).toContain("--nodes: expected a whole number from 2 to 4");
  });

  test("says why a node cannot start, and ends", async () => {
    await using database = await createDatabase();
    const program = start(MAIN, ["--nodes", "2"], {
      PORT: "0",
      DATABASE_URL: database.url.replace(/:[^:@/]+@/, ":wrong@"),
      REDIS_URL: "redis://127.0.0.1:1",
      HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    });
    expect(await program.ended).toBe(1);
    expect(program.said()).toMatch(/^node 1: No connection to the database/m);
    expect(program.said()).toContain("Node 1 did not start: it ended with exit code 1.");
    expect(program.said()).not.toMatch(/\n\s+at /);
  });
});

/** Of four answers those that say that Redis is missed. */
async function degraded(url: string): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => fetch(`${url}/readyz`).then((each) => each.text())),
  );
  return answers.filter((text) => text.includes('"degraded":["redis"]')).length;
}
