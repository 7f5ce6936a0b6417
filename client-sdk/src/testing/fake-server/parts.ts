import type { SeededRandom } from "../seeded-random.ts";
import type { Data } from "./data.ts";
import { Feeds } from "./feeds.ts";
import { Operations } from "./operations.ts";
import { Sessions } from "./sessions.ts";
import { World } from "./world.ts";

/** The parts of a server over what it keeps. */
export interface Parts {
  readonly data: Data;
  readonly world: World;
  readonly feeds: Feeds;
  readonly operations: Operations;
  readonly sessions: Sessions;
  readonly now: () => number;
}

/** Puts a server together over what it keeps: nothing, or a backup. */
export function partsOver(
  data: Data,
  {
    now,
    random,
    accessSeconds,
    sessionSeconds,
  }: {
    readonly now: () => number;
    readonly random: SeededRandom;
    readonly accessSeconds: number;
    readonly sessionSeconds: number;
  },
): Parts {
  const world = new World(data);
  const feeds = new Feeds(data, world);
  const operations = new Operations({ data, world, feeds, now, random });
  const lifetimes = { access: accessSeconds, session: sessionSeconds };
  return {
    data,
    world,
    feeds,
    operations,
    now,
    sessions: new Sessions({ data, world, operations, now, lifetimes }),
  };
}
