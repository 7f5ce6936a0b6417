import { type EntityId, type Message, operationId } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { type Chat, openChat } from "../../../src/chat/index.ts";
import { HealthBridgeError } from "../../../src/index.ts";
import { useConversation, useConversations, useOutcomes } from "../../../src/react/index.ts";
import { type Clinic, openClinic, PASSWORD } from "./clinic.ts";
import { probe, until } from "./probe.ts";
import type { Renderer } from "./renderer.ts";

interface Talk extends AsyncDisposable {
  readonly at: Clinic;
  readonly chat: Chat;
  readonly conversation: EntityId;
  /** a doctor's phone */
  readonly doctor: Chat;
  /** Lets both devices sync until nothing is left to say. */
  settle(): Promise<void>;
}

async function openTalk(): Promise<Talk> {
  const at = await openClinic();
  const { lab, hb, desk } = at;
  lab.server.addAccount({
    login: "achieng",
    password: PASSWORD,
    role: "doctor",
    clinics: [],
    doctor: at.doctor,
  });
  const { id } = await hb.book({ doctor: at.doctor, patient: at.patient, start: "2026-11-23T16:00+03:00" });
  await at.sync();
  const phone = await lab.device({ login: "achieng", autoSync: false });
  const doctor = await openChat(phone.open);
  const chat = await openChat(desk.open);
  return {
    at,
    chat,
    doctor,
    conversation: id,
    async settle() {
      for (let round = 0; round < 3; round++) {
        await at.sync();
        await lab.time.run(phone.hb.sync());
      }
      await lab.time.settle();
    },
    async [Symbol.asyncDispose]() {
      chat.end();
      doctor.end();
      await at[Symbol.asyncDispose]();
    },
  };
}

/** Lines that the server has shown this device, and those it keeps to itself. */
const STREAM = "QUFBQUFBQUFBQUFB";

function line(conversation: EntityId, number: number): Message {
  const id = operationId(STREAM, number);
  return { id, conversation, number, by: "doctor", account: id, at: number, text: `line ${number}` };
}

/** A conversation of which the device holds lines 51 and 52, and a server that has all of them. */
async function openLongTalk() {
  const talk = await openTalk();
  const { at, conversation } = talk;
  const { patient, doctor, lab, desk, hb } = at;
  lab.server.put("conversation", { id: conversation, patient, doctor, lines: 52 });
  for (const number of [51, 52]) lab.server.put("message", line(conversation, number));
  await at.sync();
  const asked: string[] = [];
  const network = { away: false, empty: false, slow: Promise.resolve() };
  const { runtime, ...open } = desk.open;
  if (runtime === undefined) throw new Error("the app is not running");
  const fetch: typeof runtime.fetch = async (url, init) => {
    const { pathname, searchParams } = new URL(url);
    if (!pathname.endsWith("/messages")) return runtime.fetch(url, init);
    await network.slow;
    if (network.away) throw new TypeError("no network");
    const before = Number(searchParams.get("before"));
    asked.push(`before ${before}`);
    const numbers = network.empty
      ? []
      : Array.from({ length: Math.min(before - 1, 30) }, (_, at) => before - 1 - at);
    return Response.json({ items: numbers.map((number) => line(conversation, number)) });
  };
  const chat = await openChat({ ...open, runtime: { ...runtime, fetch } });
  return { ...talk, chat, hb, asked, network };
}

