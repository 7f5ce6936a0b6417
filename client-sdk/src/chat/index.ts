/**
 * Conversations of patients and doctors on a device. An addition to the SDK, which an app fetches only where it imports it; what the device holds is there without a
 * network, and what is written is queued.
 *
 * @packageDocumentation
 */
import { Chat } from "./chat.ts";
import type { ChatDevice } from "./chat-device.ts";

export type { OpenDevice } from "../carriers/signed-call.ts";
export type { SearchedMessages } from "./at-server.ts";
export type { Chat } from "./chat.ts";
export type { ChatDevice } from "./chat-device.ts";
export type { MessageState, ShownConversation, ShownMessage } from "./shown-message.ts";

/** Opens chat over an open device; see `Chat`. */
export function openChat(device: ChatDevice): Promise<Chat> {
  return Chat.open(device);
}
