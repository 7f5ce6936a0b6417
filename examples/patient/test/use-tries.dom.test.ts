import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { useTries } from "../src/app/use-tries.ts";

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

function Tries({ failed, isOnline }: { readonly failed: boolean; readonly isOnline: boolean }) {
  return h("p", {}, String(useTries(failed, isOnline)));
}

test("what failed without a network is tried once more with each connection, and what did not is left alone", async () => {
  const seen: unknown[] = [];
  const look = async (failed: boolean, isOnline: boolean): Promise<void> => {
    await act(() => render(h(Tries, { failed, isOnline }), root));
    seen.push(root.textContent);
  };
  await look(false, true);
  await look(true, false);
  await look(true, true);
  await look(true, true);
  await look(true, false);
  await look(true, true);
  await look(false, true);
  expect(seen).toEqual(["0", "0", "1", "1", "1", "2", "2"]);
});
