import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { DayScreen } from "../src/day/day-screen.tsx";
import { ALONE } from "../src/presence/company.ts";
import { ConversationHead } from "../src/talk/conversation-head.tsx";

const here = vi.hoisted((): { desk: object } => ({ desk: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("../src/shared/desk-context.ts", async () => {
  const { words } = await import("../src/words/words.ts");
  return { useDesk: () => here.desk, useWords: () => words.speech("en") };
});

const PASSWORD = "seven goats cross the river";
const DATE = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const root = document.createElement("div");
beforeEach(() => document.body.append(root));
afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
});

/** A doctor at her desk, with an appointment that the patient has cancelled. */
async function deskWithCancelled() {
  const server = new FakeServer();
  const doctor = server.addDoctor();
  server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor: doctor.id });
  const appointment = server.bookElsewhere({ doctor: doctor.id, start: `${DATE}T09:00+03:00` });
  server.apply("appointment.cancel", { appointment, by: "patient", reason: "The road is flooded" });
  const hb = await HealthBridge.open({
    url: "http://server.test",
    store: memoryStore(),
    autoSync: false,
    runtime: {
      ...platformRuntime(),
      fetch: (url: string, init: RequestInit) => server.fetch(new Request(url, init)),
    },
  });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "achieng", password: PASSWORD });
  await hb.sync();
  here.desk = { hb, doctor: doctor.id };
  const show = (date: string) =>
    act(() => render(h(HealthBridgeProvider, { hb }, h(DayScreen, { date })), root));
  const showHead = () => {
    const patient = hb.get("appointment", appointment)?.patient;
    const company = { company: ALONE, line: "nowhere", types: () => undefined } as const;
    const head = h(ConversationHead, { id: appointment, patient, closed: false, company });
    return act(() => render(h(HealthBridgeProvider, { hb }, head), root));
  };
  return { show, showHead };
}

test("a doctor sees on the day who will not come, and why", async () => {
  const { show } = await deskWithCancelled();
  await show(DATE);
  expect(root.textContent).toContain("by the patient: The road is flooded");
  await act(() => root.querySelector<HTMLElement>(".visit-open")?.click());
  expect(root.querySelector("dialog .facts")?.textContent).toContain(
    "Cancelledby the patient: The road is flooded",
  );
});

test("the conversation about it says that it was cancelled", async () => {
  const { showHead } = await deskWithCancelled();
  await showHead();
  expect(root.querySelector("header")?.textContent).toMatch(/09:00.*cancelled/);
});

test("on another day it is not shown", async () => {
  const { show } = await deskWithCancelled();
  await show(new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10));
  expect(root.textContent).not.toContain("flooded");
});
