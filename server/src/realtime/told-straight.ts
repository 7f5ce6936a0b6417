import type { FeedItem, FeedPage } from "@healthbridge/schema";
import type { MovedFeed } from "../feeds/moved-feed.ts";
import type { ToldAlready } from "../sync/sync-answer.ts";
import type { KnownCursors } from "./known-cursors.ts";
import { CONNECTION } from "./limits.ts";

/** What is handed over, and where the device stands with it. */
export interface HandedOver extends ToldAlready {
  readonly known: KnownCursors;
  /** ms, by the database's clock */
  readonly at: number;
}

interface Step {
  readonly feed: number;
  readonly from: number;
  readonly items: readonly FeedItem[];
  readonly characters: number;
}

/**
 * What this process has just committed, for a device that stands right before it: it need not be read. What joins up with where the device stands is gathered; a gap, or
 * what has to be read, ends that until the next answer that was. The last of it is remembered: a device that asks has often not taken in yet what it was sent a moment ago.
 */
export class ToldStraight {
  /** where the device stands with what was gathered */
  #known: KnownCursors = new Map();
  #epoch: number | undefined;
  /** in the order in which it came */
  #steps: Step[] = [];
  /** how many of these, the last ones, nobody was told yet */
  #untold = 0;
  #characters = 0;
  #at = 0;

  /** The device stands here, by an answer that was read, and of which it has everything. */
  begin(known: KnownCursors, epoch: number): void {
    this.end();
    this.#known = known;
    this.#epoch = epoch;
  }

  /** Takes up what moved a feed; answers whether it joins up. Where it does not, nothing does any more. */
  take(feed: number, { from, number, at, items }: MovedFeed): boolean {
    const cursor = this.#known.get(feed);
    const joins = this.#epoch !== undefined && cursor?.cursor === from && cursor.begun === undefined;
    const characters = joins && items !== undefined ? JSON.stringify(items).length : 0;
    if (!joins || items === undefined || characters > CONNECTION.pageBytes) {
      this.end();
      return false;
    }
    this.#at = at;
    this.#known = new Map(this.#known).set(feed, { cursor: number });
    this.#steps.push({ feed, from, items, characters });
    this.#untold += 1;
    this.#characters += characters;
    this.#forgetOldest();
    return this.#epoch !== undefined;
  }

  /** Something came of which only a look at the database says what it is. */
  end(): void {
    this.#epoch = undefined;
    this.#steps = [];
    this.#untold = 0;
    this.#characters = 0;
  }

  /** Hands over what nobody was told yet; `undefined` where there is none. */
  handOver(): HandedOver | undefined {
    const steps = this.#untold === 0 ? [] : this.#steps.slice(-this.#untold);
    return steps.length === 0 ? undefined : this.#handed(steps);
  }

  /** Hands over what came since a device stood somewhere; `undefined` where that has to be read. */
  since(cursors: KnownCursors): HandedOver | undefined {
    if (this.#epoch === undefined || cursors.size !== this.#known.size) return undefined;
    const steps: Step[] = [];
    const stands = new Map(
      [...cursors].map(([feed, { cursor, begun }]) => [feed, begun === undefined ? cursor : -1]),
    );
    for (const step of this.#steps) {
      if (stands.get(step.feed) !== step.from) continue;
      steps.push(step);
      stands.set(step.feed, step.from + step.items.length);
    }
    const all = [...this.#known].every(([feed, { cursor }]) => stands.get(feed) === cursor);
    return all ? this.#handed(steps) : undefined;
  }

  #handed(steps: readonly Step[]): HandedOver | undefined {
    if (this.#epoch === undefined) return undefined;
    this.#untold = 0;
    const known = this.#known;
    const pages = [...Map.groupBy(steps, ({ feed }) => feed)].map(([feed, each]): FeedPage => ({
      feed,
      items: each.flatMap(({ items }) => items),
      cursor: known.get(feed)?.cursor ?? 0,
    }));
    return { pages, epoch: this.#epoch, known, at: this.#at };
  }

  /** What was told goes first; where what was not is too much by itself, it is read. */
  #forgetOldest(): void {
    while (this.#characters > CONNECTION.pageBytes) {
      if (this.#untold === this.#steps.length) return this.end();
      this.#characters -= this.#steps.shift()?.characters ?? 0;
    }
    return undefined;
  }
}
