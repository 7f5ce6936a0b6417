import type { EntityId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../../../tests/setup/world.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { came, MONDAY_SEVEN, openSchedule } from "../scheduling/schedule.ts";
import { talkIn } from "./talk.ts";

const schedule = await openSchedule();
const { ask, clock, world, staff, doctorHerself, family } = schedule;
const talk = talkIn(schedule);
const { booked, device, anotherDoctor } = talk;
const messages = (about = conversation) => talk.messages(about);

/** an appointment of a patient whose card the clinic keeps */
let conversation: EntityId;
let patient: EntityId;

beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  patient = await schedule.patient();
  conversation = await booked(staff, patient);
});

async function say(who: Person, text: string, about = conversation) {
  return ask(who, "message.send", { conversation: about, text });
}

describe("a message", () => {
  test("gets the next number of its conversation, its verified sender and the server's time", async () => {
    expect(await say(doctorHerself, "How is the cough?")).toMatchObject({ output: { number: 1 } });
    clock.now += 5_000;
    expect(await say(staff, "Better.")).toMatchObject({ output: { number: 2 } });
    expect(await messages()).toMatchObject([
      { number: 1, by: "doctor", account: doctorHerself.account, doctor: world.doctor, at: MONDAY_SEVEN },
      { number: 2, by: "clinic", account: staff.account, at: MONDAY_SEVEN + 5_000, text: "Better." },
    ]);
  });

  test("names the doctor who wrote it as the one who answers, and nobody who wrote for the patient", async () => {
    const next = await anotherDoctor("Dr Next");
    const herself = await world.person("doctor", { doctor: next });
    const { id } = await say(doctorHerself, "How is the cough?");
    await say(staff, "Better.");
    await say(herself, "I asked her.");
    await ask(staff, "conversation.handOver", { conversation, doctor: next });
    await say(herself, "Then I go on.");
    expect((await messages()).map(({ by, doctor }) => [by, doctor])).toEqual([
      ["doctor", world.doctor],
      ["clinic", undefined],
      ["clinic", undefined],
      ["doctor", next],
    ]);
    const desk = await device(staff, world.clinic);
    expect(desk.held(`clinic:${world.clinic}`, "message", id)).toMatchObject({ doctor: world.doctor });
  });

  test("says so whatever the sender says: the field is none of hers", async () => {
    const said = { conversation, text: "in another's name", doctor: await anotherDoctor("Dr Other") };
    expect(await ask(doctorHerself, "message.send", said)).toMatchObject({
      problem: { code: "unknown_field", path: "input.doctor" },
    });
    expect(await messages()).toEqual([]);
  });

  test("goes on naming her when it was withdrawn", async () => {
    const { id } = await say(doctorHerself, "10 tablets");
    await ask(doctorHerself, "message.retract", { message: id });
    const desk = await device(staff, world.clinic);
    expect(desk.held(`clinic:${world.clinic}`, "message", id)).toMatchObject({
      withdrawn: true,
      doctor: world.doctor,
    });
  });

  test("of the family's own account is the patient's", async () => {
    const about = await booked(family, schedule.mother);
    expect(came(await say(family, "Can I eat eggs?", about))).toBe("applied");
    expect(await messages(about)).toMatchObject([{ by: "patient", account: family.account }]);
  });

  test("that is sent again is there once, with the same answer", async () => {
    const operation = { type: "message.send", input: { conversation, text: "once" } };
    const first = await world.submit(doctorHerself, 1, [operation]);
    const again = await world.submit(doctorHerself, 1, [operation]);
    expect(again.outcomes).toEqual(first.outcomes);
    expect(await messages()).toHaveLength(1);
  });

  test("is numbered without a gap when many write at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, at) => say(at % 2 === 0 ? staff : doctorHerself, `line ${at}`)),
    );
    expect(all.map(came)).toEqual(all.map(() => "applied"));
    expect((await messages()).map(({ number }) => number)).toEqual(all.map((_, at) => at + 1));
  });

  test("keeps the order of its sender's stream", async () => {
    const operations = Array.from({ length: 12 }, (_, at) => ({
      type: "message.send",
      input: { conversation, text: `${at}` },
    }));
    const sender = await world.person("staff", { clinics: [world.clinic] });
    await world.submit(sender, 1, operations);
    expect((await messages()).map(({ text }) => text)).toEqual(operations.map((_, at) => `${at}`));
  });

  test("can be queued behind the booking it belongs to", async () => {
    const who = await world.person("staff", { clinics: [world.clinic] });
    const about = `${who.stream}.1`;
    const settled = await world.submit(who, 1, [
      {
        type: "appointment.book",
        input: { doctor: world.doctor, patient, start: "2027-03-20T16:40+03:00" },
      },
      { type: "message.send", input: { conversation: about, text: "She cannot walk." } },
    ]);
    expect(settled.outcomes.map(came).filter((each) => each !== "applied")).toEqual([]);
    expect(await messages(about)).toMatchObject([{ number: 1, text: "She cannot walk." }]);
  });

  test("answers only a message of the same conversation", async () => {
    const first = await say(doctorHerself, "first");
    const answer = { conversation, text: "answer", replyTo: first.id };
    expect(came(await ask(staff, "message.send", answer))).toBe("applied");
    const elsewhere = await booked(staff, await schedule.patient());
    expect(await ask(staff, "message.send", { ...answer, conversation: elsewhere })).toMatchObject({
      problem: { code: "not_found", path: "input.replyTo" },
    });
  });

  test("is refused as not found to whoever has no part in it, in her tenant or another", async () => {
    const [elsewhere = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Voi", zone: "Africa/Nairobi", lat: -3.4, lng: 38.6 } },
    ]);
    const strangers = [
      await world.person("patient"),
      await world.person("staff", { clinics: [] }),
      await world.person("doctor", { doctor: await anotherDoctor("Elsewhere", elsewhere) }),
    ];
    for (const who of strangers) expect(came(await say(who, "let me in"))).toBe("not_found");
    expect(await messages()).toEqual([]);
    await say(staff, "begun");
    for (const who of strangers) expect(came(await say(who, "let me in"))).toBe("not_found");
    expect(await messages()).toHaveLength(1);
  });

  test("is not written by an administrator, who may only know that there is a conversation", async () => {
    await say(staff, "begun");
    const administrator = await world.person("administrator");
    expect(came(await say(administrator, "from above"))).toBe("forbidden");
  });

  test("that was withdrawn keeps its number and loses its text, for its sender alone to do", async () => {
    const { id } = await say(staff, "10 tablets");
    expect(came(await ask(doctorHerself, "message.retract", { message: id }))).toBe("forbidden");
    expect(came(await ask(staff, "message.retract", { message: id }))).toBe("applied");
    expect(came(await ask(staff, "message.retract", { message: id }))).toBe("applied");
    const [row] = await schedule.rows("SELECT line_number, text, withdrawn FROM message WHERE id = ?", [id]);
    expect(row).toMatchObject({ line_number: 1, text: null, withdrawn: 1 });
    expect(await say(staff, "1 tablet")).toMatchObject({ output: { number: 2 } });
    const told = await device(doctorHerself);
    expect(told.held("me", "message", id)).toMatchObject({ number: 1, withdrawn: true });
    expect(told.held("me", "message", id)).not.toHaveProperty("text");
  });
});

