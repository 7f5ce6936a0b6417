import type { Account, Conversation, EntityId, Message, Problem } from "@healthbridge/schema/client";
import type { Outcome, Waiting } from "../outbox/operation.ts";

/**
 * Where a message of one's own side stands, truthfully: `waiting` on this phone, `sent` (the server has it), `delivered` (on a device of the other side), `read`;
 * `refused` by the server. One of the other side is `received`.
 */
export type MessageState = "waiting" | "sent" | "delivered" | "read" | "refused" | "received";

/** A message as a screen shows it. */
export interface ShownMessage {
  readonly id: EntityId;
  readonly conversation: EntityId;
  /** its place in the conversation; none while the server has not given it one */
  readonly number?: number | undefined;
  readonly by?: Message["by"] | undefined;
  /** the account that wrote it; none while the server has not given it a number */
  readonly account?: EntityId | undefined;
  /** the doctor who wrote it as the one who answers; none on what others wrote, on older lines, and while the server has not given it a number */
  readonly doctor?: EntityId | undefined;
  /** this account wrote it */
  readonly mine: boolean;
  readonly state: MessageState;
  /** none where it was withdrawn, or says no more than what is attached */
  readonly text?: string | undefined;
  /** photos and voice notes: see `@healthbridge/client-sdk/attachments` */
  readonly attachments?: readonly EntityId[] | undefined;
  /** those of them whose thumbnail, and those that themselves have arrived since the message was written */
  readonly thumbnails?: readonly EntityId[] | undefined;
  readonly arrived?: readonly EntityId[] | undefined;
  /** ms since 1970: when the server had it; by this device's clock while it waits */
  readonly at: number;
  readonly replyTo?: EntityId | undefined;
  readonly urgent?: boolean | undefined;
  readonly withdrawn?: boolean | undefined;
  /** this device has asked to withdraw it, and the server has not answered yet */
  readonly withdrawing?: boolean | undefined;
  /** lines before this one are not on this device: `earlier` reads them */
  readonly gapBefore?: true | undefined;
  /** why it was refused */
  readonly problem?: Problem | undefined;
}

/** A conversation as a list shows it. */
export interface ShownConversation {
  /** the appointment's id */
  readonly id: EntityId;
  readonly patient?: EntityId | undefined;
  readonly doctor?: EntityId | undefined;
  readonly closed: boolean;
  /** messages of the other side that were not read on this one */
  readonly unread: number;
  /** the newest line, one that waits on this phone included */
  readonly last?: ShownMessage | undefined;
}

/** The two sides of a conversation. */
export type Side = "patient" | "doctor";

/** On which side an account takes part. */
export function sideOf(account: Account | undefined, { doctor }: Pick<Conversation, "doctor">): Side {
  return account?.doctor === doctor ? "doctor" : "patient";
}

/** Whether an account is another doctor's, who reads along because she works where the patient's card is kept: what reaches her has reached neither side. */
export function readsAlong(account: Account | undefined, about: Pick<Conversation, "doctor">): boolean {
  return account?.doctor !== undefined && account.doctor !== about.doctor;
}

/** On which side a message was written. */
export function sideOfMessage({ by }: { readonly by?: Message["by"] | undefined }): Side {
  return by === "doctor" ? "doctor" : "patient";
}

/** How far the marks of one side are. */
export function marksOf(
  conversation: Partial<Conversation>,
  side: Side,
): { readonly delivered: number; readonly read: number } {
  return {
    delivered: conversation[`${side}Delivered`] ?? 0,
    read: conversation[`${side}Read`] ?? 0,
  };
}

/** A message that the server has given its number. */
export function shownMessage(
  message: Message,
  conversation: Partial<Conversation>,
  account: Account | undefined,
): ShownMessage {
  const side = sideOfMessage(message);
  const ours =
    side ===
    (account?.doctor === undefined ? "patient" : sideOf(account, { doctor: conversation.doctor ?? "" }));
  return {
    ...message,
    mine: message.account === account?.id,
    state: ours ? sentState(message, conversation, side) : "received",
  };
}

function sentState(
  { number }: Pick<Message, "number">,
  conversation: Partial<Conversation>,
  side: Side,
): MessageState {
  const { delivered, read } = marksOf(conversation, side === "doctor" ? "patient" : "doctor");
  if (number <= read) return "read";
  return number <= delivered ? "delivered" : "sent";
}

/** Marks in lines, which are in the order of their numbers, where some are missing. */
export function withGaps(lines: readonly ShownMessage[]): readonly ShownMessage[] {
  return lines.map((line, at) => {
    const { number = 0 } = line;
    return number > (lines[at - 1]?.number ?? 0) + 1 ? { ...line, gapBefore: true } : line;
  });
}

/** The number of the newest line before which some are missing, else of the oldest. */
export function newestGap(lines: readonly ShownMessage[]): number | undefined {
  return (lines.findLast(({ gapBefore }) => gapBefore === true) ?? lines[0])?.number;
}

/** A message that waits on this device, or that the server has settled and does not show here: not yet, or no more, where it is long ago. */
export function ownMessage(
  { id, input, madeAt, ...said }: Pick<Waiting, "id" | "input" | "madeAt"> & Partial<Outcome>,
  conversation: Partial<Conversation>,
  by: Message["by"] | undefined,
): ShownMessage {
  const number = numberIn(said.output);
  const sent = () => sentState({ number: number ?? Infinity }, conversation, sideOfMessage({ by }));
  const state = said.status === undefined ? "waiting" : said.status === "applied" ? sent() : "refused";
  return {
    id,
    conversation: text(input["conversation"]) ?? "",
    number,
    by,
    mine: true,
    state,
    text: text(input["text"]),
    attachments: idsIn(input["attachments"]),
    at: madeAt,
    replyTo: text(input["replyTo"]),
    urgent: input["urgent"] === true || undefined,
    problem: said.problem,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function idsIn(value: unknown): readonly EntityId[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

/** What the outcome of `message.send` says. */
function numberIn(output: unknown): number | undefined {
  if (typeof output !== "object" || output === null || !("number" in output)) return undefined;
  return typeof output.number === "number" ? output.number : undefined;
}
