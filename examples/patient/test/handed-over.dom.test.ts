import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { dataBudget } from "@healthbridge/client-sdk/web";
import { memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Memory } from "../src/app/memory.ts";
import { PartsContext } from "../src/app/parts.ts";
import { ConversationScreen } from "../src/chat/conversation.tsx";
import { phone } from "./support/phone.ts";

const here = vi.hoisted((): { shell: object } => ({ shell: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  useShell: () => here.shell,
}));

Element.prototype.scrollIntoView = () => undefined; // this page has no layout
const root = document.createElement("div");
document.body.append(root);
afterEach(() => act(() => render(null, root)));

/** What a mother reads in the conversation of an appointment with Dr Ekai. */
async function reading() {
  const { server, world, hb, additions, runtime } = await phone();
  const ekai = server.addDoctor({ name: "Dr Jane Ekai" });
  const ekuwom = server.addDoctor({ name: "Dr Akai Ekuwom" });
  world.online = true;
  const { id: patient } = await hb.registerPatient({ name: "Akai Lopeyok" });
  const [start = ""] = server.freeStarts(ekai.id);
  const { id } = await hb.book({ doctor: ekai.id, patient, start });
  await hb.sync();
  await hb.follow(`calendar:${ekai.id}`, `calendar:${ekuwom.id}`);
  const write = (number: number, account: string, text: string, doctor?: string) =>
    server.put("message", {
      id: `messagemessageme.${number}`,
      conversation: id,
      number,
      by: "doctor",
      account: `accountaccountac.${account}`,
      at: number,
      text,
      ...(doctor !== undefined && { doctor }),
    });
  const answers = (doctor: string) => server.put("conversation", { id, patient, doctor, lines: 2 });
  const show = async (): Promise<void> => {
    await hb.sync();
    world.online = false;
    here.shell = { hb };
    const memory = await Memory.open(memoryStore(memoryDisk()));
    const parts = {
      additions,
      budget: dataBudget({ name: "patient", dailyBytes: 1_000_000, runtime }),
      memory,
    };
    const within = h(PartsContext.Provider, { value: parts }, h(ConversationScreen, { id }));
    await act(() => render(h(HealthBridgeProvider, { hb }, within), root));
    await expect.poll(() => root.querySelector("[role=log]")?.textContent).toContain("cough");
  };
  return { ekai, ekuwom, write, answers, show };
}

test("lines are signed with the doctor's name while she alone can have written them", async () => {
  const { ekai, answers, write, show } = await reading();
  answers(ekai.id);
  write(1, "1", "Does she cough?");
  await show();
  expect(root.querySelector("[role=log]")?.textContent).toContain("Dr Jane Ekai");
  expect(root.textContent).not.toContain("Handed over");
});

test("who has taken a conversation over does not write under the name of the doctor of the appointment", async () => {
  const { ekuwom, answers, write, show } = await reading();
  answers(ekuwom.id);
  write(1, "1", "Does she cough?");
  write(2, "2", "I have taken over.");
  await show();
  const log = root.querySelector("[role=log]");
  expect(log?.getAttribute("aria-label")).toBe("Messages with Dr Akai Ekuwom");
  expect(log?.textContent).not.toContain("Dr Jane Ekai");
  expect(root.textContent).toContain("Handed over: Dr Akai Ekuwom reads this and answers now.");
});

test("each line bears the name of the doctor who wrote it, before and after a hand-over", async () => {
  const { ekai, ekuwom, answers, write, show } = await reading();
  answers(ekuwom.id);
  write(1, "1", "Does she cough?", ekai.id);
  write(2, "2", "I have taken over.", ekuwom.id);
  write(3, "3", "I saw her once.", "doctordoctordoct.9");
  write(4, "1", "As I wrote before names were told.");
  await show();
  const from = [...root.querySelectorAll("[role=log] .bubble > .strong")].map(
    ({ textContent }) => textContent,
  );
  expect(from).toEqual(["Dr Jane Ekai", "Dr Akai Ekuwom", "Doctor", "Doctor"]);
});
