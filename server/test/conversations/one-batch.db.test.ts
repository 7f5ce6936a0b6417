import { type EntityId, Message } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import { Follower } from "../../../tests/setup/follower.ts";
import type { Asked, Person } from "../../../tests/setup/world.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { came, MONDAY_SEVEN, openSchedule } from "../scheduling/schedule.ts";

/** What is said while, in the same transaction, somebody else comes to take part: everybody ends up with the lines she may see, whether she followed or begins now. */

const schedule = await openSchedule();
const { ask, clock, world, staff, doctorHerself } = schedule;
const service = createSyncService(world);
const [elsewhere = ""] = await world.asSystem([
  { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi", lat: -0.9, lng: 38 } },
]);
const input = { name: "Dr Next", clinic: elsewhere, specialities: ["surgery"], languages: ["sw"] };
const [next = ""] = await world.asSystem([{ type: "doctor.register", input }]);
const herself = await world.person("doctor", { doctor: next });
/** may act for the patient before and after her card moves */
const both = await world.person("staff", { clinics: [world.clinic, elsewhere] });
const here = await world.person("staff", { clinics: [world.clinic] });
const there = await world.person("staff", { clinics: [elsewhere] });

let hour = 7;
let conversation: EntityId;
let patient: EntityId;

beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  hour += 1;
  patient = await schedule.patient();
  const start = `2027-03-03T${String(hour).padStart(2, "0")}:40+03:00`;
  ({ id: conversation } = await ask(staff, "appointment.book", { doctor: world.doctor, patient, start }));
  await ask(staff, "message.send", { conversation, text: "1" });
});

const say = (text: string): Asked => ({ type: "message.send", input: { conversation, text } });
const handOver = (doctor: EntityId): Asked => ({
  type: "conversation.handOver",
  input: { conversation, doctor },
});
const moveCard = (clinic: EntityId): Asked => ({ type: "patient.update", input: { patient, clinic } });

const EVERYBODY: Readonly<Record<string, { readonly who: Person; readonly feed: string }>> = {
  former: { who: doctorHerself, feed: "me" },
  next: { who: herself, feed: "me" },
  here: { who: here, feed: `clinic:${world.clinic}` },
  there: { who: there, feed: `clinic:${elsewhere}` },
};

async function follower({ who, feed }: { readonly who: Person; readonly feed: string }): Promise<Follower> {
  const clinic = feed.startsWith("clinic:") ? ([`clinic:${feed.slice("clinic:".length)}`] as const) : [];
  return new Follower(service, who).pull({ follow: ["me", ...clinic] });
}

function lines(at: Follower, feed: string): string {
  const held = at.all(feed, "message").map((each) => Message.parse(each));
  const its = held.filter((each) => each.conversation === conversation);
  const sorted = its.toSorted((left, right) => left.number - right.number);
  const shown = at.held(feed, "conversation", conversation) === undefined ? "" : "+";
  return shown + sorted.map(({ text }) => text).join();
}

/** Submits all in one transaction; answers what everybody holds of the conversation who followed, and who begins now. */
async function inOneBatch(...operations: readonly Asked[]) {
  const before = new Map<string, Follower>();
  for (const [name, each] of Object.entries(EVERYBODY)) before.set(name, await follower(each));
  const sender = { ...both, stream: `${conversation.slice(0, 12)}bTch` };
  const { outcomes } = await world.submit(sender, 1, operations);
  expect(outcomes.map(came).filter((each) => each !== "applied")).toEqual([]);
  const held: Record<string, string> = {};
  for (const [name, each] of Object.entries(EVERYBODY)) {
    const followed = lines((await before.get(name)?.pull()) ?? (await follower(each)), each.feed);
    expect([name, lines(await follower(each), each.feed)]).toEqual([name, followed]);
    held[name] = followed;
  }
  return held;
}

describe("in one transaction", () => {
  test("a line and then a hand-over", async () => {
    const held = await inOneBatch(say("2"), handOver(next));
    expect(held).toEqual({ former: "", next: "+1,2", here: "+1,2", there: "" });
  });

  test("a hand-over and then a line", async () => {
    const held = await inOneBatch(handOver(next), say("2"));
    expect(held).toEqual({ former: "", next: "+1,2", here: "+1,2", there: "" });
  });

  test("a hand-over there and back, with a line between", async () => {
    const held = await inOneBatch(handOver(next), say("2"), handOver(world.doctor), say("3"));
    expect(held).toEqual({ former: "+1,2,3", next: "", here: "+1,2,3", there: "" });
  });

  test("a line, the card to another clinic, and a line", async () => {
    const held = await inOneBatch(say("2"), moveCard(elsewhere), say("3"));
    expect(held).toEqual({ former: "+1,2,3", next: "", here: "", there: "+1,2,3" });
  });

  test("the card there and back, with a line between", async () => {
    const held = await inOneBatch(moveCard(elsewhere), say("2"), moveCard(world.clinic));
    expect(held).toEqual({ former: "+1,2", next: "", here: "+1,2", there: "" });
  });

  test("the card and the doctor", async () => {
    const held = await inOneBatch(say("2"), moveCard(elsewhere), say("3"), handOver(next));
    expect(held).toEqual({ former: "", next: "+1,2,3", here: "", there: "+1,2,3" });
  });

  test("the first line of a conversation, and the card", async () => {
    const start = `2027-03-04T${String(hour).padStart(2, "0")}:40+03:00`;
    ({ id: conversation } = await ask(staff, "appointment.book", { doctor: world.doctor, patient, start }));
    const held = await inOneBatch(say("1"), moveCard(elsewhere), say("2"), handOver(next));
    expect(held).toEqual({ former: "", next: "+1,2", here: "", there: "+1,2" });
  });

  test("a line that is withdrawn, and a hand-over", async () => {
    const stream = `${conversation.slice(0, 12)}bTch`;
    const withdraw: Asked = { type: "message.retract", input: { message: `${stream}.1` } };
    const held = await inOneBatch(say("2"), withdraw, handOver(next), say("3"));
    expect(held).toEqual({ former: "", next: "+1,,3", here: "+1,,3", there: "" });
  });
});
