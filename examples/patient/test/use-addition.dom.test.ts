import { memoryStore } from "@healthbridge/client-sdk";
import { dataBudget } from "@healthbridge/client-sdk/web";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Memory } from "../src/app/memory.ts";
import { PartsContext } from "../src/app/parts.ts";
import { useAddition } from "../src/app/use-addition.ts";
import { phone } from "./support/phone.ts";

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

const neverComes = (): Promise<never> =>
  Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

function Screen() {
  const { state, again } = useAddition(neverComes);
  return h("button", { onClick: again }, state);
}

test("'Try again' loads the page anew where the browser will not fetch a part of the app any more", async () => {
  const { additions, runtime } = await phone();
  const budget = dataBudget({ name: "test", dailyBytes: 1_000_000, runtime });
  const parts = { additions, budget, memory: await Memory.open(memoryStore()) };
  const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
  vi.stubGlobal("fetch", async () => new Response());
  await act(() => render(h(PartsContext.Provider, { value: parts }, h(Screen, {})), root));
  await expect.poll(() => root.textContent).toBe("failed");
  expect(reload).not.toHaveBeenCalled();
  await act(() => root.querySelector("button")?.click());
  await expect.poll(() => reload.mock.calls.length).toBe(1);
});
