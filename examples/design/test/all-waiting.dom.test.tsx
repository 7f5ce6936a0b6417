import type { SyncStatus } from "@healthbridge/client-sdk";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Shown } from "../src/shell/shown.ts";
import { useAllWaiting } from "../src/shell/use-all-waiting.ts";

const root = document.createElement("div");
beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  await act(() => render(null, root));
  vi.useRealTimers();
});

function device(total: number) {
  const status = new Shown({ state: "online", waiting: { total } } as SyncStatus);
  const beside = { count: 0, looks: 0, isBroken: false };
  const changes = new Shown(0);
  const safe = {
    changes,
    unsent: () => {
      beside.looks += 1;
      if (beside.isBroken) return Promise.reject(new Error("interrupted"));
      return Promise.resolve(status.get().waiting.total + beside.count);
    },
  };
  const change = (count: number): Promise<void> =>
    act(() => {
      beside.count = count;
      changes.set(changes.get() + 1);
    });
  const Line = () => <p>{useAllWaiting({ status }, safe) ?? "not counted"}</p>;
  return { status, beside, change, Line };
}

const passes = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

/** She looks at something else, or comes back to this page. */
async function turn(visibility: DocumentVisibilityState): Promise<void> {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
  await act(() => void document.dispatchEvent(new Event("visibilitychange")));
}

test("what was written in a document waits as well, though the queue is empty", async () => {
  const { change, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(0);
  expect(root.textContent).toBe("0");
  await change(2);
  await passes(1_000);
  expect(root.textContent).toBe("2");
  await change(0);
  await passes(1_000);
  expect(root.textContent).toBe("0");
});

test("before it was counted nothing is said to be sent", async () => {
  const { Line } = device(0);
  render(<Line />, root);
  expect(root.textContent).toBe("not counted");
});

test("what is queued is counted at once, and what waits beside it with it", async () => {
  const { status, change, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(1_000);
  await act(() => status.set({ ...status.get(), waiting: { ...status.get().waiting, total: 3 } }));
  expect(Number(root.textContent)).toBe(3);
  await change(1);
  await passes(0);
  expect(root.textContent).toBe("4");
});

test("while nothing changes nothing is counted, and no timer runs", async () => {
  const { beside, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(1_000);
  expect(vi.getTimerCount()).toBe(0);
  await passes(3_600_000);
  expect(beside.looks).toBe(1);
});

test("who writes letter by letter is not counted after with every letter, and the last one counts", async () => {
  const { beside, change, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(1_000);
  for (let letters = 1; letters <= 20; letters += 1) await change(letters);
  expect(beside.looks).toBe(2);
  await passes(1_000);
  expect([root.textContent, beside.looks]).toEqual(["20", 3]);
});

test("what changes while nobody looks is counted once she comes back", async () => {
  const { beside, change, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(1_000);
  await turn("hidden");
  await change(2);
  await passes(10_000);
  expect(beside.looks).toBe(1);
  await turn("visible");
  await passes(0);
  expect(root.textContent).toBe("2");
});

test("what could not be counted is counted again: what is shown may be wrong by now", async () => {
  const { beside, change, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(1_000);
  beside.isBroken = true;
  await change(1);
  beside.isBroken = false;
  await passes(1_000);
  expect(root.textContent).toBe("1");
});

test("what cannot be counted for an hour is counted less and less often", async () => {
  const { beside, change, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(1_000);
  beside.isBroken = true;
  await change(1);
  for (let minute = 0; minute < 60; minute += 1) await passes(60_000);
  expect(beside.looks).toBeLessThan(30);
  beside.isBroken = false;
  await passes(300_000);
  expect(root.textContent).toBe("1");
});

test("nobody counts once the app is closed", async () => {
  const { beside, change, Line } = device(0);
  await act(() => render(<Line />, root));
  await act(() => render(null, root));
  const { looks } = beside;
  await change(1);
  await passes(10_000);
  expect(beside.looks).toBe(looks);
});
