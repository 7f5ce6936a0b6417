import * as z from "zod/mini";
import { OperationNumber } from "./ids.ts";
import { Cursors } from "./feeds.ts";
import { Problem } from "./problem.ts";

/** What became of one operation, spelled out only where it says more than "applied as asked". */
export const WireOutcome = z.object({
  number: OperationNumber,
  /** why it was rejected; absent where it was applied */
  problem: z.optional(Problem),
  /** what the outcome says beyond what was asked */
  output: z.optional(z.unknown()),
  /** it came to something else than the request's `sum` said: do not apply what was foreseen, the changes are sent */
  echo: z.optional(z.boolean()),
});
export type WireOutcome = z.infer<typeof WireOutcome>;

/** One change of a feed: an entity of a kind as it is now, or the id of one that this feed shows no longer. */
export const FeedItem = z.object({
  kind: z.string(),
  entity: z.optional(z.looseObject({ id: z.string() })),
  gone: z.optional(z.string()),
});
export type FeedItem = z.infer<typeof FeedItem>;

const pageShape = { feed: z.int(), items: z.array(FeedItem), cursor: z.int(), begun: z.optional(z.int()) };

/**
 * Some changes of one feed (named by its handle) in the order of their numbers, and where the feed stands with them. `begun`, while the feed is read from its
 * beginning and is not through: its newest number when that began, to be given back behind the cursor. What went before that was never shown, and is not taken back.
 */
export const FeedPage = z.object(pageShape);
export type FeedPage = z.infer<typeof FeedPage>;

const headShape = {
  /** every operation of the stream up to here has an outcome */
  settled: z.int(),
  outcomes: z.optional(z.array(WireOutcome)),
  /** handles of the feeds the device began to follow */
  feeds: z.optional(z.array(z.object({ name: z.string(), handle: z.int() }))),
  /** names of feeds it asked to follow in vain: it may not read them, or there are none such */
  refused: z.optional(z.array(z.string())),
  /** handles of feeds the device may no longer read and must drop */
  dropped: z.optional(z.array(z.int())),
  /** handles of feeds whose cursor is too old: drop what they held, the pages that follow hold everything */
  reset: z.optional(z.array(z.int())),
  /** the stream is also written by another device (a copy): open a new stream and send there what is not settled */
  fork: z.optional(z.boolean()),
  /** a copy of this device sent the same operations, and foresaw them otherwise or long ago: what was left out for it, or came after it, this device lacks, so read the feeds anew */
  anew: z.optional(z.boolean()),
  /** ms since 1970 */
  serverTime: z.int(),
  epoch: z.int(),
  /** operations of this stream up to here are in a verified backup; 0 where left out */
  durableThrough: z.optional(z.int()),
  /** wait this many ms before the next request */
  pace: z.optional(z.int()),
};

const tailShape = {
  cursors: z.optional(Cursors),
  /** there are more changes than fitted the budget: ask again */
  more: z.optional(z.boolean()),
};

/** The first part of an answer: everything but the changes. */
export const SyncHead = z.object(headShape);
export type SyncHead = z.infer<typeof SyncHead>;

/** The last part: where feeds stand that had nothing to show, and whether there is more. */
export const SyncTail = z.object(tailShape);
export type SyncTail = z.infer<typeof SyncTail>;

/** `POST /v1/sync`: the answer as one JSON object. */
export const SyncResponse = z.object({ ...headShape, changes: z.optional(z.array(FeedPage)), ...tailShape });
export type SyncResponse = z.infer<typeof SyncResponse>;

/**
 * The answer in lines (`Accept: application/x-ndjson`): `head`, then `page`s, then `end`. Each page stands on its own: what arrived before a cut is kept. An
 * answer without the end line was cut.
 */
export const SYNC_LINES = {
  head: z.object({ line: z.enum(["head"]), ...headShape }),
  page: z.object({ line: z.enum(["page"]), ...pageShape }),
  end: z.object({ line: z.enum(["end"]), ...tailShape }),
};
export type SyncLine = {
  [L in keyof typeof SYNC_LINES]: z.infer<(typeof SYNC_LINES)[L]>;
}[keyof typeof SYNC_LINES];

/** Reads one line of an answer; `undefined` for what is not one. */
export function readSyncLine(line: unknown): SyncLine | undefined {
  for (const shape of [SYNC_LINES.head, SYNC_LINES.page, SYNC_LINES.end]) {
    const read = shape.safeParse(line);
    if (read.success) return read.data;
  }
  return undefined;
}
