import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { useTries } from "../src/shell/use-tries.ts";

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

function Tries({ wanted, isOnline }: { readonly wanted: string | undefined; readonly isOnline: boolean }) {
  return h("p", {}, String(useTries(wanted, isOnline)));
}

async function look(wanted: string | undefined, isOnline: boolean): Promise<unknown> {
  await act(() => render(h(Tries, { wanted, isOnline }), root));
  return root.textContent;
}

test("what failed without a network is tried once more with each connection, and what did not is left alone", async () => {
  const seen: unknown[] = [];
  seen.push(await look(undefined, true));
  seen.push(await look("doctors", false));
  seen.push(await look("doctors", true));
  seen.push(await look("doctors", true));
  seen.push(await look("doctors", false));
  seen.push(await look("doctors", true));
  seen.push(await look(undefined, true));
  expect(seen).toEqual(["0", "0", "1", "1", "1", "2", "2"]);
});

test("what is refused again and again is tried less and less often, and something else at once", async () => {
  let now = 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  // An exchange a minute: each time the device is not online for a moment.
  for (let minute = 0; minute < 60; minute += 1) {
    await look("doctors", false);
    await look("doctors", true);
    now += 60_000;
  }
  const tries = Number(root.textContent);
  expect(tries).toBeGreaterThan(4);
  expect(tries).toBeLessThan(15);
  await look("clinics", false);
  expect(await look("clinics", true)).toBe(String(tries + 1));
});
