import * as z from "zod/mini";
import { EntityId, OperationNumber, StreamId } from "./ids.ts";
import { Cursors } from "./feeds.ts";
import { LIMITS } from "../protocol/limits.ts";

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
  /** names of feeds to begin with. What is no name of a feed, or one too many for a device, is `refused` like one that may not be read: it stops nothing else */
  follow: z.optional(
    z
      .array(z.string().check(z.maxLength(LIMITS.feedNameCharacters)))
      .check(z.maxLength(LIMITS.followsPerRequest)),
  ),
  /** bytes of changes the device is ready to take */
  budget: z.optional(z.int().check(z.minimum(0), z.maximum(LIMITS.largestBudget))),
  /** the epoch the device last saw. A restored server has another one and does none of the operations: the device learns of it, and offers again what they build on */
  epoch: z.optional(z.int()),
});
export type SyncRequest = z.infer<typeof SyncRequest>;
