import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { dateIn } from "../src/day/dates.ts";
import { useToday } from "../src/day/use-day.ts";

const here = vi.hoisted((): { desk: object } => ({ desk: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("../src/shared/desk-context.ts", () => ({ useDesk: () => here.desk }));

const PASSWORD = "seven goats cross the river";
const DAY_MS = 86_400_000;
const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

function Today() {
  return h("p", {}, useToday());
}

test.each([DAY_MS, -DAY_MS])(
  "the desk of a laptop whose clock is %i ms fast opens on the day that it is",
  async (fast) => {
    const server = new FakeServer({ time: { ...platformRuntime(), now: () => Date.now() - fast } });
    const { id: doctor } = server.addDoctor();
    server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor });
    const fetch = (url: string, init: RequestInit) => server.fetch(new Request(url, init));
    const hb = await HealthBridge.open({
      url: "http://server.test",
      store: memoryStore(),
      autoSync: false,
      runtime: { ...platformRuntime(), fetch },
    });
    onTestFinished(() => hb.close());
    await hb.signIn({ login: "achieng", password: PASSWORD });
    await hb.sync();
    here.desk = { hb, doctor };
    await act(() => render(h(HealthBridgeProvider, { hb }, h(Today, {})), root));
    expect(root.textContent).toBe(dateIn("Africa/Nairobi", Date.now() - fast));
  },
);
