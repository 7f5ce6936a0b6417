import type { HealthBridge, Waiting } from "@healthbridge/client-sdk";
import type { Conversation, EntityId } from "@healthbridge/schema";
import { resolve } from "node:path";
import { chatOf } from "../chat-of.ts";
import { readTable } from "../csv/table.ts";
import { Conversations, conversationTitle } from "../conversations.ts";
import type { Device } from "../device.ts";
import { type Reader, takeRows } from "../intake.ts";
import { PlainError } from "../plain-error.ts";
import { checkedMessage, MESSAGE_COLUMNS, readMessage } from "../rows/message-row.ts";
import type { Terminal } from "../terminal.ts";
import { reportIntake } from "./report-intake.ts";

type Lane = Waiting["lane"];

export interface WriteOptions {
  readonly from?: string;
  readonly conversation?: string;
  readonly text?: string;
  readonly urgent?: boolean;
}

/** Writes into a conversation, or into many from a file. */
export async function write(device: Device, options: WriteOptions, terminal: Terminal): Promise<number> {
  const { from, conversation, text, urgent } = options;
  if (from === undefined) return writeOne(device, options, terminal);
  if (conversation !== undefined || text !== undefined || urgent !== undefined)
    throw new PlainError(
      "With --from the messages stand in the file: leave out --conversation, --text and --urgent.",
    );
  const table = await readTable(from, MESSAGE_COLUMNS);
  if (table.unused.length > 0) terminal.warn(`Not used: the columns ${table.unused.join(", ")}.`);
  const reader = messageReader(device, await Conversations.of(device.hb));
  const intake = await takeRows(device, reader, table, resolve(from), terminal);
  return reportIntake(intake, from, "message", terminal);
}

async function writeOne(device: Device, options: WriteOptions, terminal: Terminal): Promise<number> {
  const { hb } = device;
  const { conversation: who, text, urgent } = options;
  if (who === undefined || text === undefined)
    throw new PlainError("Give a file with --from, or --conversation and --text.");
  const conversation = (await Conversations.of(hb)).find(who);
  const input = checkedMessage({ conversation, text, ...(urgent === true && { urgent }) });
  const chat = await chatOf(device);
  const { id } = await chat.send(input);
  chat.end();
  terminal.say(`Written to ${conversationTitle(hb, aboutOf(hb, conversation))}, as ${id}.`);
  terminal.say("It waits to be sent with: clinic-batch sync");
  return 0;
}

function messageReader({ hb }: Device, conversations: Conversations): Reader {
  const lanes = lanesOf(hb);
  return {
    kind: "message",
    noun: "message",
    read(cells, ref) {
      const input = readMessage(cells, conversations);
      const { conversation } = input;
      const lane = lanes.get(conversation) ?? "urgent";
      const name = hb.get("patient", aboutOf(hb, conversation).patient ?? "")?.name;
      return {
        shown: name === undefined ? {} : { patient: name },
        items: () => [{ type: "message.send", input, lane, ref }],
      };
    },
    settle: () => undefined,
  };
}

/**
 * Where something about a conversation waits, its booking or a message: what follows waits in the same lane, as chat itself has it. So messages keep their order, overtake what
 * else waits, and one behind a booking of a batch holds up no other conversation.
 */
function lanesOf(hb: HealthBridge): ReadonlyMap<EntityId, Lane> {
  return new Map(
    hb.waiting().flatMap(({ id, type, input, lane }): Array<[EntityId, Lane]> => {
      if (type === "appointment.book") return [[id, lane]];
      const { conversation } = input;
      return type === "message.send" && typeof conversation === "string" ? [[conversation, lane]] : [];
    }),
  );
}

function aboutOf(hb: HealthBridge, conversation: EntityId): Partial<Conversation> {
  return hb.get("conversation", conversation) ?? hb.get("appointment", conversation) ?? {};
}
