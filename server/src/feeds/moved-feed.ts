import type { FeedItem } from "@healthbridge/schema";
import type { LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";

/** A feed that a batch moved. */
export interface MovedFeed {
  /** number of its newest change */
  readonly number: number;
  /** what that was before */
  readonly from: number;
  /** when, by the database's clock, ms */
  readonly at: number;
  /** what it shows since `from`, just as whoever reads the feed is told; `undefined` where that has to be read */
  readonly items: readonly FeedItem[] | undefined;
}

/**
 * What a batch shows in a feed, out of what it holds in memory: where it is nothing but lines of conversations, which are the same for everybody. All else is read, for
 * who is told of it can depend on who asks.
 */
export function itemsOf(entries: Iterable<Entry>, state: LoadedState): readonly FeedItem[] | undefined {
  const items: FeedItem[] = [];
  for (const { tenant, kind, id, gone, origin } of entries) {
    if (kind !== "message" || gone || origin !== undefined) return undefined;
    const entity = state.has("message", id) ? state.view(tenant, "").get("message", id) : undefined;
    if (entity === undefined) return undefined;
    items.push({ kind, entity });
  }
  return items;
}
