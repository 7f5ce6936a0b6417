import type { KeptConversation, Message } from "@healthbridge/schema";

/** What is to be done with a notice of an urgent message that is due, as things are now. */
export type UrgentVerdict =
  | { readonly say: "send" }
  | { readonly say: "drop"; readonly why: "delivered" | "withdrawn" | "closed" | "too_many" | "not_so" };

/**
 * What one person is told of one conversation in an hour, and patients of one account by one channel: nobody who is called twenty times needs the next call, and somebody could make
 * them for fun, at a number that is not hers.
 */
export const MOST_IN_AN_HOUR = 20;

/**
 * Looks whether an urgent message still waits: it has reached no device of the other side, nobody has taken it back, and the conversation goes on. After a hand-over it is the
 * doctor who answers now whom it has to reach. At any hour. `told` is how often in the last
 * hour the same person was told of the conversation. Pure.
 */
export function judgeUrgent(
  message: Message | undefined,
  conversation: KeptConversation | undefined,
  told: number,
): UrgentVerdict {
  if (message === undefined || conversation === undefined) return { say: "drop", why: "not_so" };
  if (message.withdrawn === true) return { say: "drop", why: "withdrawn" };
  if (conversation.closed === true) return { say: "drop", why: "closed" };
  const { doctorDelivered = 0, patientDelivered = 0 } = conversation;
  const reached = message.by === "doctor" ? patientDelivered : doctorDelivered;
  if (reached >= message.number) return { say: "drop", why: "delivered" };
  return told >= MOST_IN_AN_HOUR ? { say: "drop", why: "too_many" } : { say: "send" };
}
