import * as z from "zod/mini";
import { OperationNumber } from "../ids.ts";
import { Cursors, FeedName } from "./feeds.ts";
import { Problem } from "./problem.ts";

/** What became of one operation, spelled out only where it says more than "applied as asked". */
export const WireOutcome = z.object({
  number: OperationNumber,
  /** why it was rejected; absent where it was applied */
  problem: z.optional(Problem),
  /** what the outcome says beyond what was asked */
  output: z.optional(z.unknown()),
});
export type WireOutcome = z.infer<typeof WireOutcome>;

/**
 * Some changes of one feed in the order of their numbers, and where the feed stands with them. An item is `[kind, entity]`, or `[kind, id, 0]` for what this
 * feed shows no longer.
 */
export const FeedPage = z.object({
  /** the feed's handle */
  feed: z.int(),
  items: z.array(
    z.union([
      z.tuple([z.string(), z.looseObject({ id: z.string() })]),
      z.tuple([z.string(), z.string(), z.literal(0)]),
    ]),
  ),
  cursor: z.int(),
});
export type FeedPage = z.infer<typeof FeedPage>;

/** The first part of an answer: everything but the changes. */
export const SyncHead = z.object({
  /** every operation of the stream up to here has an outcome */
  settled: z.int(),
  outcomes: z.optional(z.array(WireOutcome)),
  /** handles of feeds that were not named in `cursors` */
  feeds: z.optional(z.record(FeedName, z.int())),
  /** handles of feeds the device may no longer read and must drop; names for what it asked to follow in vain */
  dropped: z.optional(z.array(z.union([z.int(), z.string()]))),
  /** handles of feeds whose cursor is too old: drop what they held, the pages that follow hold everything */
  reset: z.optional(z.array(z.int())),
  /** the stream is also written by another device (a copy): open a new stream and send there what is not settled */
  fork: z.optional(z.literal(true)),
  /** ms since 1970 */
  serverTime: z.int(),
  epoch: z.int(),
  /** operations of this stream up to here are in a verified backup; 0 where left out */
  durableThrough: z.optional(z.int()),
  /** wait this many ms before the next request */
  pace: z.optional(z.int()),
});
export type SyncHead = z.infer<typeof SyncHead>;

/** The last part: where feeds stand that had nothing to show, and whether there is more. */
export const SyncTail = z.object({
  cursors: z.optional(Cursors),
  /** there are more changes than fitted the budget: ask again */
  more: z.optional(z.boolean()),
});
export type SyncTail = z.infer<typeof SyncTail>;

/** `POST /v1/sync`: the answer as one JSON object. */
export const SyncResponse = z.extend(z.extend(SyncHead, SyncTail.shape), {
  changes: z.optional(z.array(FeedPage)),
});
export type SyncResponse = z.infer<typeof SyncResponse>;

/**
 * The answer in lines (`Accept: application/x-ndjson`): head, pages, end. Each page stands on its own: what arrived before a cut is kept. An answer without
 * the end line was cut.
 */
export const SyncLine = z.union([
  z.extend(SyncHead, { line: z.literal("head") }),
  z.extend(FeedPage, { line: z.literal("page") }),
  z.extend(SyncTail, { line: z.literal("end") }),
]);
export type SyncLine = z.infer<typeof SyncLine>;
