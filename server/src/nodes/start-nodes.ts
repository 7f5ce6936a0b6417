import { networkCheck } from "../http/networks.ts";
import { join } from "node:path";
import { systemTimers } from "../adapters/timers.ts";
import type { Config } from "../config/config.ts";
import { startLocalServer } from "../database/local-server.ts";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { type LocalRedis, startLocalRedis } from "../redis/local-redis.ts";
import { sayReady } from "../command/say-ready.ts";
import { Backends } from "./backends.ts";
import { NodeKeeper } from "./node-keeper.ts";
import { askWhetherReady } from "./probe.ts";
import { openProxy } from "./proxy.ts";

export const FEWEST_NODES = 2;
export const MOST_NODES = 4;

export interface NodesOptions {
  readonly count: number;
  /** plain lines for whoever started it */
  readonly say: (line: string) => void;
  /** how far the long steps of filling the demo are */
  readonly progress: (step: string, done: number, all: number) => void;
  /** what the nodes' own environment is made from */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** gives up starting; what was started is closed */
  readonly signal: AbortSignal;
}

/** Several nodes that serve. */
export interface RunningNodes {
  /** the proxy's address, which is the one to use */
  readonly url: string;
  /** Stops everything that was started, last started first. */
  close(): Promise<void>;
}

/** Beyond what running requests may take, for closing what a node had open. */
const CLOSING_MS = 10_000;
const PROBE_MS = 1_000;
/** How the nodes see the proxy. */
const PROXY_ADDRESS = "127.0.0.1";

/**
 * Starts several server processes over one database, with Redis between them and a small proxy in front, so that anybody can see it. Database and Redis are those of the settings, or
 * private ones. Where no Redis can be had it goes on without: the nodes find what is new by asking the database.
 */
export async function startNodes(config: Config, options: NodesOptions): Promise<RunningNodes> {
  await using stack = new AsyncDisposableStack();
  const { say, signal } = options;
  const backends = new Backends();
  // First, because a port that is taken should not be found out last.
  const proxy = await openProxy({
    host: config.host,
    port: config.port,
    backends,
    timers: systemTimers,
    connections: config.connections,
    isProxy: networkCheck(config.trustedProxies),
    believesForwarded: config.trustedProxies.length > 0,
  });
  const drainMs = config.drainSeconds * 1000;
  stack.defer(() => proxy.close(0));
  const databaseUrl = config.databaseUrl ?? (await privateDatabase(config, options, stack));
  const redisUrl = config.redisUrl ?? (await privateRedis(config, say, stack));
  signal.throwIfAborted();
  const environment = nodeEnvironment(config, options, databaseUrl, redisUrl);
  const { progress } = options;
  const words = config.demo ? ["--demo"] : [];
  const parts = {
    backends,
    timers: systemTimers,
    environment,
    words,
    say,
    progress,
    endMs: drainMs + CLOSING_MS,
  };
  const keepers = Array.from({ length: options.count }, (_, at) => new NodeKeeper(String(at + 1), parts));
  const stopAll = async (): Promise<void> => {
    await Promise.all(keepers.map((keeper) => keeper.stop()));
  };
  stack.defer(stopAll);
  const giveUp = (): void => void stopAll();
  signal.addEventListener("abort", giveUp);
  await startInTurn(keepers, say);
  signal.removeEventListener("abort", giveUp);
  signal.throwIfAborted();
  const watching = watchNodes(backends, say);
  stack.defer(() => watching.stop());
  say(
    `Each request goes to the next of them, and the header x-node of its answer says to which. Kill one: the others go on.`,
  );
  sayReady(config, proxy.url, say);
  const owned = stack.move();
  return {
    url: proxy.url,
    close: async () => {
      await watching.stop();
      // Together: what the proxy waits for the nodes finish.
      await Promise.all([proxy.close(drainMs), stopAll()]);
      await owned.disposeAsync();
    },
  };
}

async function privateDatabase(
  { dataFolder }: Config,
  { say, signal }: NodesOptions,
  stack: AsyncDisposableStack,
): Promise<string> {
  const server = await startLocalServer({ dataFolder: join(dataFolder, "database"), say, signal });
  stack.defer(() => server.stop());
  say(`The database is process ${String(server.pid)} (${server.flavour} ${server.version}).`);
  return server.url;
}

async function privateRedis(
  { dataFolder }: Config,
  say: (line: string) => void,
  stack: AsyncDisposableStack,
): Promise<string | undefined> {
  let redis: LocalRedis;
  try {
    redis = await startLocalRedis({ folder: join(dataFolder, "redis"), say });
  } catch (error) {
    if (!(error instanceof LocalServerError) || error.code === "in_use") throw error;
    say(error.message);
    say("Going on without Redis: what happens at one node reaches the others a little later.");
    return undefined;
  }
  stack.defer(() => redis.stop());
  say(`Redis is process ${String(redis.pid)} (${redis.version}).`);
  return redis.url;
}

function nodeEnvironment(
  { trustedProxies, logFormat, demo }: Config,
  { environment }: NodesOptions,
  databaseUrl: string,
  redisUrl: string | undefined,
): Readonly<Record<string, string | undefined>> {
  const forPeople = demo || process.stdout.isTTY;
  return {
    ...environment,
    PORT: "0",
    HOST: PROXY_ADDRESS,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    HEALTHBRIDGE_TRUSTED_PROXIES: [...trustedProxies, PROXY_ADDRESS].join(","),
    HEALTHBRIDGE_LOG_FORMAT: logFormat ?? (forPeople ? "plain" : "json"),
  };
}

/** The first alone: it makes the tables and, in the demo, the data. */
async function startInTurn(keepers: readonly NodeKeeper[], say: (line: string) => void): Promise<void> {
  const [first, ...others] = keepers;
  const lines = [await first?.start({ fill: true })];
  lines.push(...(await Promise.all(others.map((keeper) => keeper.start({ fill: false })))));
  for (const line of lines) if (line !== undefined) say(line);
}

/** Asks each node again and again whether it can serve, and says when that changes. */
function watchNodes(backends: Backends, say: (line: string) => void): { stop(): Promise<void> } {
  const over = new AbortController();
  const look = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const all = backends.all();
      const answers = await Promise.all(all.map(askWhetherReady));
      for (const [at, backend] of all.entries()) {
        const isReady = answers[at] ?? false;
        if (over.signal.aborted || !backends.mark(backend, isReady)) continue;
        const told = isReady ? "serves again" : "does not answer that it can serve: others are asked first";
        say(`Node ${backend.name} ${told}.`);
      }
      await systemTimers.sleep(PROBE_MS, over.signal).catch(() => undefined);
    }
  };
  const looking = look();
  return {
    stop: async () => {
      over.abort();
      await looking;
    },
  };
}
