import { Hono } from "hono";
import type { Clock } from "../adapters/clock.ts";
import type { Bus } from "../bus/bus.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { DatabaseRoom } from "../database/room.ts";
import { read } from "../database/read.ts";
import type { RequestEnv } from "./context.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { HttpProblem } from "./problem.ts";

export interface HealthParts {
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly bus?: Pick<Bus, "isUp"> | undefined;
  readonly room?: Pick<DatabaseRoom, "isThere"> | undefined;
}

const DATABASE_MILLISECONDS = 2_000;
/** Whoever asks more often than this gets the same answer: asking must not be a load. */
const FRESH_MS = 1_000;
const RETRY_AFTER_SECONDS = 2;
/** So many waiting for each connection means that the next one waits too long. */
const MOST_WAITING_PER_CONNECTION = 5;

/** `/healthz`: the process lives. `/readyz`: it can serve; where not, why, in a word. */
export function healthRoutes(parts: HealthParts): Hono<RequestEnv> {
  const databaseAnswers = rememberBriefly(parts.clock, () => askDatabase(parts.pool));
  const app = new Hono<RequestEnv>();
  app.get("/healthz", (c) => c.json({ status: "alive" }));
  app.get("/readyz", async (c) => {
    const why = await obstacle(parts, databaseAnswers);
    if (why !== undefined)
      throw new HttpProblem({ code: "unavailable", detail: why }, { retryAfter: RETRY_AFTER_SECONDS });
    const degraded = degradations(parts);
    return c.json(degraded.length > 0 ? { status: "ready", degraded } : { status: "ready" });
  });
  return app;
}

/** What is missing, though this node serves all the same. */
function degradations({ bus, room }: HealthParts): readonly string[] {
  return [
    // What other nodes did is found a little later.
    ...(bus?.isUp === false ? ["redis"] : []),
    // What is written is refused, by every node alike; reads go on, and would not with none of them asked.
    ...(room?.isThere === false ? ["database_room"] : []),
  ];
}

async function obstacle(
  { pool, lifecycle }: HealthParts,
  databaseAnswers: () => Promise<boolean>,
): Promise<string | undefined> {
  if (lifecycle.isDraining) return "stopping";
  const { waiting, size } = pool.stats();
  if (waiting > size * MOST_WAITING_PER_CONNECTION) return "overloaded";
  return (await databaseAnswers()) ? undefined : "database";
}

/** A row of a table that the last migration leaves behind: answers, and is what we expect. */
async function askDatabase(pool: DatabasePool): Promise<boolean> {
  const options = { maxMilliseconds: DATABASE_MILLISECONDS };
  try {
    await read(pool, (reader) => reader.query("SELECT name FROM server_state LIMIT 1"), options);
    return true;
  } catch {
    return false;
  }
}

function rememberBriefly(clock: Clock, ask: () => Promise<boolean>): () => Promise<boolean> {
  let last: { readonly since: number; readonly answer: Promise<boolean> } | undefined;
  return () => {
    const now = clock.monotonic();
    if (last === undefined || now - last.since >= FRESH_MS) last = { since: now, answer: ask() };
    return last.answer;
  };
}
