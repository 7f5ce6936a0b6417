import type { HealthBridge, Outcome, Waiting } from "@healthbridge/client-sdk";
import type { Conversation, Message } from "@healthbridge/schema";
import type { MessageState, ShownMessage } from "@healthbridge/client-sdk/chat";
import { reasonInWords } from "./words.ts";

/** Where a message is, in the words of the counts. */
export type MessageFate = "waiting" | "sent" | "arrived" | "read" | "withdrawn" | "refused";

const FATES = {
  waiting: "waiting",
  sent: "sent",
  delivered: "arrived",
  read: "read",
  refused: "refused",
} as const satisfies Readonly<Record<Exclude<MessageState, "received">, MessageFate>>;

/** Where a message of one's own is, in plain words; empty for one of the other side. */
export function whereItIs({ state, withdrawn, withdrawing, problem }: ShownMessage): string {
  if (withdrawn === true) return "withdrawn";
  if (withdrawing === true) return "being withdrawn";
  if (state === "received") return "";
  return fateInWords(FATES[state], problem?.code);
}

/** The same of what was queued: waiting, or what the server's word and the marks of the other side say. */
export function messageFate(hb: HealthBridge, operation: Outcome | Waiting): MessageFate {
  if (!("status" in operation)) return "waiting";
  if (operation.status === "rejected") return "refused";
  const message = hb.get("message", operation.id);
  if (message === undefined) return "sent";
  if (message.withdrawn === true) return "withdrawn";
  return markOf(message, hb.get("conversation", message.conversation) ?? {});
}

/** What a fate is called; `refused` with the reason. */
export function fateInWords(fate: MessageFate, code = ""): string {
  if (fate === "refused") return `not sent, because ${reasonInWords(code, "input.conversation")}`;
  return fate === "waiting" ? "waiting to be sent" : fate;
}

function markOf({ number, by }: Message, conversation: Partial<Conversation>): MessageFate {
  const { patientDelivered, patientRead, doctorDelivered, doctorRead } = conversation;
  const [delivered = 0, read = 0] =
    by === "doctor" ? [patientDelivered, patientRead] : [doctorDelivered, doctorRead];
  if (number <= read) return "read";
  return number <= delivered ? "arrived" : "sent";
}
