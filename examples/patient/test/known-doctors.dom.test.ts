import { memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { dataBudget } from "@healthbridge/client-sdk/web";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Memory } from "../src/app/memory.ts";
import { PartsContext } from "../src/app/parts.ts";
import { useKnownDoctors } from "../src/app/use-known-doctors.ts";
import { phone, URL } from "./support/phone.ts";

const here = vi.hoisted((): { shell: object } => ({ shell: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  useShell: () => here.shell,
}));

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

function Inside() {
  useKnownDoctors();
  return null;
}

test("of doctors who answer her or wrote to her the phone asks the name, and keeps it; their calendars it does not follow", async () => {
  const { server, world, hb, store, additions, runtime } = await phone();
  const [booked, wrote, answers] = ["Dr Jane Ekai", "Dr Akai Ekuwom", "Dr Peter Lokai"].map((name) =>
    server.addDoctor({ name }),
  );
  world.online = true;
  const { id: patient } = await hb.registerPatient({ name: "Akai Lopeyok" });
  const [start = ""] = server.freeStarts(booked?.id ?? "");
  const { id } = await hb.book({ doctor: booked?.id ?? "", patient, start });
  await hb.sync();
  server.put("conversation", { id, patient, doctor: answers?.id ?? "", lines: 1 });
  server.put("message", {
    id: "messagemessageme.1",
    conversation: id,
    number: 1,
    by: "doctor",
    account: "accountaccountac.1",
    doctor: wrote?.id,
    at: 1,
    text: "Does she cough?",
  });
  await hb.sync();
  here.shell = { hb, store, url: URL };
  vi.stubGlobal("fetch", runtime.fetch);
  const memory = await Memory.open(memoryStore(memoryDisk()));
  const budget = dataBudget({ name: "patient", dailyBytes: 1_000_000, runtime });
  const within = h(PartsContext.Provider, { value: { additions, budget, memory } }, h(Inside, {}));
  await act(() => render(h(HealthBridgeProvider, { hb }, within), root));
  const names = () => memory.get().found.map(({ doctor }) => doctor.name);
  await expect.poll(() => names().toSorted()).toEqual(["Dr Akai Ekuwom", "Dr Peter Lokai"]);
  expect(memory.get().followed).toEqual([booked?.id]);
  await hb.sync();
  expect(hb.list("doctor").map(({ name }) => name)).toEqual(["Dr Jane Ekai"]);
});
