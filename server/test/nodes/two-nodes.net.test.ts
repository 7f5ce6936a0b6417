import { randomBytes } from "node:crypto";
import { createClient } from "@redis/client";
import { afterAll, afterEach, describe, expect, onTestFinished, test } from "vitest";
import { redisForTests, startRedis, type TestRedis } from "../../../tests/setup/redis.ts";
import { newStream, openWorld } from "../../../tests/setup/world.ts";
import { runningServer, type TestServer } from "../http/running-server.ts";
import { HandMovedTime } from "../realtime/hand-moved-time.ts";
import { hangUp, type LineClient, openLine } from "../realtime/line-client.ts";

const program = await redisForTests();
const METRICS = "m".repeat(40);
const LOOK_MS = 1_000;

/** Two servers over one database with Redis between them. The second never looks at the database by itself: its time passes only when a test says so. */
interface Two {
  readonly a: TestServer;
  readonly b: TestServer;
  readonly redis: TestRedis;
  readonly time: HandMovedTime;
  readonly clinic: string;
  readonly token: string;
}

async function startTwo(): Promise<Two> {
  const redis = await startRedis(program, undefined, afterAll);
  const shared = {
    REDIS_URL: redis.url,
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_METRICS_TOKEN: METRICS,
  };
  const time = new HandMovedTime();
  const a = await runningServer(shared);
  const b = await runningServer({ ...shared, DATABASE_URL: a.databaseUrl }, { socketTime: time });
  const { clinic } = await openWorld(a.databaseUrl, {}, "demo");
  await a.open("amina", "staff", { clinics: [clinic] });
  const { accessToken: token } = await a.signIn("amina");
  return { a, b, redis, time, clinic, token };
}

const started = program === undefined ? undefined : await startTwo();

/** The two, both with Redis. */
async function both(): Promise<Two> {
  if (started === undefined) throw new Error("a test that needs Redis was not skipped");
  await Promise.all([reaches(started.a, true), reaches(started.b, true)]);
  return started;
}

/** Waits until a server says that it has Redis, or that it has not. */
async function reaches({ send }: TestServer, wanted: boolean): Promise<void> {
  const said = wanted ? '{"status":"ready"}' : '{"status":"ready","degraded":["redis"]}';
  await expect.poll(async () => (await send("GET", "/readyz")).text, { timeout: 15_000 }).toBe(said);
}

async function register({ a, clinic, token }: Two, name: string): Promise<void> {
  const operations = [{ type: "patient.register", input: { name, clinic }, madeAt: 0 }];
  const json = { protocol: 1, stream: newStream(), from: 1, operations };
  expect((await a.send("POST", "/v1/sync", { json, token })).body.settled).toBe(1);
}

/** A device at the second server that has read everything and is sent what is new. */
async function deviceAt({ b, clinic, token }: Two): Promise<LineClient> {
  const line = await openLine(b, token);
  await line.sync({ follow: ["me", `clinic:${clinic}`] }, { push: true });
  return line;
}

async function isShown(line: LineClient, name: string): Promise<void> {
  const { json } = await line.next(({ page }) => page !== undefined);
  expect(JSON.stringify(json)).toContain(name);
}

async function counted({ send }: TestServer, what: string): Promise<number> {
  const { text } = await send("GET", "/metrics", { token: METRICS });
  const line = text.split("\n").find((each) => each.startsWith(`healthbridge_bus_${what} `));
  return Number(line?.split(" ").at(-1));
}

afterEach(hangUp);

describe.skipIf(program === undefined)("two servers with Redis between them", () => {
  test("what one commits a socket at the other shows at once, without a look at the database", async () => {
    const two = await both();
    const line = await deviceAt(two);
    await register(two, "Wanjiku");
    await isShown(line, "Wanjiku");
    await register(two, "Achieng");
    await isShown(line, "Achieng");
    expect(await counted(two.b, 'messages_total{what="heard"}')).toBeGreaterThanOrEqual(2);
    expect(await counted(two.b, "up")).toBe(1);
  });

  test("one that hangs holds up nobody", async () => {
    const two = await both();
    const { redis, time } = two;
    const line = await deviceAt(two);
    process.kill(redis.pid, "SIGSTOP");
    try {
      for (let at = 0; at < 20; at += 1) await register(two, `Patient ${String(at)}`);
      await time.pass(LOOK_MS);
      await isShown(line, "Patient 19");
    } finally {
      process.kill(redis.pid, "SIGCONT");
    }
    await Promise.all([reaches(two.a, true), reaches(two.b, true)]);
    await register(two, "After it hung");
    await expect.poll(() => JSON.stringify(line.frames)).toContain("After it hung");
  });

  test("what strangers say over it does nothing", async () => {
    const two = await both();
    const { b, redis } = two;
    const line = await deviceAt(two);
    const stranger = createClient({ url: redis.url });
    await stranger.connect();
    onTestFinished(() => {
      stranger.destroy();
    });
    const channels = await stranger.pubSubChannels();
    expect(channels.length).toBeGreaterThan(0);
    const lies = [
      "1:999999999",
      "1.k1.aaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaa.1:999999999",
      "{}",
      "\0\u{1F600}",
      "",
    ];
    for (const channel of channels) for (const lie of lies) await stranger.publish(channel, lie);
    await expect.poll(() => counted(b, 'messages_total{what="refused"}')).toBe(channels.length * lies.length);
    expect(line.frames).toEqual([]);
    await register(two, "Told by a node");
    await isShown(line, "Told by a node");
  });

  test("without it the same comes by looking; when it is back what was missed comes at once, and then all else", async () => {
    const two = await both();
    const { a, b, redis, time } = two;
    const line = await deviceAt(two);
    await redis.stop();
    await Promise.all([reaches(a, false), reaches(b, false)]);
    await register(two, "Missed by Redis");
    expect(line.frames).toEqual([]);
    await time.pass(LOOK_MS);
    await isShown(line, "Missed by Redis");
    expect(await counted(b, "up")).toBe(0);
    await register(two, "Before it is back");
    await startRedis(program, redis);
    // No time has passed: it looked because Redis is back.
    await isShown(line, "Before it is back");
    await Promise.all([reaches(a, true), reaches(b, true)]);
    await register(two, "After it is back");
    await isShown(line, "After it is back");
  });
});
