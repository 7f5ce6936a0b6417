import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { useDoctorNames } from "../src/shared/use-doctor-names.ts";
import { MessageLine } from "../src/talk/message-line.tsx";

const here = vi.hoisted((): { desk: object } => ({ desk: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("../src/shared/desk-context.ts", async () => {
  const { words } = await import("../src/words/words.ts");
  return { useDesk: () => here.desk, useWords: () => words.speech("en") };
});

const PASSWORD = "seven goats cross the river";
const URL = "http://server.test";
const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

/** The line of a desk that has no socket. */
const line = {
  state: {
    get: () => "closed",
    subscribe: (tell: (state: string) => void) => {
      tell("closed");
      return () => undefined;
    },
  },
};

/** A doctor at her desk, whose server is there or not. */
async function desk() {
  const server = new FakeServer();
  const herself = server.addDoctor({ name: "Dr Akai Ekuwom" });
  const former = server.addDoctor({ name: "Dr Jane Ekai", clinic: server.addClinic().id });
  server.addAccount({ login: "ekuwom", password: PASSWORD, role: "doctor", doctor: herself.id });
  const store = memoryStore();
  const world = { online: true };
  const fetch = (url: string, init: RequestInit) =>
    world.online ? server.fetch(new Request(url, init)) : Promise.reject(new TypeError("no network"));
  const runtime = { ...platformRuntime(), fetch };
  const hb = await HealthBridge.open({ url: URL, store, autoSync: false, runtime });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "ekuwom", password: PASSWORD });
  await hb.sync();
  vi.stubGlobal("fetch", fetch);
  here.desk = { hb, store, url: URL, doctor: herself.id, line };
  const said = (number: number, more: Partial<ShownMessage>): ShownMessage => ({
    id: `messagemessageme.${number}`,
    conversation: "conversationconv.1",
    number,
    at: number,
    mine: false,
    by: "doctor",
    state: "received",
    text: `line ${number}`,
    ...more,
  });
  const show = async (...messages: readonly ShownMessage[]) => {
    const within = h(Lines, { messages });
    await act(() => render(h(HealthBridgeProvider, { hb }, within), root));
  };
  return { former: former.id, world, said, show };
}

function Lines({ messages }: { readonly messages: readonly ShownMessage[] }) {
  const names = useDoctorNames(messages.flatMap(({ doctor }) => doctor ?? []));
  const nothing = () => Promise.reject(new Error("nobody asked for it"));
  const talk = { messages, retract: nothing, dismiss: nothing };
  return messages.map((message) =>
    h(MessageLine, {
      key: message.id,
      message,
      patient: undefined,
      doctor: names.get(message.doctor ?? ""),
      talk,
    }),
  );
}

const from = () => [...root.querySelectorAll(".bubble > .strong")].map(({ textContent }) => textContent);

test("the lines of a doctor who answered before bear her name, though she is of another clinic", async () => {
  const { former, said, show } = await desk();
  await show(said(1, { doctor: former }), said(2, {}), said(3, { by: "clinic" }));
  await expect.poll(from).toEqual(["Dr Jane Ekai", "Another doctor", "The clinic"]);
});

test("where nobody can say who that was they are another doctor's", async () => {
  const { former, world, said, show } = await desk();
  world.online = false;
  await show(said(1, { doctor: former }));
  expect(from()).toEqual(["Another doctor"]);
});
