import { seededRandom, type SeededRandom } from "@healthbridge/client-sdk/testing";
import { setTimeout as pause } from "node:timers/promises";
import {
  deadlockStorm,
  holdLocks,
  killConnections,
  noConnectionsLeft,
  readOnly,
} from "./faults/database-faults.ts";
import type { DatabaseFault, HttpFault, HttpRequest, Statement } from "./faults/fault-proxy.ts";
import type { Journal, RigLine } from "./history.ts";
import { LossCheck } from "./losses.ts";
import type { Entrance, House } from "./house/house.ts";
import type { ClientProcess } from "./house/clients.ts";
import type { ChaosRedis } from "./house/redis.ts";

/**
 * The faults of a run. Big ones are dealt from a shuffled deck, so that every kind comes before any comes again; small ones fall on single requests and
 * statements by chance. Everything is drawn from the seed, and everything that is done is written down.
 */

/** One kind of big fault: strikes something, and resolves when it is over. Answers what it struck, or `undefined` where nothing was left to strike. */
interface Blow {
  readonly kind: string;
  strike(house: House, random: SeededRandom, losses: LossCheck): Promise<string | undefined>;
}

export interface StormOptions {
  readonly house: House;
  readonly seed: number;
  /** mean time between two big faults, ms */
  readonly everyMs: number;
  /** only these kinds of big faults; all where this is left out */
  readonly kinds?: readonly string[];
  readonly journal: Journal<RigLine>;
  /** called whenever a fault is over */
  readonly onFault: (kind: string) => void;
}

export interface Storm {
  /** Lets no new fault begin, lifts those that last, and resolves when everything runs again. */
  over(): Promise<void>;
}

export function beginStorm({ house, seed, everyMs, kinds, journal, onFault }: StormOptions): Storm {
  const random = seededRandom(seed).fork("storm");
  const small = smallFaults(house, random.fork("requests"), journal, onFault);
  const ended = new AbortController();
  const striking = new Set<Promise<void>>();
  const blows = BLOWS.filter(({ kind }) => kinds?.includes(kind) ?? true);
  // What kills comes twice as often as the rest.
  const kills = blows.filter(({ kind }) => kind.startsWith("kill"));
  const deck = new Deck([...blows, ...kills], random.fork("deck"));
  const losses = new LossCheck(house, journal);
  const strike = async (blow: Blow): Promise<void> => {
    const at = Date.now();
    const target = await blow.strike(house, random.fork(`${blow.kind} ${at}`), losses);
    if (target === undefined) return;
    journal.write({ e: "fault", kind: blow.kind, target, until: Date.now(), count: 1 }, at);
    onFault(blow.kind);
  };
  const dealing = (async () => {
    while (!ended.signal.aborted) {
      await pause(-Math.log(1 - random()) * everyMs, undefined, { signal: ended.signal }).catch(
        () => undefined,
      );
      if (ended.signal.aborted) break;
      const work = strike(deck.draw());
      striking.add(work);
      void work.finally(() => striking.delete(work));
    }
  })();
  return {
    async over() {
      ended.abort();
      await dealing;
      small.over();
      await Promise.all(striking);
    },
  };
}

/** Deals every card once before it is shuffled again. */
class Deck<T> {
  readonly #cards: readonly T[];
  readonly #random: SeededRandom;
  #left: T[] = [];

  constructor(cards: readonly T[], random: SeededRandom) {
    this.#cards = cards;
    this.#random = random;
  }

