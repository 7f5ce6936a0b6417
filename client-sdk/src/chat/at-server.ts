import { type EntityId, fits, type Message } from "@healthbridge/schema/client";
import { type OpenDevice, signedRead } from "../carriers/signed-call.ts";
import { offline } from "../errors.ts";
import { isRecord } from "../outbox/rows.ts";
import type { ShownMessage } from "./shown-message.ts";

/** What a search at the server found. */
export interface SearchedMessages {
  /** the newest first */
  readonly found: readonly ShownMessage[];
  /** for `after`, where there are more */
  readonly next?: string | undefined;
}

type Show = (message: Message) => ShownMessage;

/** Asks the server for older lines of a conversation, the oldest first. */
export async function earlierMessages(
  device: OpenDevice,
  conversation: EntityId,
  { before, limit }: { readonly before?: number | undefined; readonly limit?: number | undefined },
  show: Show,
): Promise<readonly ShownMessage[]> {
  const query = Object.entries({ before, limit }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${String(value)}`],
  );
  const path = `conversations/${conversation}/messages?${query.join("&")}`;
  return messagesIn(await signedRead(device, { method: "GET", path }))
    .map(show)
    .toReversed();
}

/** Asks the server for lines that hold a text. */
export async function searchAtServer(
  device: OpenDevice,
  body: { readonly text: string; readonly conversation?: EntityId; readonly after?: string },
  show: Show,
): Promise<SearchedMessages> {
  const answer = await signedRead(device, { method: "POST", path: "messages/search", body });
  const next = isRecord(answer) && typeof answer["next"] === "string" ? answer["next"] : undefined;
  return { found: messagesIn(answer).map(show), next };
}

function messagesIn(answer: unknown): readonly Message[] {
  const items = isRecord(answer) ? answer["items"] : undefined;
  if (!Array.isArray(items)) throw offline("the answer could not be read");
  return items.filter((each) => fits("message", each));
}
