import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Newcomer } from "../src/parts/newcomer.tsx";

vi.mock("../src/screens/register.tsx", () => {
  throw new TypeError("Failed to fetch dynamically imported module");
});

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

const press = () => act(async () => root.querySelector("button")?.click());

test("who asks once more for the form that did not come gets the page anew: in this one it may never come", async () => {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => undefined);
  await act(() => render(h(Newcomer, { onSignIn: async () => undefined }), root));
  await press();
  await expect.poll(() => root.querySelector("[role=alert]")?.textContent).toContain("no connection");
  await expect.poll(() => root.querySelector("button")?.getAttribute("aria-busy")).not.toBe("true");
  expect(reload).not.toHaveBeenCalled();
  await press();
  await expect.poll(() => reload.mock.calls.length).toBe(1);
});