  draw(): T {
    if (this.#left.length === 0) this.#left = [...this.#cards];
    const [card] = this.#left.splice(this.#random.between(0, this.#left.length - 1), 1);
    if (card === undefined) throw new Error("an empty deck");
    return card;
  }
}

/** What is being struck: one fault at a time for each. */
const struck = new WeakSet<object>();

async function alone<T extends object>(
  random: SeededRandom,
  among: readonly T[],
  strike: (target: T) => Promise<void>,
): Promise<T | undefined> {
  const free = among.filter((each) => !struck.has(each));
  if (free.length === 0) return undefined;
  const target = random.pick(free);
  struck.add(target);
  try {
    await strike(target);
    return target;
  } finally {
    struck.delete(target);
  }
}

const servers = (house: House, random: SeededRandom, strike: (target: Entrance) => Promise<void>) =>
  alone(random, house.entrances, strike).then((target) => target?.server.name);
const clients = (house: House, random: SeededRandom, strike: (target: ClientProcess) => Promise<void>) =>
  alone(random, house.clients, strike).then((target) => target?.name);
const database = (house: House, random: SeededRandom, strike: () => Promise<void>) =>
  alone(random, [house.database], strike).then((target) => (target === undefined ? undefined : "database"));

const redis = (house: House, random: SeededRandom, strike: (target: ChaosRedis) => Promise<void>) =>
  alone(random, house.redis === undefined ? [] : [house.redis], strike).then((target) =>
    target === undefined ? undefined : "Redis",
  );

const BLOWS: readonly Blow[] = [
  {
    kind: "kill Redis",
    strike: (house, random) =>
      redis(house, random, async (target) => {
        await target.kill();
        await pause(random.between(0, 4_000));
        await target.start();
      }),
  },
  {
    kind: "freeze Redis",
    strike: (house, random) =>
      redis(house, random, async (target) => {
        target.freeze();
        await pause(random.between(500, 8_000));
        target.thaw();
      }),
  },
  {
    kind: "kill server",
    strike: (house, random) =>
      servers(house, random, async ({ server }) => {
        await server.kill();
        await pause(random.between(0, 1_500));
        await server.start();
      }),
  },
  {
    kind: "kill database",
    strike: (house, random, losses) =>
      database(house, random, async () => {
        await losses.acknowledgedEdit();
        await house.database.kill();
        await pause(random.between(0, 1_500));
        await losses.startDatabase();
      }),
  },
  {
    kind: "kill devices",
    strike: (house, random) =>
      clients(house, random, async (client) => {
        await client.kill();
        await pause(random.between(0, 2_000));
        await client.start();
        client.tell({ do: "work" });
      }),
  },
  {
    kind: "freeze server",
    strike: (house, random) =>
      servers(house, random, async ({ server }) => {
        server.freeze();
        await pause(random.between(500, 5_000));
        server.thaw();
      }),
  },
  {
    kind: "freeze database",
    strike: (house, random) =>
      database(house, random, async () => {
        house.database.freeze();
        await pause(random.between(500, 3_000));
        house.database.thaw();
      }),
  },
  {
    kind: "freeze devices",
    strike: (house, random) =>
      clients(house, random, async (client) => {
        client.freeze();
        await pause(random.between(500, 5_000));
        client.thaw();
      }),
  },
  {
    kind: "cut all lines",
    strike: async (house, random) => {
      const { server, proxy } = random.pick(house.entrances);
      return proxy.cutAll("reset") > 0 ? server.name : undefined;
    },
  },
  {
    kind: "cut all database lines",
    strike: async (house, random) => {
      const { server, behind } = random.pick(house.entrances);
      return behind.cutAll("reset") > 0 ? server.name : undefined;
    },
  },
  {
    kind: "no network",
    strike: (house, random) =>
      servers(house, random, async ({ proxy }) => {
        await proxy.refuse();
        await pause(random.between(500, 4_000));
        await proxy.accept();
      }),
  },
  {
    kind: "silent network",
    strike: (house, random) =>
      servers(house, random, async ({ proxy }) => {
        proxy.pause();
        await pause(random.between(500, 4_000));
        proxy.resume();
      }),
  },
  lasting("read-only database", [500, 3_000], (house) => readOnly(house.database.url)),
  lasting("locks held on day sheets", [500, 6_000], (house) =>
    holdLocks(house.database.url, { table: "day_sheet" }),
  ),
  lasting("locks held on feeds", [500, 4_000], (house) =>
    holdLocks(house.database.url, { table: "feed", key: "handle" }),
  ),
  lasting("deadlock storm", [1_000, 4_000], (house, random) =>
    Promise.resolve(
      deadlockStorm(house.database.url, {
        rows: [
          { table: "feed", key: "handle" },
          { table: "day_sheet", count: 100 },
          { table: "stream", count: 50 },
        ],
        random,
      }),
    ),
  ),
  lasting("no connections left", [500, 3_000], (house) => noConnectionsLeft(house.database.url)),
  {
    kind: "database throws everybody out",
    strike: (house, random) =>
      database(house, random, async () => {
        for (const user of house.serverAccounts) await killConnections(house.database.url, user);
      }),
  },
  weather("captive portal", (random) => ({
    kind: "captive-portal",
    form: random.pick(["page", "redirect", "511"] as const),
  })),
  weather("bad gateway", (random) => ({ kind: "bad-gateway", status: random.pick([502, 504] as const) })),
];

/** A fault of the database that lasts for a while, from and to so many ms. */
function lasting(
  kind: string,
  [least, most]: readonly [number, number],
  begin: (house: House, random: SeededRandom) => Promise<AsyncDisposable>,
): Blow {
  return {
    kind,
    strike: (house, random) =>
      database(house, random, async () => {
        await using _fault = await begin(house, random);
        await pause(random.between(least, most));
      }),
  };
}

/** What every request through an entrance meets for a while. */
const weathers = new WeakMap<Entrance, (random: SeededRandom) => HttpFault>();

function weather(kind: string, fault: (random: SeededRandom) => HttpFault): Blow {
  return {
    kind,
    strike: (house, random) =>
      servers(house, random, async (entrance) => {
        weathers.set(entrance, fault);
        await pause(random.between(1_000, 4_000));
        weathers.delete(entrance);
      }),
  };
}

/** So many of a hundred requests meet a fault of their own; so many sockets, over each of which goes much. */
const REQUEST_FAULTS_PERCENT = 8;
const SOCKET_FAULTS_PERCENT = 70;

function smallFaults(
  house: House,
  random: SeededRandom,
  journal: Journal<RigLine>,
  onFault: (kind: string) => void,
): { over(): void } {
  const note = ({ server }: Entrance, kind: string): void => {
    journal.write({ e: "fault", kind, target: server.name, until: Date.now(), count: 1 });
    onFault(kind);
  };
  for (const entrance of house.entrances) {
    entrance.proxy.plan((request) => {
      const draws = random.fork(`${entrance.server.name} ${request.number}`);
      const lasting = weathers.get(entrance)?.(draws);
      if (lasting !== undefined) return lasting;
      const isSocket = request.headers.has("upgrade");
      if (!draws.percent(isSocket ? SOCKET_FAULTS_PERCENT : REQUEST_FAULTS_PERCENT)) return undefined;
      const fault = isSocket ? socketFault(draws) : requestFault(draws, request);
      note(entrance, `${isSocket ? "socket" : "request"}: ${nameOf(fault)}`);
      return fault;
    });
    entrance.behind.plan((statement) => {
      const draws = random.fork(`${entrance.server.name} behind ${statement.number}`);
      const fault = statementFault(draws, statement);
      if (fault === undefined) return undefined;
      note(entrance, nameOfStatementFault(fault, statement));
      return fault;
    });
  }
  return {
    over() {
      for (const { proxy, behind } of house.entrances) {
        for (const line of [proxy, behind]) {
          line.plan(() => undefined);
          line.lift();
        }
      }
    },
  };
}

function requestFault(random: SeededRandom, { bytes }: HttpRequest): HttpFault {
  const dice = random.between(1, 100);
  if (dice <= 20) return { kind: "cut", direction: "request", afterBytes: random.between(0, bytes) };
  if (dice <= 35) return { kind: "cut-at-share", direction: "response", share: random() };
  if (dice <= 45) return { kind: "cut", direction: "response", afterBytes: random.between(0, 400) };
  if (dice <= 60) return { kind: "duplicate", afterMs: random.pick([0, 0, random.between(1, 300)]) };
  if (dice <= 70)
    return {
      kind: "delay",
      ms: random.between(50, 2_000),
      direction: random.pick(["request", "response"] as const),
    };
  if (dice <= 76) return { kind: "reorder", atMostMs: 1_000 };
  if (dice <= 80) return { kind: "throttle", bytesPerSecond: random.between(1_000, 6_000) };
  if (dice <= 84) return { kind: "half-open" };
  if (dice <= 87) return { kind: "blackhole" };
  if (dice <= 92) return { kind: "captive-portal", form: "page" };
  if (dice <= 95) return { kind: "bad-gateway", status: 502 };
  if (dice <= 98)
    return { kind: "garbage", form: random.pick(["truncated-gzip", "wrong-encoding", "half"] as const) };
  return { kind: "busy", status: 503, retryAfter: "1" };
}

function socketFault(random: SeededRandom): HttpFault {
  const dice = random.between(1, 100);
  if (dice <= 60) return { kind: "cut", direction: "response", afterBytes: random.between(0, 30_000) };
  if (dice <= 75) return { kind: "throttle", bytesPerSecond: random.between(1_000, 6_000) };
  if (dice <= 85) return { kind: "delay", ms: random.between(50, 2_000) };
  if (dice <= 90) return { kind: "half-open" };
  if (dice <= 94) return { kind: "blackhole" };
  return { kind: "bad-gateway", status: 502 };
}

/** So many of a thousand statements, and so many of a hundred commits, meet a fault. */
const STATEMENT_FAULTS_PER_THOUSAND = 1;
const COMMIT_FAULTS_PERCENT = 2;

function statementFault(random: SeededRandom, { commit, bytes }: Statement): DatabaseFault | undefined {
  if (!random.percent(commit ? COMMIT_FAULTS_PERCENT : STATEMENT_FAULTS_PER_THOUSAND / 10)) return undefined;
  const dice = random.between(1, 100);
  if (dice <= 25)
    return { kind: "cut", direction: "request", afterBytes: random.pick([0, random.between(0, bytes)]) };
  if (dice <= 50) return { kind: "cut", direction: "response", afterBytes: 0 };
  if (dice <= 70) return { kind: "cut-unheard" };
  if (dice <= 80) return { kind: "ghost", ms: random.between(200, 3_000) };
  if (dice <= 95)
    return {
      kind: "delay",
      ms: random.between(50, 1_500),
      direction: random.pick(["request", "response"] as const),
    };
  return { kind: "half-open" };
}

function nameOfStatementFault(fault: DatabaseFault, { commit }: Statement): string {
  const what = commit ? "COMMIT" : "statement";
  if (fault.kind === "cut")
    return fault.direction === "request" ? `${what}: cut before` : `${what}: cut after`;
  return fault.kind === "cut-unheard" ? `${what}: cut, outcome unknown` : `${what}: ${fault.kind}`;
}

/** How the report calls it. */
function nameOf(fault: HttpFault): string {
  return fault.kind === "cut" || fault.kind === "cut-at-share" ? `cut in the ${fault.direction}` : fault.kind;
}
