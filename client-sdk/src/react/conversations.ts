import type { EntityId, InputOf } from "@healthbridge/schema/client";
import { useCallback, useMemo } from "react";
import type { Chat } from "../chat/chat.ts";
import { newestGap, type ShownConversation, type ShownMessage } from "../chat/shown-message.ts";
import type { HealthBridgeError } from "../errors.ts";
import type { Enqueued } from "../outbox/operation.ts";
import { useAnswer } from "./answer.ts";
import { useParts } from "./context.ts";
import { hasGap, withEarlier } from "./conversation-lines.ts";
import { EarlierLines, type EarlierRead } from "./earlier-lines.ts";
import { useEntity } from "./held.ts";
import { idOf, keepItems } from "./keep-same.ts";
import { type Pulse, pulseOf } from "../pulse.ts";
import { useObservable } from "./status.ts";

/** What is written, without the conversation it is written in. */
export type MessageInput = Omit<InputOf<"message.send">, "conversation">;

/**
 * How it stands with lines that are not on this device: `none`: there are no gaps; `there`: `readEarlier` reads the next of them; `reading`; `failed`: `problem` says why, and
 * `readEarlier` tries again.
 */
export type EarlierState = "none" | "there" | "reading" | "failed";

/** A conversation as a screen shows it, and what can be done in it. The functions are the same on each rendering. */
export interface Conversation {
  /** the lines in their order; `state` of each says truthfully where it is, `gapBefore` that some are not on this device */
  readonly messages: readonly ShownMessage[];
  /** messages of the other side that were not read on this one */
  readonly unread: number;
  /** nobody writes in it any more */
  readonly closed: boolean;
  readonly earlier: EarlierState;
  /** why earlier lines could not be read, as `offline` */
  readonly problem: HealthBridgeError["code"] | undefined;
  /** Reads lines that this device does not hold, those before the newest gap. They stay for as long as the component is there. Needs the network; never rejects. */
  readonly readEarlier: () => Promise<void>;
  /** Writes; resolves once it is durable on this device, network or not. As `Chat.send`. */
  readonly send: (message: string | MessageInput) => Promise<Enqueued>;
  /** Notes that everything this device shows of it was read; to be called when it was on the screen. Nothing is queued where nothing is new. */
  readonly markRead: () => Promise<void>;
  /** Withdraws a message of one's own. */
  readonly retract: (message: EntityId) => Promise<Enqueued>;
  /** Takes a message that was refused from the screen. */
  readonly dismiss: (message: EntityId) => Promise<void>;
}

/**
 * All conversations this device holds, the newest first, each with its last line and how many are unread. The provider needs `chat`.
 * @example useConversations().map(({ id, last, unread }) => <Row key={id} text={last?.text} unread={unread} />)
 */
export function useConversations(): readonly ShownConversation[] {
  const { chat, pulse } = useChat();
  return useAnswer<readonly ShownConversation[]>({
    pulse,
    read: () => chat?.conversations() ?? [],
    empty: () => [],
    about: [],
    keep: keepById,
  });
}

/**
 * One conversation, which has the id of its appointment. The provider needs `chat`.
 * @example
 * const { messages, send, markRead } = useConversation(appointment.id);
 * useEffect(() => void markRead(), [messages, markRead]); // it is on the screen
 */
export function useConversation(id: EntityId): Conversation {
  const { chat, pulse } = useChat();
  const held = useAnswer<readonly ShownMessage[]>({
    pulse,
    read: () => chat?.messages(id) ?? [],
    empty: () => [],
    about: [id],
    keep: keepById,
  });
  const unread = useAnswer({ pulse, read: () => chat?.unread(id) ?? 0, empty: () => 0, about: [id] });
  const closed = useEntity("conversation", id)?.closed ?? false;
  const earlier = useMemo(() => new EarlierLines(chat, id), [chat, id]);
  const read = useObservable(earlier.state);
  const messages = useMemo(() => withEarlier(held, read.lines), [held, read.lines]);
  return {
    messages,
    unread,
    closed,
    earlier: stateOf(messages, read),
    problem: read.problem,
    readEarlier: earlier.read,
    ...useActions(id),
  };
}

type Actions = Pick<Conversation, "send" | "markRead" | "retract" | "dismiss">;

function useActions(conversation: EntityId): Actions {
  const { chat } = useParts();
  const send = useCallback<Actions["send"]>(
    async (message) => {
      const input = typeof message === "string" ? { text: message } : message;
      return opened(chat).send({ ...input, conversation });
    },
    [chat, conversation],
  );
  const markRead = useCallback(async () => opened(chat).markRead(conversation), [chat, conversation]);
  const retract = useCallback<Actions["retract"]>(async (message) => opened(chat).retract(message), [chat]);
  const dismiss = useCallback<Actions["dismiss"]>(async (message) => opened(chat).dismiss(message), [chat]);
  return { send, markRead, retract, dismiss };
}

function stateOf(messages: readonly ShownMessage[], { reading, problem, first }: EarlierRead): EarlierState {
  if (reading) return "reading";
  if (!hasGap(messages) || newestGap(messages) === first) return "none";
  return problem === undefined ? "there" : "failed";
}

/** Without a device there is nothing to write with, and without chat beside a device the app has forgotten to hand it in. */
function useChat(): { readonly chat: Chat | undefined; readonly pulse: Pulse | undefined } {
  const { hb, chat } = useParts();
  if (hb !== undefined) opened(chat);
  return { chat, pulse: chat && pulseOf(chat, listenToChat) };
}

function opened(chat: Chat | undefined): Chat {
  if (chat === undefined) throw new Error("The <HealthBridgeProvider> around this component has no `chat`.");
  return chat;
}

function listenToChat(chat: Chat, beat: () => void): () => void {
  return chat.watch(beat);
}

function keepById<T extends { readonly id: string }>(
  before: readonly T[] | undefined,
  after: readonly T[],
): readonly T[] {
  return keepItems(before, after, idOf);
}
