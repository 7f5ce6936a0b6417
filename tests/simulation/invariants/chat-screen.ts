import { type Chat, openChat, type ShownMessage } from "../../../client-sdk/src/chat/index.ts";
import { type HealthBridge, memoryStore } from "../../../client-sdk/src/index.ts";
import { within } from "../calm.ts";
import { type Device, URL } from "../world/device.ts";
import type { World } from "../world/world.ts";
import type { Row } from "./conversation-ledger.ts";

/** I5, I11: what chat shows of the lines a device holds is what the rows say: their order, where each of one's own stands, how many were not read. */
export async function checkChatScreen(world: World, device: Device): Promise<void> {
  const { app } = device;
  if (app === undefined) return;
  const opened = openChat({ hb: app, url: URL, store: memoryStore(device.disk) });
  const chat = await within(world, opened);
  if (chat === undefined) return world.violated("I12", `${device.name} cannot show chat`);
  const { database } = world;
  for (const conversation of database.rows("conversation")) {
    const id = String(conversation["id"]);
    const lines = database.rows("message").filter((row) => row["conversation_id"] === id);
    if (app.get("conversation", id) !== undefined) checkScreen(world, device, app, chat, conversation, lines);
    else if (chat.messages(id).some(({ mine }) => !mine))
      world.violated("I13", `${device.name} shows ${id} in chat, which is not hers to read`);
  }
  chat.end();
  return undefined;
}

function checkScreen(
  world: World,
  device: Device,
  app: HealthBridge,
  chat: Chat,
  conversation: Row,
  rows: readonly Row[],
): void {
  const id = String(conversation["id"]);
  const { account, doctor } = device.person;
  const shown = chat.messages(id);
  const numbered = shown.filter(({ number }) => number !== undefined);
  const side = doctor === conversation["doctor_id"] ? "doctor" : "patient";
  const byId = new Map(rows.map((row) => [row["id"], row]));
  const held = new Set(app.list("message").map((each) => each.id));
  let last = 0;
  for (const line of numbered) {
    const row = byId.get(line.id);
    const { number = 0 } = line;
    if (row?.["line_number"] !== number || number <= last)
      world.violated("I11", `${device.name} shows ${line.id} in chat as line ${number} after ${last}`);
    last = number;
    // What the device does not hold it knows by its outcome: there it stands as one's own, whoever answers by now.
    if (row !== undefined && held.has(line.id))
      checkState(world, device, conversation, row, line, { account, side });
    else if (!line.mine)
      world.violated("I13", `${device.name} shows ${line.id} in chat and does not hold it`);
  }
  if (shown.some(({ state }) => state === "waiting"))
    world.violated("I9", `${device.name} shows a line of ${id} as waiting, and nothing waits`);
  const read = Number(conversation[`${side}_read`]);
  // Another doctor of the clinic reads along: nothing waits for her.
  const readsAlong = doctor !== undefined && side !== "doctor";
  const unread = rows.filter(
    (row) =>
      !readsAlong &&
      held.has(String(row["id"])) &&
      Number(row["line_number"]) > read &&
      row["withdrawn"] !== 1 &&
      (row["written_by"] === "doctor") !== (side === "doctor"),
  );
  if (chat.unread(id) !== unread.length)
    world.violated(
      "I11",
      `${device.name} counts ${chat.unread(id)} lines of ${id} that were not read; it is ${unread.length}`,
    );
}

function checkState(
  world: World,
  { name, person }: Device,
  conversation: Row,
  row: Row,
  { id, state, mine }: ShownMessage,
  { account, side }: { readonly account: string; readonly side: string },
): void {
  const theirs = row["written_by"] === "doctor" ? "doctor" : "patient";
  const other = theirs === "doctor" ? "patient" : "doctor";
  // Another doctor than the one who answers sees what doctors wrote as the other side's.
  const ours = theirs === (person.doctor === undefined ? "patient" : side);
  const number = Number(row["line_number"]);
  const reached =
    number <= Number(conversation[`${other}_read`])
      ? "read"
      : number <= Number(conversation[`${other}_delivered`])
        ? "delivered"
        : "sent";
  const wanted = ours ? reached : "received";
  if (state !== wanted || mine !== (row["account_id"] === account))
    world.violated("I5", `${name} shows ${id} in chat as ${state}; it is ${wanted}`);
}
