import type { FeedItem, FeedPage } from "@healthbridge/schema";
import type { MovedFeed } from "../feeds/moved-feed.ts";
import type { ToldAlready } from "../sync/sync-answer.ts";
import type { KnownCursors } from "./known-cursors.ts";
import { CONNECTION } from "./limits.ts";

/**
 * What this process has just committed, for a device that stands right before it: it need not be read. What joins up with where the device stands is gathered; a gap, or
 * what has to be read, ends that until the next answer that was.
 */
export class ToldStraight {
  /** where the device stands with what was gathered */
  #known: KnownCursors = new Map();
  #epoch: number | undefined;
  #items = new Map<number, readonly FeedItem[]>();
  #characters = 0;
  #at = 0;

  /** The device stands here, by an answer that was read, and of which it has everything. */
  begin(known: KnownCursors, epoch: number): void {
    this.#known = known;
    this.#epoch = epoch;
    this.#forget();
  }

  /** Takes up what moved a feed; answers whether it joins up. Where it does not, nothing does any more. */
  take(feed: number, { from, number, at, items }: MovedFeed): boolean {
    const cursor = this.#known.get(feed);
    const joins = this.#epoch !== undefined && cursor?.cursor === from && cursor.begun === undefined;
    this.#characters += joins && items !== undefined ? JSON.stringify(items).length : 0;
    if (!joins || items === undefined || this.#characters > CONNECTION.pageBytes) {
      this.end();
      return false;
    }
    this.#at = at;
    this.#known = new Map(this.#known).set(feed, { cursor: number });
    this.#items.set(feed, [...(this.#items.get(feed) ?? []), ...items]);
    return true;
  }

  /** Something came of which only a look at the database says what it is. */
  end(): void {
    this.#epoch = undefined;
    this.#forget();
  }

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  /** Hands over what was gathered, and where the device stands with it; `undefined` where it has to be read. */
  handOver(): (ToldAlready & { readonly known: KnownCursors; readonly at: number }) | undefined {
    if (this.#epoch === undefined) return undefined;
    const known = this.#known;
    const pages = [...this.#items].map(([feed, items]): FeedPage => ({
      feed,
      items: [...items],
      cursor: known.get(feed)?.cursor ?? 0,
    }));
    this.#forget();
    return { pages, epoch: this.#epoch, known, at: this.#at };
  }

  #forget(): void {
    this.#items = new Map();
    this.#characters = 0;
  }
}
