import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { connectRedisBus } from "../../src/adapters/redis-bus.ts";
import { systemTimers } from "../../src/adapters/timers.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { BUS_LIMITS, type BusLimits } from "../../src/bus/limits.ts";
import { redisForTests, startRedis } from "../../../tests/setup/redis.ts";

const redisProgram = await redisForTests();
/** As in real use, only sooner. */
const SOON = { askMs: 30, answerMs: 200, firstPauseMs: 20, longestPauseMs: 100, connectMs: 300 };

interface Node {
  readonly bus: Bus;
  readonly heard: string[];
  readonly changes: string[];
  readonly broken: unknown[];
}

function join(url: string, more: Partial<BusLimits> = {}): Node {
  const heard: string[] = [];
  const changes: string[] = [];
  const broken: unknown[] = [];
  const bus = connectRedisBus({
    url,
    prefix: "test:",
    limits: { ...BUS_LIMITS, ...SOON, ...more },
    clock: systemClock,
    timers: systemTimers,
    onChange: (isUp, why) => changes.push(`${isUp ? "up" : "away"}: ${why}`),
    onBroken: (error) => broken.push(error),
  });
  bus.subscribe("feeds", (text) => heard.push(text));
  onTestFinished(() => bus.close());
  return { bus, heard, changes, broken };
}

async function isUp({ bus }: Node, wanted = true): Promise<void> {
  await expect.poll(() => bus.isUp, { timeout: 10_000, interval: 5 }).toBe(wanted);
}

/** What a message that is sent again and again until it comes through is, at last. */
async function comesThrough(from: Node, to: Node, text: string): Promise<void> {
  await expect
    .poll(() => {
      from.bus.publish("feeds", text);
      return to.heard;
    })
    .toContain(text);
}

describe.skipIf(redisProgram === undefined)("the bus over Redis", () => {
  test("tells every node at once, over one connection each", async () => {
    const { url } = await startRedis(redisProgram);
    const [a, b, c] = [join(url), join(url), join(url)];
    await Promise.all([a, b, c].map((node) => isUp(node)));
    a.bus.publish("feeds", "one");
    a.bus.publish("presence", "for nobody");
    b.bus.publish("feeds", "two\r\n$3\r\n");
    await expect.poll(() => [b.heard, c.heard].map((heard) => heard.length)).toEqual([2, 2]);
    expect(new Set(c.heard)).toEqual(new Set(["one", "two\r\n$3\r\n"]));
    expect(a.bus.counts()).toMatchObject({ sent: 2, dropped: 0 });
    expect(a.changes).toEqual(["up: connected"]);
  });

  test("hears a topic that is asked for later, until it is not wanted any more", async () => {
    const { url } = await startRedis(redisProgram);
    const [a, b] = [join(url), join(url)];
    await Promise.all([isUp(a), isUp(b)]);
    const heard: string[] = [];
    const end = b.bus.subscribe("documents", (text) => heard.push(text));
    await expect
      .poll(() => {
        a.bus.publish("documents", "update");
        return heard.length;
      })
      .toBeGreaterThan(0);
    end();
    const before = heard.length;
    a.bus.publish("documents", "unheard");
    a.bus.publish("feeds", "after it");
    await expect.poll(() => b.heard).toContain("after it");
    expect(heard).toHaveLength(before);
  });

  test("killed, it costs what was said meanwhile and nothing else, and is there again by itself", async () => {
    const redis = await startRedis(redisProgram);
    const [a, b] = [join(redis.url), join(redis.url)];
    await Promise.all([isUp(a), isUp(b)]);
    let back = 0;
    b.bus.whenBack(() => (back += 1));
    process.kill(redis.pid, "SIGKILL");
    await isUp(a, false);
    a.bus.publish("feeds", "lost");
    expect(a.bus.counts()).toMatchObject({ sent: 0, dropped: 1 });
    await Promise.all([isUp(a), isUp(b)]);
    await comesThrough(a, b, "after the kill");
    expect(b.heard).not.toContain("lost");
    expect(back).toBe(1);
    expect(b.changes.filter((line) => line.startsWith("up"))).toHaveLength(2);
    expect(b.changes).toHaveLength(3);
  });

  test("that hangs holds up nobody: what is published is bounded, and it is noticed", async () => {
    const redis = await startRedis(redisProgram);
    const [a, b] = [join(redis.url, { waitingMessages: 50, waitingBytes: 4_000 }), join(redis.url)];
    await Promise.all([isUp(a), isUp(b)]);
    process.kill(redis.pid, "SIGSTOP");
    try {
      const began = performance.now();
      for (let at = 0; at < 10_000; at += 1) a.bus.publish("feeds", "x".repeat(100));
      // Not one of them was waited for.
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(a.bus.counts()).toMatchObject({ sent: 40, dropped: 9_960 });
      await isUp(a, false);
      expect(a.changes.at(-1)).toBe("away: no answer");
      // It takes connections all the same, and none of them counts.
      await expect.poll(() => b.changes.at(-1)).toBe("away: no answer");
      expect([a.bus.isUp, b.bus.isUp]).toEqual([false, false]);
    } finally {
      process.kill(redis.pid, "SIGCONT");
    }
    await Promise.all([isUp(a), isUp(b)]);
    await comesThrough(a, b, "after it hung");
  });

  test("that is not there yet is found when it comes, and a node that is closed meanwhile ends at once", async () => {
    const redis = await startRedis(redisProgram);
    const { url } = redis;
    await redis.stop();
    const early = join(url);
    const leaving = join(url);
    await expect.poll(() => early.changes).toEqual(["away: ENOENT"]);
    early.bus.publish("feeds", "nobody hears it");
    await leaving.bus.close();
    expect(early.bus.counts()).toMatchObject({ sent: 0, dropped: 1 });
    await startRedis(redisProgram, redis);
    const late = join(url);
    await Promise.all([isUp(early), isUp(late)]);
    await comesThrough(late, early, "at last");
    expect(leaving.bus.isUp).toBe(false);
  });

  test("keeps going over what is no message, a listener that breaks, and one that is too long", async () => {
    const redis = await startRedis(redisProgram);
    const [a, b] = [join(redis.url), join(redis.url)];
    await Promise.all([isUp(a), isUp(b)]);
    b.bus.subscribe("feeds", (text) => {
      if (text === "break") throw new Error("a listener's own fault");
    });
    a.bus.publish("feeds", "y".repeat(BUS_LIMITS.messageBytes + 1));
    expect(a.bus.counts()).toMatchObject({ sent: 0, dropped: 1 });
    const stranger = connect(new URL(redis.url).pathname);
    onTestFinished(() => void stranger.destroy());
    stranger.write(
      Buffer.from("*3\r\n$7\r\nPUBLISH\r\n$10\r\ntest:feeds\r\n$4\r\n\xFF\x00\xFE\xC3\r\n", "latin1"),
    );
    a.bus.publish("feeds", "break");
    await comesThrough(a, b, "still here");
    expect(b.broken).toHaveLength(1);
    expect(b.heard.length).toBeGreaterThanOrEqual(3);
    expect(b.changes).toEqual(["up: connected"]);
  });

  test("that refuses us is told in one word, without the password", async () => {
    const redis = await startRedis(redisProgram);
    const path = new URL(redis.url).pathname;
    const denied = join(`unix://nobody:canary@${path}`);
    await expect.poll(() => denied.changes).toEqual(["away: WRONGPASS"]);
    expect(denied.bus.isUp).toBe(false);
  });
});
