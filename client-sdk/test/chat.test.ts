import type { EntityId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { openChat, type Chat } from "../src/chat/index.ts";
import { createLab, type Lab, type LabDevice } from "../src/testing/index.ts";

const PASSWORD = "seven goats cross the river";
const MINUTE = 60_000;

interface Talk extends AsyncDisposable {
  readonly lab: Lab;
  readonly desk: LabDevice;
  readonly doctor: LabDevice;
  readonly atDesk: Chat;
  readonly atDoctor: Chat;
  readonly conversation: EntityId;
}

/** A clinic's tablet and a doctor's phone with one appointment between them. */
async function talk(): Promise<Talk> {
  const lab = createLab({ seed: 5 });
  const { id, clinic } = lab.server.addDoctor();
  lab.server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
  lab.server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", clinics: [], doctor: id });
  const patient = lab.server.addPatient({ name: "Wanjiru", clinic });
  const desk = await lab.device({ login: "amina", follow: [`calendar:${id}`] });
  const doctor = await lab.device({ login: "achieng" });
  const booked = await desk.hb.book({ doctor: id, patient: patient.id, start: "2026-11-23T16:00+03:00" });
  await lab.time.run(desk.hb.sync());
  await lab.time.run(doctor.hb.sync());
  return {
    lab,
    desk,
    doctor,
    atDesk: await openChat(desk.open),
    atDoctor: await openChat(doctor.open),
    conversation: booked.id,
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

/** Lets both devices sync until nothing is left to say. */
async function settle({ lab, desk, doctor }: Talk): Promise<void> {
  for (let round = 0; round < 3; round++) for (const { hb } of [desk, doctor]) await lab.time.run(hb.sync());
}

const states = (chat: Chat, conversation: EntityId): readonly string[] =>
  chat.messages(conversation).map(({ text, state }) => `${text ?? "-"}: ${state}`);

/** A third device: another doctor's, who works at the clinic that keeps the card. */
async function readingAlong({ lab, desk, doctor, conversation }: Talk): Promise<LabDevice> {
  const { clinic } = lab.server.addDoctor();
  const { id } = lab.server.addDoctor({ clinic });
  const card = desk.hb.get("patient", desk.hb.get("appointment", conversation)?.patient ?? "")?.clinic ?? "";
  lab.server.addAccount({ login: "otieno", password: PASSWORD, role: "doctor", clinics: [card], doctor: id });
  const along = await lab.device({ login: "otieno", follow: [`clinic:${card}`] });
  for (const { hb } of [doctor, desk, along]) await lab.time.run(hb.sync());
  return along;
}

describe("a message", () => {
  test("waits on the phone without a network, and goes from there to the server, the other's device and her eyes", async () => {
    await using scene = await talk();
    const { desk, doctor, atDesk, atDoctor, conversation, lab } = scene;
    desk.network.goOffline();
    await atDesk.send({ conversation, text: "The fever is back." });
    expect(states(atDesk, conversation)).toEqual(["The fever is back.: waiting"]);
    doctor.network.goOffline();
    desk.network.goOnline();
    await lab.time.run(desk.hb.sync());
    expect(states(atDesk, conversation)).toEqual(["The fever is back.: sent"]);
    doctor.network.goOnline();
    await settle(scene);
    expect(states(atDoctor, conversation)).toEqual(["The fever is back.: received"]);
    expect(states(atDesk, conversation)).toEqual(["The fever is back.: delivered"]);
    await atDoctor.markRead(conversation);
    await settle(scene);
    expect(states(atDesk, conversation)).toEqual(["The fever is back.: read"]);
  });

  test("that another doctor of the clinic reads along has arrived at nobody, and waits for nobody there", async () => {
    await using scene = await talk();
    const { atDoctor, conversation, lab, doctor, desk } = scene;
    const along = await readingAlong(scene);
    const atAlong = await openChat(along.open);
    desk.network.goOffline();
    await atDoctor.send({ conversation, text: "Come today.", urgent: true });
    for (const { hb } of [doctor, along, along, doctor]) await lab.time.run(hb.sync());
    expect(states(atAlong, conversation)).toEqual(["Come today.: received"]);
    expect(atAlong.unread(conversation)).toBe(0);
    await atAlong.markRead(conversation);
    expect(along.hb.waiting()).toEqual([]);
    for (const { hb } of [along, doctor]) await lab.time.run(hb.sync());
    expect(states(atDoctor, conversation)).toEqual(["Come today.: sent"]);
    desk.network.goOnline();
    await settle(scene);
    expect(states(atDoctor, conversation)).toEqual(["Come today.: delivered"]);
  });

  test("survives that the app is killed before it was sent", async () => {
    await using scene = await talk();
    const { desk, atDesk, conversation } = scene;
    desk.network.goOffline();
    await atDesk.send({ conversation, text: "Still here" });
    await desk.restart();
    const again = await openChat(desk.open);
    expect(states(again, conversation)).toEqual(["Still here: waiting"]);
    desk.network.goOnline();
    await settle(scene);
    expect(states(again, conversation)).toEqual(["Still here: delivered"]);
  });

  test("of a conversation that was closed meanwhile is shown as refused, until it is dismissed", async () => {
    await using scene = await talk();
    const { desk, atDesk, atDoctor, conversation, lab } = scene;
    desk.network.goOffline();
    await atDesk.send({ conversation, text: "Too late" });
    await atDoctor.close(conversation);
    await lab.time.run(scene.doctor.hb.sync());
    desk.network.goOnline();
    await settle(scene);
    const [refused] = atDesk.messages(conversation);
    expect(refused).toMatchObject({ state: "refused", problem: { code: "conversation_closed" } });
    const again = await openChat((await desk.restart(), desk.open));
    expect(states(again, conversation)).toEqual(["Too late: refused"]);
    await again.dismiss(refused?.id ?? "");
    expect(again.messages(conversation)).toEqual([]);
  });

  test("that is withdrawn loses its text on every device, and keeps its place", async () => {
    await using scene = await talk();
    const { atDesk, atDoctor, conversation, desk } = scene;
    const { id } = await atDesk.send({ conversation, text: "10 tablets" });
    await settle(scene);
    desk.network.goOffline();
    await atDesk.retract(id);
    expect(atDesk.messages(conversation)).toMatchObject([{ text: "10 tablets", withdrawing: true }]);
    desk.network.goOnline();
    await settle(scene);
    for (const chat of [atDesk, atDoctor]) {
      const [shown] = chat.messages(conversation);
      expect(shown).toMatchObject({ number: 1, withdrawn: true });
      expect(shown).not.toHaveProperty("text");
    }
  });

  test("overtakes what waits in other lanes", async () => {
    await using scene = await talk();
    const { desk, atDesk, conversation } = scene;
    desk.network.goOffline();
    for (let at = 0; at < 5; at++)
      await desk.hb.registerPatient(
        { name: `Patient ${at}`, clinic: desk.hb.list("clinic")[0]?.id },
        { lane: "bulk" },
      );
    await atDesk.send({ conversation, text: "Help", urgent: true });
    expect(desk.hb.waiting().find(({ type }) => type === "message.send")).toMatchObject({ lane: "urgent" });
  });
});

describe("a conversation", () => {
  test("counts what was not read, lists the newest first and tells whoever watches", async () => {
    await using scene = await talk();
    const { atDesk, atDoctor, conversation } = scene;
    let looks = 0;
    const stop = atDoctor.watch(() => (looks += 1));
    const before = looks;
    await atDesk.send({ conversation, text: "one" });
    await atDesk.send({ conversation, text: "two" });
    await settle(scene);
    expect(looks).toBeGreaterThan(before);
    expect(atDoctor.conversations()).toMatchObject([{ id: conversation, unread: 2, last: { text: "two" } }]);
    expect(atDesk.unread(conversation)).toBe(0);
    await atDoctor.markRead(conversation);
    expect(atDoctor.unread(conversation)).toBe(0); // from this moment, network or not
    await settle(scene);
    const queued = scene.doctor.hb.waiting().length;
    await atDoctor.markRead(conversation);
    expect(scene.doctor.hb.waiting()).toHaveLength(queued); // nothing new, nothing queued
    stop();
  });

  test("shows the lines of both sides in one order on both devices", async () => {
    await using scene = await talk();
    const { atDesk, atDoctor, conversation, desk, doctor, lab } = scene;
    for (const { network } of [desk, doctor]) network.goOffline();
    for (let at = 1; at <= 4; at++) {
      await atDesk.send({ conversation, text: `desk ${at}` });
      await lab.time.advance(MINUTE);
      await atDoctor.send({ conversation, text: `doctor ${at}` });
    }
    for (const { network } of [desk, doctor]) network.goOnline();
    await settle(scene);
    const shown = [atDesk, atDoctor].map((chat) =>
      chat.messages(conversation).map(({ number, text }) => [number, text]),
    );
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]?.map(([number]) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("is searched without a network, upper and lower case alike", async () => {
    await using scene = await talk();
    const { atDesk, conversation, desk } = scene;
    await atDesk.send({ conversation, text: "The FEVER is back" });
    await atDesk.send({ conversation, text: "no cough" });
    await settle(scene);
    desk.network.goOffline();
    expect(atDesk.search("fever").map(({ text }) => text)).toEqual(["The FEVER is back"]);
  });
});
