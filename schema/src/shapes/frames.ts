import * as z from "zod/mini";
import { CallFrame, CallId, CallSignal, LineId } from "./call.ts";
import { Cursors } from "./feeds.ts";
import { EntityId } from "./ids.ts";
import { ProblemDetails } from "./problem.ts";
import { SyncResponse } from "./sync-response.ts";

/**
 * What goes over the realtime socket. A frame is one message: JSON in UTF-8 as text, or the same packed with gzip as bytes. A sync request and its answer are what they are
 * over HTTP.
 */

/** Names a request of the device's; its answer names it again. The device counts up. */
const FrameId = z.int().check(z.minimum(0), z.maximum(4_294_967_295));

/** Asks as `POST /v1/sync` does. */
export const SyncFrame = z.strictObject({
  id: FrameId,
  /** a sync request; what is wrong with it is answered under its id */
  sync: z.unknown(),
  /** the answer, and pages that come unasked, may be packed */
  gzip: z.optional(z.boolean()),
  /** pages may come unasked, once there is something new behind the cursors of this request's answer */
  push: z.optional(z.boolean()),
});
export type SyncFrame = z.infer<typeof SyncFrame>;

/** Somebody types in a conversation. Not kept, and not repeated to who comes later. */
export const TypingFrame = z.strictObject({ typing: EntityId });
export type TypingFrame = z.infer<typeof TypingFrame>;

/** Somebody looks at a conversation, or does no longer. */
export const PresenceFrame = z.strictObject({ presence: EntityId, away: z.optional(z.boolean()) });
export type PresenceFrame = z.infer<typeof PresenceFrame>;

/** What a device sends. */
export const DEVICE_FRAMES = {
  sync: SyncFrame,
  typing: TypingFrame,
  presence: PresenceFrame,
  call: CallFrame,
} as const;
export type DeviceFrame = SyncFrame | TypingFrame | PresenceFrame | CallFrame;

/** What the server sends. */
export const SERVER_FRAMES = {
  /** the answer to a sync */
  answer: z.object({ id: FrameId, answer: SyncResponse }),
  /** a request's refusal; without an id, of a frame that could not be read. `retryAfter`: ms */
  problem: z.object({ id: z.optional(FrameId), problem: ProblemDetails, retryAfter: z.optional(z.int()) }),
  /** a feed that the device follows has moved: it syncs */
  moved: z.object({ moved: z.boolean() }),
  /** an answer that was not asked for, to a sync without operations from these cursors. Who stands elsewhere takes it for `moved` */
  page: z.object({ page: SyncResponse, since: Cursors }),
  /** nothing but that the server is there */
  beat: z.object({ beat: z.boolean() }),
  /** another participant types */
  typing: z.object({ typing: EntityId, by: EntityId }),
  /** another participant looks at the conversation, or does no longer */
  presence: z.object({ presence: EntityId, by: EntityId, away: z.optional(z.boolean()) }),
  /** another end of a call says something; `from` is its line */
  call: z.object({ call: CallId, conversation: EntityId, signal: CallSignal, by: EntityId, from: LineId }),
} as const;
export type ServerFrame = {
  [F in keyof typeof SERVER_FRAMES]: z.infer<(typeof SERVER_FRAMES)[F]>;
}[keyof typeof SERVER_FRAMES];