describe("what devices are told", () => {
  test("a message reaches the doctor and the clinic that keeps the card, and nobody else", async () => {
    const desk = await device(await world.person("staff", { clinics: [world.clinic] }), world.clinic);
    const doctor = await device(doctorHerself);
    const stranger = await device(await world.person("patient"));
    const { id } = await say(staff, "Her blood pressure is 150 to 95.");
    for (const [each, feed] of [
      [await desk.pull(), `clinic:${world.clinic}`],
      [await doctor.pull(), "me"],
    ] as const)
      expect(each.held(feed, "message", id)).toMatchObject({ number: 1, by: "clinic" });
    expect((await stranger.pull()).all("me", "message")).toEqual([]);
  });

  test("an administrator who follows a clinic hears that there is a conversation, and nothing of what is said", async () => {
    const { id } = await say(staff, "Her blood pressure is 150 to 95.");
    const feed = `clinic:${world.clinic}`;
    const above = await device(await world.person("administrator"), world.clinic);
    const desk = await device(await world.person("staff", { clinics: [world.clinic] }), world.clinic);
    await say(staff, "And her pulse 90.");
    const told = await above.pull();
    expect(told.held(feed, "conversation", conversation)).toMatchObject({ id: conversation });
    expect(told.all(feed, "message")).toEqual([]);
    expect(JSON.stringify(told)).not.toContain("pulse");
    expect((await desk.pull()).held(feed, "message", id)).toMatchObject({ number: 1 });
  });

  test("the doctor's clinic is not told what patients of another clinic write", async () => {
    const mine = await booked(family, schedule.mother);
    const desk = await device(staff, world.clinic);
    const { id } = await say(family, "private", mine);
    expect((await desk.pull()).held(`clinic:${world.clinic}`, "message", id)).toBeUndefined();
  });

  test("a message does not say its conversation again, whose count devices keep themselves", async () => {
    await say(staff, "one");
    const doctor = await device(doctorHerself);
    const before = await schedule.rows(
      "SELECT number FROM feed_entry WHERE kind = 'conversation' AND entity_id = ? ORDER BY feed",
      [conversation],
    );
    await say(staff, "two");
    const after = await schedule.rows(
      "SELECT number FROM feed_entry WHERE kind = 'conversation' AND entity_id = ? ORDER BY feed",
      [conversation],
    );
    expect(after).toEqual(before);
    expect((await doctor.pull()).held("me", "conversation", conversation)).not.toHaveProperty("lines");
  });

  test("how far messages were delivered and read never goes back, nor beyond what there is", async () => {
    await say(staff, "one");
    await say(staff, "two");
    const mark = (what: "Delivered" | "Read", through: number) =>
      ask(doctorHerself, `conversation.mark${what}`, { conversation, through });
    const desk = await device(staff, world.clinic);
    const shown = async () =>
      (await desk.pull()).held(`clinic:${world.clinic}`, "conversation", conversation);
    await mark("Delivered", 1);
    expect(await shown()).toMatchObject({ doctorDelivered: 1 });
    await mark("Read", 99);
    expect(await shown()).toMatchObject({ doctorDelivered: 2, doctorRead: 2 });
    await mark("Read", 1);
    expect(await shown()).toMatchObject({ doctorDelivered: 2, doctorRead: 2 });
    expect(await shown()).not.toHaveProperty("patientRead");
  });
});

