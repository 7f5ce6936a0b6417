import type { Timers } from "../adapters/timers.ts";
import type { Bus } from "../bus/bus.ts";
import type { MovedFeed } from "../feeds/moved-feed.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { Log } from "../telemetry/log.ts";
import { REALTIME } from "./limits.ts";

/** Feeds by their handles, and the number up to which each is known. */
export type Known = ReadonlyMap<number, number>;

/** Tells that feeds have moved. A hint: what a feed holds is in the database, and what is missed here is found by looking. */
export interface Wakes {
  /** Feeds have moved so far; called after the commit. Waits for nothing and never throws. */
  readonly moved: (feeds: ReadonlyMap<number, MovedFeed>) => void;
  /**
   * Tells the listener when one of these feeds has moved beyond a number, also where it has already.
   * @param feeds handle and the number up to which it is known
   * @returns how to stop
   */
  subscribe(feeds: Known, listener: WakeListener): () => void;
}

/** @param moved what exactly moved it, where this process did it a moment ago */
export type WakeListener = (feed: number, number: number, moved?: MovedFeed) => void;

interface Followed {
  number: number;
  readonly listeners: Set<WakeListener>;
}

export interface WakesParts {
  readonly pool: DatabasePool;
  readonly timers: Timers;
  readonly log: Log;
}

const FEEDS_AT_ONCE = 1_000;
/** Where nodes tell each other which feeds have moved: `<handle>:<number>`, with commas between. */
const TOPIC = "feeds";

/**
 * Wakes in this process, between nodes where there is a bus, and by a look at the database once a second for the feeds that anybody here follows: several nodes come together
 * without any bus, a second later.
 */
export class FeedWakes implements Wakes {
  readonly #parts: WakesParts;
  readonly #followed = new Map<number, Followed>();
  readonly #closing = new AbortController();
  #bus: Bus | undefined;
  #looking: Promise<void> | undefined;

  constructor(parts: WakesParts) {
    this.#parts = parts;
  }

  readonly moved: Wakes["moved"] = (feeds) => {
    this.#bus?.publish(
      TOPIC,
      [...feeds].map(([feed, { number }]) => `${String(feed)}:${String(number)}`).join(","),
    );
    for (const [feed, moved] of feeds) this.#tell(feed, moved.number, moved);
  };

  /** Tells other nodes as well, and hears them, from now on. */
  reach(bus: Bus): void {
    this.#bus = bus;
    bus.subscribe(TOPIC, (text) => {
      for (const part of text.split(",")) {
        const [feed, number] = part.split(":").map(Number);
        if (feed !== undefined && number !== undefined) this.#tell(feed, number);
      }
    });
    bus.whenBack(() => void this.#lookOnce());
  }

  subscribe(feeds: Known, listener: WakeListener): () => void {
    for (const [feed, number] of feeds) {
      const followed = this.#followed.get(feed) ?? { number, listeners: new Set() };
      this.#followed.set(feed, followed);
      // Who follows it already and knows less has missed something.
      this.#tell(feed, number);
      followed.listeners.add(listener);
      if (followed.number > number) listener(feed, followed.number);
    }
    this.#looking ??= this.#look();
    return () => {
      for (const feed of feeds.keys()) this.#leave(feed, listener);
    };
  }

  /** Ends the looking. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#looking;
  }

  #leave(feed: number, listener: WakeListener): void {
    const followed = this.#followed.get(feed);
    followed?.listeners.delete(listener);
    if (followed?.listeners.size === 0) this.#followed.delete(feed);
  }

  #tell(feed: number, number: number, moved?: MovedFeed): void {
    const followed = this.#followed.get(feed);
    if (followed === undefined || !(number > followed.number)) return;
    followed.number = number;
    for (const listener of followed.listeners) listener(feed, number, moved);
  }

  async #look(): Promise<void> {
    const { timers } = this.#parts;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await timers.sleep(REALTIME.lookMs, signal).catch(() => undefined); // ended by `close`
      if (!signal.aborted) await this.#lookOnce();
    }
  }

  async #lookOnce(): Promise<void> {
    const feeds = [...this.#followed.keys()];
    try {
      for (let at = 0; at < feeds.length; at += FEEDS_AT_ONCE)
        for (const [feed, number] of await this.#numbersOf(feeds.slice(at, at + FEEDS_AT_ONCE)))
          this.#tell(feed, number);
    } catch (error) {
      // A database that is away is looked at again a second later.
      this.#parts.log.warn("feeds were not looked at", { why: error instanceof Error ? error.name : "" });
    }
  }

  async #numbersOf(feeds: readonly number[]): Promise<Known> {
    const rows = await read(this.#parts.pool, (reader) =>
      reader.query<{ feed: number; number: number }>(
        "SELECT handle AS feed, number FROM feed WHERE handle IN (?)",
        [feeds],
      ),
    );
    return new Map(rows.map(({ feed, number }) => [feed, number]));
  }
}
