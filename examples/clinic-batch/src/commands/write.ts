import { resolve } from "node:path";
import { readTable } from "../csv/table.ts";
import { Conversations, conversationTitle } from "../conversations.ts";
import type { Device } from "../device.ts";
import { type Reader, takeRows } from "../intake.ts";
import { PlainError } from "../plain-error.ts";
import { checkedMessage, MESSAGE_COLUMNS, readMessage } from "../rows/message-row.ts";
import type { Terminal } from "../terminal.ts";
import { reportIntake } from "./report-intake.ts";

export interface WriteOptions {
  readonly from?: string;
  readonly conversation?: string;
  readonly text?: string;
  readonly urgent?: boolean;
}

/** The line in which messages wait: one for all, so that they keep their order. What they are about goes first, in whatever line it waits. */
const LANE = "urgent";

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

async function writeOne(
  { hb }: Device,
  { conversation: who, text, urgent }: WriteOptions,
  terminal: Terminal,
): Promise<number> {
  if (who === undefined || text === undefined)
    throw new PlainError("Give a file with --from, or --conversation and --text.");
  const conversation = (await Conversations.of(hb)).find(who);
  const input = checkedMessage({ conversation, text, ...(urgent === true && { urgent }) });
  const { id } = await hb.enqueue("message.send", input, { lane: LANE });
  const title = conversationTitle(
    hb,
    hb.get("conversation", conversation) ?? hb.get("appointment", conversation) ?? {},
  );
  terminal.say(`Written to ${title}, as ${id}.`);
  terminal.say("It waits to be sent with: clinic-batch sync");
  return 0;
}

function messageReader({ hb }: Device, conversations: Conversations): Reader {
  return {
    kind: "message",
    noun: "message",
    read(cells, ref) {
      const input = readMessage(cells, conversations);
      const { patient = "" } =
        hb.get("conversation", input.conversation) ?? hb.get("appointment", input.conversation) ?? {};
      const name = hb.get("patient", patient)?.name;
      return {
        shown: name === undefined ? {} : { patient: name },
        items: () => [{ type: "message.send", input, lane: LANE, ref }],
      };
    },
    settle: () => undefined,
  };
}