describe("a conversation that is closed", () => {
  test("takes no message, shows what was said, and goes on once it is opened again", async () => {
    const { id } = await say(staff, "thank you");
    expect(came(await ask(doctorHerself, "conversation.close", { conversation }))).toBe("applied");
    expect(await say(staff, "one more")).toMatchObject({
      problem: { code: "conversation_closed", path: "input.conversation" },
    });
    expect(came(await ask(staff, "message.retract", { message: id }))).toBe("applied");
    expect(came(await ask(doctorHerself, "conversation.reopen", { conversation }))).toBe("applied");
    expect(await say(staff, "one more")).toMatchObject({ output: { number: 2 } });
  });

  test("is not closed by the patient", async () => {
    const about = await booked(family, schedule.mother);
    await say(family, "hello", about);
    expect(came(await ask(family, "conversation.close", { conversation: about }))).toBe("forbidden");
  });
});

describe("the database itself", () => {
  test("refuses a number that is given twice", async () => {
    await say(staff, "one");
    await using connection = await SingleConnection.open(schedule.database.url);
    const twice = connection.run(
      `INSERT INTO message (id, tenant_id, conversation_id, line_number, written_by, account_id, at, text)
       VALUES ('AAAAAAAAAAAAAAAA.1', '${world.tenant}', '${conversation}', 1, 'clinic', 'x', 0, 'twice')`,
    );
    await expect(twice).rejects.toThrow(/message_number/);
  });
});
