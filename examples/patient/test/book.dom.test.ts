import { memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { dataBudget } from "@healthbridge/client-sdk/web";
import type { EntityId } from "@healthbridge/schema/client";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Memory } from "../src/app/memory.ts";
import { PartsContext } from "../src/app/parts.ts";
import { BookScreen } from "../src/screens/book.tsx";
import { phone } from "./support/phone.ts";

const here = vi.hoisted((): { shell: object } => ({ shell: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  useShell: () => here.shell,
}));

const DOCTOR = "ZG9jdG9yZG9jdG9y.1";
const root = document.createElement("div");
document.body.append(root);
afterEach(() => act(() => render(null, root)));
beforeEach(() => {
  location.hash = "";
});

/** A phone whose owner books, looks elsewhere, and locks it. */
async function booking() {
  const { hb, additions, runtime } = await phone();
  await hb.registerPatient({ name: "Wanjiru Kamau" });
  here.shell = { hb };
  const disk = memoryDisk();
  const budget = dataBudget({ name: "patient", dailyBytes: 1_000_000, runtime });
  const show = async (time: string, doctor = DOCTOR, patient?: EntityId) => {
    const memory = await Memory.open(memoryStore(disk));
    const screen = h(BookScreen, { doctor, start: `2036-12-01T${time}+03:00`, patient });
    const parts = { additions, budget, memory };
    const within = h(PartsContext.Provider, { value: parts }, screen);
    await act(() => render(h(HealthBridgeProvider, { hb }, within), root));
    return async (): Promise<void> => {
      await act(() => render(null, root));
      await memory.close();
    };
  };
  return { hb, show };
}

function reason(): HTMLInputElement {
  const label = [...root.querySelectorAll("label")].find((each) => each.textContent.startsWith("Why"));
  const field = root.querySelector(`[id="${label?.htmlFor ?? ""}"]`);
  if (!(field instanceof HTMLInputElement)) throw new Error("there is no field for the reason");
  return field;
}

async function write(text: string): Promise<void> {
  reason().value = text;
  await act(() => void reason().dispatchEvent(new Event("input", { bubbles: true })));
}

/** A button that is pressed, or a box that is ticked. */
function choice(named: string): HTMLElement {
  const choices = [...root.querySelectorAll<HTMLElement>("button[aria-pressed], label.check")];
  const found = choices.find((each) => each.textContent.trim() === named);
  if (found === undefined) throw new Error(`there is nothing to choose called ${named}`);
  return found.querySelector("input") ?? found;
}

const choose = (named: string): Promise<void> => act(() => choice(named).click());

function chosen(named: string): boolean {
  const found = choice(named);
  return found instanceof HTMLInputElement ? found.checked : found.getAttribute("aria-pressed") === "true";
}

test("why she comes is there again when the phone has locked, also for another time of that doctor, until it was asked for", async () => {
  const { hb, show } = await booking();
  const lock = await show("09:00");
  await write("Cough for two weeks");
  await lock();
  const lockAgain = await show("09:20");
  expect(reason().value).toBe("Cough for two weeks");
  await act(() => root.querySelector("form")?.requestSubmit());
  await expect.poll(() => location.hash).toContain("appointment");
  expect(hb.waiting().at(-1)?.input["reason"]).toBe("Cough for two weeks");
  await lockAgain();
  await show("09:40");
  expect(reason().value).toBe("");
});

test("so is for whom it is and what she wishes instead; who is named where she comes from goes before", async () => {
  const { hb, show } = await booking();
  const { id: child } = await hb.registerPatient({ name: "Ekai Kamau" });
  const { id: other } = await hb.registerPatient({ name: "Apua Kamau" });
  const lock = await show("09:00");
  await choose("Ekai Kamau");
  await choose("The waiting list");
  await lock();
  const lockAgain = await show("09:20");
  expect([chosen("Ekai Kamau"), chosen("The waiting list")]).toEqual([true, true]);
  await lockAgain();
  const lockAsNamed = await show("09:20", DOCTOR, other);
  expect(chosen("Apua Kamau")).toBe(true);
  await lockAsNamed();
  const last = await show("09:20");
  await act(() => root.querySelector("form")?.requestSubmit());
  await expect.poll(() => location.hash).toContain("appointment");
  expect(hb.waiting().at(-1)?.input).toMatchObject({
    patient: child,
    ifTaken: expect.arrayContaining([{ wish: "waitingList", days: 14 }]),
  });
  await last();
  await show("09:40");
  expect([chosen("Wanjiru Kamau"), chosen("The waiting list")]).toEqual([true, false]);
});

test("it is of one doctor: of another nothing is begun", async () => {
  const { show } = await booking();
  const lock = await show("09:00");
  await write("Cough for two weeks");
  await lock();
  await show("09:00", "ZG9jdG9yZG9jdG9y.2");
  expect(reason().value).toBe("");
});
