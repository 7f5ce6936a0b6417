import * as z from "zod/mini";
import { EntityId, OperationNumber, StreamId } from "../ids.ts";
import { LIMITS } from "./limits.ts";
import { Problem } from "./problem.ts";

/** One operation on the wire; its number is its place in the request: `from`, `from + 1`, … */
export const WireOperation = z.strictObject({
  /** name of the operation: `appointment.book` */
  type: z.string().check(z.maxLength(60)),
  input: z.record(z.string(), z.unknown()),
  /** the device's clock when it was made, ms since 1970; a statement, never trusted */
  madeAt: z.int(),
  /** ids of operations that must have been applied first */
  after: z.optional(z.array(EntityId).check(z.maxLength(LIMITS.afterPerOperation))),
  /** short sum of the changes the device foresees; where the server comes to the same, they are not sent back */
  sum: z.optional(z.string().check(z.maxLength(8))),
});
export type WireOperation = z.infer<typeof WireOperation>;

/** The name of a feed: `me`, `directory`, `clinic:<id>`, `calendar:<doctor>`. */
export const FeedName = z
  .string()
  .check(z.regex(/^(me|directory|(clinic|calendar):[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9})$/));
export type FeedName = z.infer<typeof FeedName>;

/** How far feeds have been read: `<handle>:<number>` joined by commas, as `3:120,17:45`. A handle is a feed's short name, given in `feeds`. */
export const Cursors = z
  .string()
  .check(z.maxLength(6_000), z.regex(/^([1-9]\d{0,11}:\d{1,15}(,[1-9]\d{0,11}:\d{1,15})*)?$/));

/** `POST /v1/sync`: what a device sends. */
export const SyncRequest = z.strictObject({
  protocol: z.int(),
  /** the stream the operations are numbered in */
  stream: StreamId,
  /** number of the first operation; without operations, of the next one the device would make */
  from: OperationNumber,
  operations: z.optional(z.array(z.unknown()).check(z.maxLength(LIMITS.operationsPerRequest))),
  /** outcomes up to this number have arrived on the device; `from - 1` where left out */
  heard: z.optional(z.int().check(z.minimum(0))),
  cursors: z.optional(Cursors),
  /** feeds to begin with */
  follow: z.optional(z.array(FeedName).check(z.maxLength(LIMITS.followsPerRequest))),
  /** bytes of changes the device is ready to take */
  budget: z.optional(z.int().check(z.minimum(0), z.maximum(LIMITS.largestBudget))),
  /** the epoch the device last saw; a restored server has another */
  epoch: z.optional(z.int()),
});
export type SyncRequest = z.infer<typeof SyncRequest>;

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

/** Reads cursors; what does not belong is left out (the shape was checked). */
export function parseCursors(text: string): Map<number, number> {
  const pairs = text === "" ? [] : text.split(",").map((pair) => pair.split(":"));
  return new Map(pairs.map(([handle, number]) => [Number(handle), Number(number)]));
}

/** Writes cursors. */
export function formatCursors(cursors: Iterable<readonly [number, number]>): string {
  return [...cursors].map(([handle, number]) => `${handle}:${number}`).join(",");
}