/** How the hooks for chat behave, whatever renders. */
export function describeConversations(renderer: Renderer): void {
  const { act } = renderer;

  test("a message is shown as it stands: waiting, sent, delivered, read", async () => {
    await using talk = await openTalk();
    const { at, chat, conversation, doctor, settle } = talk;
    const shown = await probe(renderer, { hb: at.hb, chat }, () => useConversation(conversation));
    const states = (): readonly string[] =>
      shown.last.messages.map(({ text, state }) => `${text ?? ""}: ${state}`);
    at.desk.network.goOffline();
    await act(() => shown.last.send("The fever is back."));
    expect(states()).toEqual(["The fever is back.: waiting"]);
    at.desk.network.goOnline();
    await act(at.sync);
    expect(states()).toEqual(["The fever is back.: sent"]);
    await act(settle);
    expect(states()).toEqual(["The fever is back.: delivered"]);
    await act(() => doctor.markRead(conversation));
    await act(settle);
    expect(states()).toEqual(["The fever is back.: read"]);
  });

  test("what the other side writes is unread until it was on the screen", async () => {
    await using talk = await openTalk();
    const { at, chat, conversation, doctor, settle } = talk;
    const shown = await probe(renderer, { hb: at.hb, chat }, () => useConversation(conversation));
    const list = await probe(renderer, { hb: at.hb, chat }, () =>
      useConversations().map(({ id, unread, last }) => [id, unread, last?.text]),
    );
    await act(() => doctor.send({ conversation, text: "Take two a day." }));
    await act(settle);
    expect(shown.last.unread).toBe(1);
    expect(list.last).toEqual([[conversation, 1, "Take two a day."]]);
    await act(() => shown.last.markRead());
    expect(shown.last.unread).toBe(0);
    expect(list.last).toEqual([[conversation, 0, "Take two a day."]]);
    const waiting = at.hb.waiting().length;
    await act(() => shown.last.markRead());
    expect(at.hb.waiting()).toHaveLength(waiting);
  });

  test("what chat settles by itself does not stay among the outcomes", async () => {
    await using talk = await openTalk();
    const { at, chat, conversation, doctor, settle } = talk;
    const shown = await probe(renderer, { hb: at.hb, chat }, () => ({
      talk: useConversation(conversation),
      types: useOutcomes().outcomes.map(({ type }) => type),
    }));
    await act(() => doctor.send({ conversation, text: "Take two a day." }));
    await act(settle);
    await act(() => shown.last.talk.markRead());
    await act(() => shown.last.talk.send("Thank you"));
    await act(settle);
    await until(renderer, () => expect(shown.last.types).toEqual(["appointment.book"]));
  });

  test("a message can be withdrawn; one that was refused goes when it is dismissed", async () => {
    await using talk = await openTalk();
    const { at, chat, conversation, doctor, settle } = talk;
    const shown = await probe(renderer, { hb: at.hb, chat }, () => useConversation(conversation));
    await act(() => shown.last.send({ text: "A mistake" }));
    await act(settle);
    await act(() => shown.last.retract(shown.last.messages[0]?.id ?? ""));
    await act(settle);
    expect(shown.last.messages).toMatchObject([{ withdrawn: true }]);
    at.desk.network.goOffline();
    await act(() => shown.last.send("Too late"));
    await doctor.close(conversation);
    await act(settle);
    at.desk.network.goOnline();
    await act(settle);
    expect(shown.last.closed).toBe(true);
    const refused = shown.last.messages.at(-1);
    expect(refused).toMatchObject({ text: "Too late", state: "refused" });
    await act(() => shown.last.dismiss(refused?.id ?? ""));
    expect(shown.last.messages).toHaveLength(1);
  });

  test("what can be done in a conversation is the same function on each rendering", async () => {
    await using talk = await openTalk();
    const { at, chat, conversation } = talk;
    const shown = await probe(renderer, { hb: at.hb, chat }, () => useConversation(conversation));
    const { send, markRead, retract, dismiss, readEarlier, messages } = shown.last;
    await shown.again();
    expect(shown.last).toMatchObject({ send, markRead, retract, dismiss, readEarlier });
    expect(shown.last.messages).toBe(messages);
  });

  test("lines that are not here are paged in until there is no gap", async () => {
    await using talk = await openLongTalk();
    const { hb, chat, conversation, asked } = talk;
    const shown = await probe(renderer, { hb, chat }, () => useConversation(conversation));
    const numbers = (): ReadonlyArray<number | undefined> => shown.last.messages.map(({ number }) => number);
    expect(numbers()).toEqual([51, 52]);
    expect(shown.last.earlier).toBe("there");
    // Twice at once is once.
    await act(() => Promise.all([shown.last.readEarlier(), shown.last.readEarlier()]));
    expect(numbers()).toEqual(Array.from({ length: 32 }, (_, at) => at + 21));
    expect(shown.last.messages[0]?.gapBefore).toBe(true);
    expect(shown.last.messages.filter(({ gapBefore }) => gapBefore)).toHaveLength(1);
    await act(() => shown.last.readEarlier());
    expect(numbers()).toEqual(Array.from({ length: 52 }, (_, at) => at + 1));
    expect(shown.last.earlier).toBe("none");
    await act(() => shown.last.readEarlier());
    expect(asked).toEqual(["before 51", "before 21"]);
  });

  test("a page that does not come is said to have failed, and comes at the next try", async () => {
    await using talk = await openLongTalk();
    const { hb, chat, conversation, network } = talk;
    const shown = await probe(renderer, { hb, chat }, () => useConversation(conversation));
    const line = Promise.withResolvers<void>();
    Object.assign(network, { away: true, slow: line.promise });
    const reading = shown.last.readEarlier();
    await until(renderer, () => expect(shown.last.earlier).toBe("reading"));
    line.resolve();
    await act(() => reading);
    expect(shown.last).toMatchObject({ earlier: "failed", problem: "offline" });
    network.away = false;
    await act(() => shown.last.readEarlier());
    expect(shown.last).toMatchObject({ earlier: "there", problem: undefined });
    expect(shown.last.messages.length).toBeGreaterThan(2);
  });

  test("where the server has no lines before the first there is nothing earlier, whatever its number is", async () => {
    await using talk = await openLongTalk();
    const { hb, chat, conversation, network } = talk;
    const shown = await probe(renderer, { hb, chat }, () => useConversation(conversation));
    network.empty = true;
    await act(() => shown.last.readEarlier());
    expect(shown.last.earlier).toBe("none");
  });

  test("pages of one conversation are not shown in another", async () => {
    await using talk = await openLongTalk();
    const { hb, chat, conversation } = talk;
    let id = conversation;
    const shown = await probe(renderer, { hb, chat }, () => useConversation(id));
    await act(() => shown.last.readEarlier());
    id = operationId(STREAM, 900);
    await shown.again();
    expect(shown.last.messages).toEqual([]);
    expect(shown.last.earlier).toBe("none");
  });

  test("without a device there are no conversations, and nothing can be written", async () => {
    const conversation = operationId(STREAM, 1);
    const shown = await probe(renderer, { hb: undefined }, () => ({
      all: useConversations(),
      one: useConversation(conversation),
    }));
    expect(shown.last.all).toEqual([]);
    expect(shown.last.one).toMatchObject({ messages: [], unread: 0, closed: false, earlier: "none" });
    await expect(shown.last.one.send("Anybody?")).rejects.toThrow("has no `chat`");
    await shown.last.one.readEarlier();
  });

  test("an error of the store reaches whoever writes", async () => {
    await using talk = await openTalk();
    const { at, chat, conversation } = talk;
    const shown = await probe(renderer, { hb: at.hb, chat }, () => useConversation(conversation));
    at.desk.disk.fill();
    await expect(shown.last.send("No room")).rejects.toThrow(HealthBridgeError);
    at.desk.disk.free();
  });
}
