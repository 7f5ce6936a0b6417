import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import { byId, differences } from "../../chaos/checker/expected-view.ts";
import type { Device } from "../world/device.ts";
import type { Asked, Told } from "../world/history.ts";
import type { World } from "../world/world.ts";
import type { Row } from "./conversation-ledger.ts";
import { isToldBare } from "./replays.ts";

/**
 * I11, I13: once all is calm what people were told of their lines is what is there, every device of those who take part shows every line it should, the same as everybody's,
 * and nobody else's shows any. What each commit has to keep to the ledger has looked at.
 */
export function checkConversations(world: World): void {
  const { database } = world;
  const conversations = database.rows("conversation");
  const lines = database.rows("message");
  checkOrder(world, lines);
  for (const row of conversations) checkDoctor(world, row);
  const stored = new Map(lines.map((row) => [String(row["id"]), row]));
  for (const device of world.devices) {
    checkTold(world, device, stored);
    if (device.app !== undefined) checkShown(world, device, device.app, conversations, lines);
  }
}

/** I11: what one stream said in a conversation stands there in its order. */
function checkOrder(world: World, lines: readonly Row[]): void {
  const byStream = Map.groupBy(lines, (row) => `${String(row["conversation_id"])} ${streamOf(row)}`);
  for (const said of byStream.values()) {
    const inOrder = said.toSorted((left, right) => numberOf(left) - numberOf(right));
    const late = inOrder.find(
      (row, at) => Number(row["line_number"]) < Number(inOrder[at - 1]?.["line_number"] ?? 0),
    );
    if (late !== undefined)
      world.violated("I11", `${String(late["id"])} stands before what was said before it`);
  }
}

function streamOf({ id }: Row): string {
  return String(id).split(".")[0] ?? "";
}

function numberOf({ id }: Row): number {
  return Number(String(id).split(".")[1]);
}

/** A conversation is of its appointment's patient, and answered by its appointment's doctor unless somebody handed it over. */
function checkDoctor(world: World, conversation: Row): void {
  const { database } = world;
  const id = String(conversation["id"]);
  const live = database.rows("appointment").find((row) => row["id"] === id);
  const archived = database.rows("appointment_archive").find((row) => row["id"] === id);
  const away: Row = archived === undefined ? {} : JSON.parse(String(archived["entity"]));
  const { patient_id: patient = away["patient"], doctor_id: doctor = away["doctor"] } = live ?? {};
  if (patient !== conversation["patient_id"])
    world.violated(
      "I11",
      `${id} is a conversation with ${String(conversation["patient_id"])}, and the appointment ${String(patient)}'s`,
    );
  if (doctor !== conversation["doctor_id"] && !wasHandedOver(world, id))
    world.violated(
      "I11",
      `${id} is answered by ${String(conversation["doctor_id"])}, and the appointment is with ${String(doctor)}`,
    );
}

function wasHandedOver({ database, devices }: World, conversation: string): boolean {
  const asked = devices.some(({ history }) =>
    [...history.asked.values()].some(
      (each) =>
        each.type === "conversation.handOver" && history.nowCalled(each.conversation ?? "") === conversation,
    ),
  );
  return (
    asked ||
    database
      .rows("operation")
      .some(
        (row) =>
          row["type"] === "conversation.handOver" && String(row["input"]).includes(`"${conversation}"`),
      )
  );
}

/** I4, I5: a line that was acknowledged is there, with its number; one that was withdrawn says nothing more. */
function checkTold(world: World, { name, history }: Device, stored: ReadonlyMap<string, Row>): void {
  for (const asked of history.asked.values()) {
    const id = history.nowCalled(asked.id);
    const last = history.told.findLast((each) => each.id === id);
    if (last?.status !== "applied" || history.discarded.has(id)) continue;
    if (asked.type === "message.send")
      checkSent(world, name, asked, last, history.nowCalled(asked.conversation ?? ""), stored.get(id));
    if (asked.type === "message.retract") {
      const called = [history.nowCalled(asked.message ?? ""), asked.message ?? ""];
      const rows = called.map((each) => stored.get(each));
      if (!rows.some((row) => row?.["withdrawn"] === 1))
        world.violated("I5", `${name} was told that ${called[0] ?? ""} is withdrawn, and it is not`);
    }
  }
}

function checkSent(
  world: World,
  name: string,
  asked: Asked,
  told: Told,
  conversation: string,
  row: Row | undefined,
): void {
  const { id, text } = told;
  const { output }: { readonly output?: { readonly number?: number } } = JSON.parse(text);
  const there = row !== undefined && (row["line_number"] === output?.number || isToldBare(world, told));
  const elsewhere =
    asked.conversation !== undefined &&
    ![asked.conversation, conversation].includes(String(row?.["conversation_id"]));
  const says = row?.["withdrawn"] === 1 || String(row?.["text"]).split(" ")[1] === asked.nonce;
  if (!there || elsewhere || !says)
    world.violated(
      "I11",
      `${name} was told of its line ${id} ${text}; it is ${row === undefined ? "not there" : JSON.stringify(row)}`,
    );
}

/** I7, I11, I13: what a device shows. */
function checkShown(
  world: World,
  { name, person: { account } }: Device,
  app: HealthBridge,
  conversations: readonly Row[],
  lines: readonly Row[],
): void {
  const clinics = world.database.rows("account_clinic").filter((row) => row["account_id"] === account);
  const feeds = new Set([
    `account:${account}`,
    ...clinics.map((row) => `clinic:${String(row["clinic_id"])}`),
  ]);
  const first = new Map(
    conversations.flatMap((row): [string, number][] => {
      const from = world.conversations.firstLine(String(row["id"]), feeds);
      return from === undefined ? [] : [[String(row["id"]), from]];
    }),
  );
  const own = conversations.filter((row) => first.has(String(row["id"])));
  for (const what of differences(
    `${name}, conversation`,
    byId(app.list("conversation")),
    byId(own.map(conversationOf)),
  ))
    world.violated("I7", what);
  const held = byId(app.list("message"));
  const hers = lines.filter((row) => first.has(String(row["conversation_id"])));
  const shouldHold = hers.filter(
    (row) => Number(row["line_number"]) >= (first.get(String(row["conversation_id"])) ?? 0),
  );
  const expected = byId(hers.map(messageOf));
  for (const [id, text] of held) {
    if (!expected.has(id))
      world.violated("I13", `${name} holds the line ${id}, which is not hers to read: ${text}`);
    else if (expected.get(id) !== text)
      world.violated("I11", `${name} shows ${text} instead of ${expected.get(id) ?? ""}`);
  }
  for (const row of shouldHold)
    if (!held.has(String(row["id"])))
      world.violated(
        "I11",
        `${name} does not hold line ${String(row["line_number"])} of ${String(row["conversation_id"])}`,
      );
}

function conversationOf(row: Row): object {
  return {
    id: row["id"],
    patient: row["patient_id"],
    doctor: row["doctor_id"],
    closed: row["closed"] === 1 ? true : null,
    patientDelivered: row["patient_delivered"],
    patientRead: row["patient_read"],
    doctorDelivered: row["doctor_delivered"],
    doctorRead: row["doctor_read"],
  };
}

function messageOf(row: Row): object {
  return {
    id: row["id"],
    conversation: row["conversation_id"],
    number: row["line_number"],
    by: row["written_by"],
    account: row["account_id"],
    doctor: row["doctor_id"],
    at: row["at"],
    text: row["text"],
    replyTo: row["reply_to"],
    urgent: row["urgent"] === 1 ? true : null,
    withdrawn: row["withdrawn"] === 1 ? true : null,
  };
}
