import type { Chat, ShownMessage } from "@healthbridge/client-sdk/chat";
import { chatOf } from "../chat-of.ts";
import { Conversations, conversationTitle } from "../conversations.ts";
import type { Device } from "../device.ts";
import { whereItIs } from "../message-words.ts";
import { ownZone } from "../rows/local-time.ts";
import type { Terminal } from "../terminal.ts";
import { several, spokenInstant } from "../words.ts";

export interface MessagesOptions {
  readonly conversation?: string;
  /** also conversations without anything new */
  readonly all?: boolean;
}

/** Lists what is new in conversations, or the lines of one; as far as this computer has them. */
export async function messages(
  device: Device,
  options: MessagesOptions,
  terminal: Terminal,
): Promise<number> {
  const chat = await chatOf(device);
  try {
    if (options.conversation === undefined) listNew(device, chat, options.all === true, terminal);
    else await showLines(device, chat, options.conversation, terminal);
    return 0;
  } finally {
    chat.end();
  }
}

/** How many messages of others were not read; empty where there are none. */
export async function newMessagesInWords(device: Device): Promise<string> {
  const chat = await chatOf(device);
  chat.end();
  const unread = chat.conversations().map((each) => each.unread);
  const sum = unread.reduce((left, right) => left + right, 0);
  if (sum === 0) return "";
  const where = several(unread.filter((each) => each > 0).length, "conversation");
  return `${several(sum, "new message")} in ${where}; read with: clinic-batch messages`;
}

function listNew({ hb }: Device, chat: Chat, all: boolean, terminal: Terminal): void {
  const begun = chat.conversations();
  const listed = all ? begun : begun.filter(({ unread }) => unread > 0);
  if (listed.length === 0) {
    terminal.say(
      begun.length === 0
        ? "There are no conversations here. Begin one with: clinic-batch write"
        : `Nothing new in ${several(begun.length, "conversation")}; --all lists them.`,
    );
    return;
  }
  for (const each of listed) {
    const news = each.unread > 0 ? `, ${several(each.unread, "new message")}` : "";
    terminal.say(`${each.id}  ${conversationTitle(hb, each)}${each.closed ? ", closed" : ""}${news}`);
    if (each.last !== undefined) terminal.say(`    ${lineOf(each.last)}`);
  }
  terminal.say("");
  terminal.say("The lines of one: clinic-batch messages --conversation with its id or the patient's name");
}

/** Shows lines, which then are read: the other side hears of it. */
async function showLines(
  { hb, ...rest }: Device,
  chat: Chat,
  who: string,
  terminal: Terminal,
): Promise<void> {
  const conversation = (await Conversations.of(hb)).find(who);
  const about = hb.get("conversation", conversation) ?? hb.get("appointment", conversation);
  const lines = chat.messages(conversation);
  terminal.say(`${conversationTitle(hb, about ?? {})} (${conversation})`);
  if (lines.length === 0) terminal.say("Nobody has written here yet.");
  const [first] = lines;
  if (first?.number !== undefined && first.number > 1)
    terminal.say(`Lines 1 to ${first.number - 1} are at the server, and not on this computer.`);
  const unread = chat.unread(conversation);
  for (const line of lines) terminal.say(`${String(line.number ?? "").padStart(5)}  ${lineOf(line)}`);
  await chat.markRead(conversation);
  if (unread > 0 && rest.server !== undefined)
    terminal.say(
      `${several(unread, "message")} noted as read; the other side hears of it with: clinic-batch sync`,
    );
}

const BY = { patient: "the patient", clinic: "the clinic", doctor: "the doctor" } as const;

function lineOf(line: ShownMessage): string {
  const { text, mine, by, at, urgent, attachments = [] } = line;
  const who = mine ? "you" : by === undefined ? "somebody" : BY[by];
  const words = whereItIs(line);
  const said = [
    urgent === true ? "(urgent)" : "",
    text === undefined ? "" : onOneLine(text),
    attachments.length === 0 ? "" : `[${several(attachments.length, "attachment")}]`,
    words === "" ? "" : `[${words}]`,
  ];
  return `${spokenInstant(at, ownZone())}, ${who}: ${said.filter((part) => part !== "").join(" ")}`;
}

/** Without anything that moves a cursor or turns the writing direction of what follows. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\n\t]+/g, " ").replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "");
}
