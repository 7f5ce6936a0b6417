import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { useFetched } from "../src/documents/use-fetched.ts";

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

test("what did not come can be asked for again, and the button stays until it is there", async () => {
  const network = { is: false };
  const load = async (): Promise<string> => {
    if (!network.is) throw new Error("no network");
    return "papers";
  };
  function Place() {
    const { it, failed, again } = useFetched(load);
    if (failed) return h("button", { onClick: again }, "Try again");
    return h("p", {}, it ?? "opening");
  }
  const press = () => act(async () => root.querySelector("button")?.click());
  await act(() => render(h(Place, {}), root));
  await expect.poll(() => root.textContent).toBe("Try again");
  await press();
  expect(root.textContent).toBe("Try again");
  network.is = true;
  await press();
  await expect.poll(() => root.textContent).toBe("papers");
});
