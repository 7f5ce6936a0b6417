import { memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { addDays } from "@healthbridge/schema/client";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Memory } from "../src/app/memory.ts";
import { PartsContext } from "../src/app/parts.ts";
import { useAgendaLine } from "../src/app/use-agenda.ts";
import { dateIn } from "../src/logic/free-times.ts";
import { AppointmentsScreen } from "../src/screens/appointments.tsx";
import { phone } from "./support/phone.ts";

const here = vi.hoisted((): { shell: object } => ({ shell: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  useShell: () => here.shell,
}));

const DAY_MS = 86_400_000;
const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

/** What a mother reads who is booked in so many days, on a phone whose clock is fast. */
async function reading({ days, fast }: { readonly days: number; readonly fast: number }): Promise<string> {
  const { server, world, hb, additions, budget } = await phone({ fast });
  const { id: doctor } = server.addDoctor({ name: "Dr Akai Ekuwom" });
  const date = addDays(dateIn("Africa/Nairobi", Date.now() - fast), days);
  world.online = true;
  const { id: patient } = await hb.registerPatient({ name: "Akai Lopeyok" });
  const start = server.freeStarts(doctor).find((each) => each.startsWith(date)) ?? "";
  await hb.book({ doctor, patient, start });
  await hb.sync();
  here.shell = { hb, account: hb.status.get().account };
  const memory = await Memory.open(memoryStore(memoryDisk()));
  const within = h(
    PartsContext.Provider,
    { value: { additions, budget, memory } },
    h(AppointmentsScreen, {}),
  );
  await act(() => render(h(HealthBridgeProvider, { hb }, within), root));
  return root.textContent ?? "";
}

test('who is booked for the day after tomorrow does not read "tomorrow" on a phone that is a day fast', async () => {
  expect(await reading({ days: 2, fast: DAY_MS })).not.toContain("Tomorrow at");
});

test.each([DAY_MS, -DAY_MS])(
  "who is booked for tomorrow reads so on a phone that is %i ms fast",
  async (fast) => {
    expect(await reading({ days: 1, fast })).toContain("Tomorrow at");
  },
);

test("what the server has just said of a time that is over by now counts, also on a phone that is a day slow", async () => {
  const { server, world, hb } = await phone({ fast: -DAY_MS });
  const { id: doctor } = server.addDoctor();
  world.online = true;
  const { id: patient } = await hb.registerPatient({ name: "Akai Lopeyok" });
  const [start = ""] = server.freeStarts(doctor);
  const { id } = await hb.book({ doctor, patient, start });
  await hb.sync();
  const booked = hb.get("appointment", id);
  if (booked === undefined) throw new Error("it was not booked");
  const until = Date.now() + DAY_MS - 120_000;
  server.put("appointment", { ...booked, status: "pending", awaits: "patient", until });
  await hb.sync();
  const Line = () => h("p", {}, useAgendaLine(id)?.certainty.key);
  await act(() => render(h(HealthBridgeProvider, { hb }, h(Line, {})), root));
  expect(root.textContent).toBe("held");
});
