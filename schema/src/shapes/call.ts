import * as z from "zod/mini";
import { EntityId } from "./ids.ts";

/** Names one open line; drawn by the server, and another after each opening. */
export const LineId = z.string().check(z.regex(/^[A-Za-z0-9_-]{11}$/));

/** Names a call; drawn by whoever begins it. */
export const CallId = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,32}$/));

/** A description of a session (RFC 8866): with one kind of sound and one of pictures about 4 kB. */
const Sdp = z.string().check(z.minLength(1), z.maxLength(16_384));

/** What two ends of a call tell each other until they hear each other (WebRTC). The server passes it on unread. */
export const CallSignal = z.union([
  z.strictObject({ offer: Sdp }),
  z.strictObject({ answer: Sdp }),
  /** a way by which one end can be reached, with the part of the session it belongs to; an empty one: there are no more */
  z.strictObject({
    candidate: z.string().check(z.maxLength(1_024)),
    mid: z.optional(z.string().check(z.maxLength(32))),
    index: z.optional(z.int().check(z.minimum(0), z.maximum(63))),
  }),
  /** it is over, or does not come to be; `elsewhere`: another device of the same people has taken it */
  z.strictObject({ bye: z.enum(["over", "declined", "busy", "elsewhere", "failed"]) }),
]);
export type CallSignal = z.infer<typeof CallSignal>;

/** One end of a call says something to the others. */
export const CallFrame = z.strictObject({
  call: CallId,
  /** the conversation whose participants call */
  conversation: EntityId,
  signal: CallSignal,
  /** for the lines of this participant alone; for all other participants where both are left out */
  account: z.optional(EntityId),
  /** for this line alone: the `from` of what it answers */
  to: z.optional(LineId),
});
export type CallFrame = z.infer<typeof CallFrame>;

/** `POST /v1/realtime/relays`: where calls go that find no way of their own. As `RTCPeerConnection` takes it, for so many seconds; empty where the operator has none. */
export const RelaysAnswer = z.object({
  iceServers: z.array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() })),
  expiresIn: z.int(),
});
export type RelaysAnswer = z.infer<typeof RelaysAnswer>;
