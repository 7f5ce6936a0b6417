import { memoryStore } from "@healthbridge/client-sdk";
import { dataBudget } from "@healthbridge/client-sdk/web";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { Memory } from "../src/app/memory.ts";
import { PartsContext } from "../src/app/parts.ts";
import { PausedNotice } from "../src/parts/paused-notice.tsx";
import { phone } from "./support/phone.ts";

const root = document.createElement("div");
afterEach(async () => {
  await act(() => render(null, root));
  localStorage.clear();
});

test("who has reached today's limit on data is told why nothing is sent, and can let it go on", async () => {
  const { additions, runtime } = await phone();
  const budget = dataBudget({ name: "patient", dailyBytes: 1_000, runtime });
  const parts = { additions, budget, memory: await Memory.open(memoryStore()) };
  await act(() => render(h(PartsContext.Provider, { value: parts }, h(PausedNotice, {})), root));
  expect(root.textContent).toBe("");
  await act(() => budget.setLimit(0));
  expect(root.textContent).toContain("Today's limit is reached");
  await act(() => root.querySelector("button")?.click());
  expect(root.textContent).toBe("");
  budget.stop();
});
