import type { EntityId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { openChat, type Chat } from "../src/chat/index.ts";
import { createLab, type Lab, type LabDevice } from "../src/testing/index.ts";

/** One device in many hands: several accounts, several tabs, another doctor and back. */

const PASSWORD = "seven goats cross the river";

interface Scene extends AsyncDisposable {
  readonly lab: Lab;
  readonly desk: LabDevice;
  readonly doctor: LabDevice;
  readonly next: LabDevice;
  readonly first: EntityId;
  readonly second: EntityId;
  readonly conversation: EntityId;
}

/** A clinic's tablet that two people share, two doctors' phones, and one appointment. */
async function scene(): Promise<Scene> {
  const lab = createLab({ seed: 7 });
  const { id: first, clinic } = lab.server.addDoctor();
  const elsewhere = lab.server.addClinic({ name: "Mwingi Hospital" });
  const { id: second } = lab.server.addDoctor({ clinic: elsewhere.id });
  for (const login of ["amina", "baraka"])
    lab.server.addAccount({ login, password: PASSWORD, role: "staff", clinics: [clinic] });
  lab.server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", clinics: [], doctor: first });
  lab.server.addAccount({ login: "otieno", password: PASSWORD, role: "doctor", clinics: [], doctor: second });
  const patient = lab.server.addPatient({ name: "Wanjiru", clinic });
  const desk = await lab.device({ login: "amina", follow: [`calendar:${first}`] });
  const doctor = await lab.device({ login: "achieng" });
  const next = await lab.device({ login: "otieno" });
  const booked = await desk.hb.book({ doctor: first, patient: patient.id, start: "2026-11-23T16:00+03:00" });
  for (const { hb } of [desk, doctor, next]) await lab.time.run(hb.sync());
  return {
    lab,
    desk,
    doctor,
    next,
    first,
    second,
    conversation: booked.id,
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

async function settle({ lab, desk, doctor, next }: Scene): Promise<void> {
  for (let round = 0; round < 3; round++)
    for (const { hb } of [desk, doctor, next]) await lab.time.run(hb.sync());
}

const texts = (chat: Chat, conversation: EntityId) =>
  chat.messages(conversation).map(({ text, state }) => `${text ?? "-"}: ${state}`);

/** Leaves a refused line on the desk's tablet: the doctor has closed the conversation before it arrived. */
async function refused(on: Scene, atDesk: Chat): Promise<void> {
  const { lab, desk, doctor, conversation } = on;
  const atDoctor = await openChat(doctor.open);
  desk.network.goOffline();
  await atDesk.send({ conversation, text: "Too late" });
  await atDoctor.close(conversation);
  await lab.time.run(doctor.hb.sync());
  desk.network.goOnline();
  await lab.time.run(desk.hb.sync());
}

describe("two accounts on one device", () => {
  test("see nothing of what the other wrote and was refused, and each her own again", async () => {
    await using on = await scene();
    const { lab, desk, conversation } = on;
    const chat = await openChat(desk.open);
    await refused(on, chat);
    expect(texts(chat, conversation)).toEqual(["Too late: refused"]);
    await desk.hb.signOut();
    expect(texts(chat, conversation)).toEqual([]);
    await lab.time.run(desk.hb.signIn({ login: "baraka", password: PASSWORD }));
    await lab.time.run(desk.hb.sync());
    expect(texts(chat, conversation)).toEqual([]);
    await desk.hb.signOut();
    await lab.time.run(desk.hb.signIn({ login: "amina", password: PASSWORD }));
    await lab.time.run(desk.hb.sync());
    expect(texts(chat, conversation)).toEqual(["Too late: refused"]);
  });

  test("an outcome that comes after she has left is not shown to who is here", async () => {
    await using on = await scene();
    const { lab, desk, doctor, conversation } = on;
    const chat = await openChat(desk.open);
    const atDoctor = await openChat(doctor.open);
    await atDoctor.close(conversation);
    await lab.time.run(doctor.hb.sync());
    await chat.send({ conversation, text: "Amina's" });
    const told: string[] = [];
    desk.hb.on("outcome", ({ status }) => told.push(status));
    desk.network.use("2g");
    const sending = desk.hb.sync();
    await lab.time.advance(100);
    await desk.hb.signOut();
    await lab.time.run(sending);
    expect(told).toEqual(["rejected"]);
    expect(texts(chat, conversation)).toEqual([]);
  });
});

describe("two tabs", () => {
  test("both show a line as refused, whichever wrote it and whichever sent it", async () => {
    await using on = await scene();
    const { lab, desk, doctor, conversation } = on;
    const chat = await openChat(desk.open);
    const otherTab = await desk.openTab();
    const other = await openChat({ ...desk.open, hb: otherTab });
    const atDoctor = await openChat(doctor.open);
    await atDoctor.close(conversation);
    await lab.time.run(doctor.hb.sync());
    await other.send({ conversation, text: "From the other tab" });
    await lab.time.run(desk.hb.sync());
    await lab.time.settle();
    expect(texts(chat, conversation)).toEqual(["From the other tab: refused"]);
    expect(texts(other, conversation)).toEqual(["From the other tab: refused"]);
  });
});

describe("marks", () => {
  test("are the SDK's own affair: their outcomes are not left for the app to deal with", async () => {
    await using on = await scene();
    const { desk, doctor, conversation } = on;
    const atDesk = await openChat(desk.open);
    const atDoctor = await openChat(doctor.open);
    await atDesk.send({ conversation, text: "one" });
    await settle(on);
    await atDoctor.markRead(conversation);
    await settle(on);
    expect(texts(atDesk, conversation)).toEqual(["one: read"]);
    expect(await doctor.hb.outcomes()).toEqual([]);
  });

  test("begin anew for a doctor to whom a conversation comes back", async () => {
    await using on = await scene();
    const { desk, doctor, next, first, second, conversation } = on;
    const atDesk = await openChat(desk.open);
    const atDoctor = await openChat(doctor.open);
    const atNext = await openChat(next.open);
    await atDesk.send({ conversation, text: "one" });
    await settle(on);
    await atDoctor.markRead(conversation);
    await settle(on);
    expect(texts(atDesk, conversation)).toEqual(["one: read"]);
    await atDoctor.handOver({ conversation, doctor: second });
    await settle(on);
    expect(next.hb.list("patient")).toMatchObject([{ name: "Wanjiru" }]);
    await atNext.handOver({ conversation, doctor: first });
    await settle(on);
    expect(next.hb.list("patient")).toEqual([]);
    expect(texts(atDesk, conversation)).toEqual(["one: delivered"]);
    expect(atDoctor.unread(conversation)).toBe(1);
    await atDoctor.markRead(conversation);
    expect(atDoctor.unread(conversation)).toBe(0);
    await settle(on);
    expect(texts(atDesk, conversation)).toEqual(["one: read"]);
  });
});

describe("a line of the doctor's side", () => {
  test("says which doctor wrote it, also when another one answers by then", async () => {
    await using on = await scene();
    const { desk, doctor, next, first, second, conversation } = on;
    const atDesk = await openChat(desk.open);
    const atDoctor = await openChat(doctor.open);
    const atNext = await openChat(next.open);
    await atDesk.send({ conversation, text: "one" });
    await atDoctor.send({ conversation, text: "two" });
    const wrote = (chat: Chat) => chat.messages(conversation).map(({ text, doctor: who }) => [text, who]);
    expect(wrote(atDoctor)).toEqual([["two", undefined]]);
    await settle(on);
    await atDoctor.handOver({ conversation, doctor: second });
    await settle(on);
    await atNext.send({ conversation, text: "three" });
    await settle(on);
    const all = [
      ["one", undefined],
      ["two", first],
      ["three", second],
    ];
    expect(wrote(atDesk)).toEqual(all);
    expect(wrote(atNext)).toEqual(all);
  });

  test("of a server that did not say so yet is shown without a name", async () => {
    await using on = await scene();
    const { lab, desk, conversation } = on;
    const atDesk = await openChat(desk.open);
    await atDesk.send({ conversation, text: "one" });
    await settle(on);
    const account = "accountaccountac.7";
    lab.server.put("message", {
      id: "messagemessageme.1",
      conversation,
      number: 2,
      by: "doctor",
      account,
      at: 1,
      text: "two",
    });
    await settle(on);
    const [, line] = atDesk.messages(conversation);
    expect(line).toMatchObject({ number: 2, state: "received", account });
    expect(line?.doctor).toBeUndefined();
  });
});

describe("what is queued", () => {
  test("keeps its order: a line that is written after the conversation was opened again is not refused", async () => {
    await using on = await scene();
    const { lab, doctor, conversation } = on;
    const atDoctor = await openChat(doctor.open);
    await atDoctor.close(conversation);
    await lab.time.run(doctor.hb.sync());
    doctor.network.goOffline();
    await atDoctor.reopen(conversation);
    await atDoctor.send({ conversation, text: "One more thing" });
    doctor.network.goOnline();
    await settle(on);
    expect(texts(atDoctor, conversation)).toEqual(["One more thing: sent"]);
  });

  test("behind a booking that a batch holds up holds up no other conversation", async () => {
    await using on = await scene();
    const { lab, desk, first, conversation } = on;
    const atDesk = await openChat(desk.open);
    const [patient] = desk.hb.list("patient");
    desk.network.goOffline();
    const { id } = await desk.hb.book(
      { doctor: first, patient: patient?.id ?? "", start: "2026-11-24T16:00+03:00" },
      { lane: "bulk" },
    );
    await atDesk.send({ conversation: id, text: "For the new one" });
    await atDesk.send({ conversation, text: "For the old one", urgent: true });
    await atDesk.send({ conversation: id, text: "And one more" });
    const lanes = desk.hb.waiting().map(({ lane, input }) => [lane, input["text"]]);
    expect(lanes).toEqual([
      ["bulk", undefined],
      ["bulk", "For the new one"],
      ["urgent", "For the old one"],
      ["bulk", "And one more"],
    ]);
    desk.network.goOnline();
    await lab.time.run(desk.hb.sync());
    expect(texts(atDesk, id)).toEqual(["For the new one: sent", "And one more: sent"]);
  });

  test("and refused stays in the list of conversations, also where it was the first line", async () => {
    await using on = await scene();
    const { desk, conversation } = on;
    const atDesk = await openChat(desk.open);
    const { id } = await atDesk.send({
      conversation: `${conversation.split(".")[0] ?? ""}.99`,
      text: "Hello?",
    });
    await settle(on);
    expect(atDesk.conversations()).toMatchObject([{ last: { id, state: "refused" } }]);
    await atDesk.dismiss(id);
    expect(atDesk.conversations()).toEqual([]);
  });
});

describe("what is read at the server", () => {
  test("does not wait until a clinic's batch is sent; a token that has run out is renewed", async () => {
    await using on = await scene();
    const { lab, desk, conversation } = on;
    const { runtime } = desk.open;
    if (runtime === undefined) throw new Error("a device of the lab has a runtime");
    const asked: string[] = [];
    const late = { type: "about:blank", title: "too late", status: 401, code: "token_expired" };
    const headers = { "content-type": "application/problem+json" };
    const fetch = (url: string) => {
      asked.push(new URL(url).pathname);
      return Promise.resolve(
        asked.length === 2
          ? new Response(JSON.stringify(late), { status: 401, headers })
          : Response.json({ items: [] }),
      );
    };
    const chat = await openChat({ ...desk.open, runtime: { ...runtime, fetch } });
    desk.hb.stop();
    await desk.hb.registerPatient({ name: "Wairimu" }, { lane: "bulk" });
    expect(await lab.time.run(chat.earlier(conversation))).toEqual([]);
    expect(desk.hb.waiting()).toHaveLength(1);
    expect(await lab.time.run(chat.searchAtServer({ text: "fever" }))).toMatchObject({ found: [] });
    expect(asked).toEqual([
      `/v1/conversations/${conversation}/messages`,
      "/v1/messages/search",
      "/v1/messages/search",
    ]);
  });
});
