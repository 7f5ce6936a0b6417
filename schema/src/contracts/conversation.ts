import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";
import { MessageAttachments, MessageText } from "../shapes/conversation.ts";
import { EntityId } from "../shapes/ids.ts";
import type { Contract } from "./contract.ts";

const Marked = z.strictObject({
  conversation: EntityId,
  /** every message up to this number */
  through: z.int().check(z.minimum(1), z.maximum(Number.MAX_SAFE_INTEGER)),
});

export const CONVERSATION_CONTRACTS = {
  "message.send": {
    input: z.strictObject({
      /** the appointment's id; its conversation begins with the first message */
      conversation: EntityId,
      /** can be left out where something is attached */
      text: z.exactOptional(MessageText),
      /** photos and voice notes, by the ids under which their sender uploads them; they may arrive later than the message */
      attachments: z.exactOptional(MessageAttachments),
      /** a message of the same conversation */
      replyTo: z.exactOptional(EntityId),
      urgent: z.exactOptional(z.boolean()),
    }),
    /** the number the message has in its conversation */
    output: z.object({ number: z.int() }),
    problems: ["malformed", "not_found", "forbidden", "conversation_closed"],
    rest: {
      method: "post",
      path: "/v1/conversations/:conversation/messages",
      summary: "Write a message",
    },
  },
  "attachment.arrive": {
    input: z.strictObject({
      /** the message that names it */
      message: EntityId,
      attachment: EntityId,
      what: z.enum(["thumbnail", "file"]),
    }),
    problems: ["not_found", "forbidden"],
  },
  "message.retract": {
    input: z.strictObject({ message: EntityId }),
    problems: ["not_found", "forbidden"],
    rest: { method: "delete", path: "/v1/messages/:message", summary: "Withdraw a message of one's own" },
  },
  "conversation.markDelivered": {
    input: Marked,
    problems: ["not_found", "forbidden"],
    rest: {
      method: "post",
      path: "/v1/conversations/:conversation/delivered",
      summary: "Note how far messages have reached a device of one's side",
    },
  },
  "conversation.markRead": {
    input: Marked,
    problems: ["not_found", "forbidden"],
    rest: {
      method: "post",
      path: "/v1/conversations/:conversation/read",
      summary: "Note how far messages were read on one's side",
    },
  },
  "conversation.handOver": {
    input: z.strictObject({
      conversation: EntityId,
      /** who answers from now on */
      doctor: EntityId,
    }),
    problems: ["not_found", "forbidden", "conversation_closed"],
    rest: {
      method: "post",
      path: "/v1/conversations/:conversation/hand-over",
      summary: "Hand a conversation over to another doctor",
    },
  },
  "conversation.close": {
    input: z.strictObject({ conversation: EntityId }),
    problems: ["not_found", "forbidden"],
    rest: { method: "post", path: "/v1/conversations/:conversation/close", summary: "Close a conversation" },
  },
  "conversation.reopen": {
    input: z.strictObject({ conversation: EntityId }),
    problems: ["not_found", "forbidden"],
    rest: {
      method: "post",
      path: "/v1/conversations/:conversation/reopen",
      summary: "Go on with a conversation that was closed",
    },
  },
  "conversation.remove": {
    input: z.strictObject({
      conversations: z
        .array(
          z.strictObject({
            conversation: EntityId,
            /** how many messages it had when it was looked at: so nothing was said in it since */
            lines: z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER)),
          }),
        )
        .check(z.minLength(1), z.maxLength(LIMITS.cleanedAtOnce)),
    }),
    /** how many went; the others are open, or somebody wrote in them, or their appointments are still shown */
    output: z.object({ removed: z.int() }),
    problems: ["forbidden"],
  },
} as const satisfies Readonly<Record<string, Contract>>;
