import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { openChat } from "@healthbridge/client-sdk/chat";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Drafts } from "../src/talk/drafts.ts";
import { TalkScreen } from "../src/talk/talk-screen.tsx";

const here = vi.hoisted((): { desk: object } => ({ desk: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("../src/documents/lazy-papers.tsx", () => ({ LazyPapers: () => null }));
vi.mock("../src/shared/desk-context.ts", async () => {
  const { words } = await import("../src/words/words.ts");
  return { useDesk: () => here.desk, useWords: () => words.speech("en") };
});

const PASSWORD = "seven goats cross the river";
const DATE = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const root = document.createElement("div");
beforeEach(() => document.body.append(root));
const leave = () => act(() => render(null, root));
afterEach(async () => {
  await leave();
  root.remove();
});

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

/** A doctor at her desk, with a conversation; nothing is sent before `hb.sync()`. */
async function deskInTalk() {
  const server = new FakeServer();
  const doctor = server.addDoctor();
  server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor: doctor.id });
  const conversation = server.bookElsewhere({ doctor: doctor.id, start: `${DATE}T09:00+03:00` });
  const store = memoryStore();
  const url = "http://server.test";
  const fetch = (to: string, init: RequestInit) => server.fetch(new Request(to, init));
  const runtime = { ...platformRuntime(), fetch };
  const hb = await HealthBridge.open({ url, store, autoSync: false, runtime });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "achieng", password: PASSWORD });
  await hb.sync();
  const chat = await openChat({ hb, url, store, runtime });
  onTestFinished(() => chat.end());
  await chat.send({ conversation, text: "Take it with milk." });
  await hb.sync();
  const drafts = await Drafts.open(memoryStore());
  onTestFinished(() => drafts.close());
  here.desk = { hb, chat, drafts, line, doctor: doctor.id };
  const enter = () =>
    act(() => render(h(HealthBridgeProvider, { hb, chat }, h(TalkScreen, { conversation })), root));
  return { hb, enter };
}

const named = (name: string) => root.querySelector<HTMLElement>(`[title="${name}"]`);
const press = (name: string) => act(async () => Promise.resolve(named(name)?.click()));
const inList = () => root.querySelector("aside")?.textContent;

test("a conversation that she has closed stays closed on her desk while that waits to be sent", async () => {
  const { hb, enter } = await deskInTalk();
  await enter();
  await press("Close the conversation");
  await expect.poll(() => hb.waiting()).toHaveLength(1);
  await leave();
  await enter();
  expect(inList()).toContain("closed, waiting to be sent");
  expect(root.textContent).toContain("It is closed for everybody as soon as that is sent");
  expect(named("Close the conversation")).toBeNull();
  expect(named("Hand over to another doctor")).toBeNull();
  expect(root.querySelector("textarea")).toBeNull();
  await act(async () => void (await hb.sync()));
  expect(inList()).toMatch(/closed$/);
  expect(named("Close the conversation")).toBeNull();
});

test("she writes in it once she has opened it again, also before anything is sent", async () => {
  const { hb, enter } = await deskInTalk();
  await enter();
  await press("Close the conversation");
  await expect.poll(() => named("Open it again")).not.toBeNull();
  await press("Open it again");
  await expect.poll(() => root.querySelector("textarea")).not.toBeNull();
  expect(inList()).not.toContain("closed");
  await act(async () => void (await hb.sync()));
  expect(root.querySelector("textarea")).not.toBeNull();
});
