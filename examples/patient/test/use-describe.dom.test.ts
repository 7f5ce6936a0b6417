import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { useDescribe } from "../src/app/use-describe.ts";

vi.mock("@healthbridge/client-sdk/words", () => {
  throw new TypeError("Failed to fetch dynamically imported module");
});

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

function Told({ needed }: { readonly needed: boolean }) {
  const { describe, failed } = useDescribe(needed);
  return h("p", {}, describe === undefined ? (failed ? "failed" : "on its way") : "told");
}

test("words for what became of something that do not come are said not to come: nobody waits for ever", async () => {
  await act(() => render(h(Told, { needed: false }), root));
  expect(root.textContent).toBe("on its way");
  await act(() => render(h(Told, { needed: true }), root));
  await expect.poll(() => root.textContent).toBe("failed");
});
