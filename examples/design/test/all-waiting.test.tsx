// @vitest-environment happy-dom
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
  const beside = { count: 0, looks: 0 };
  const safe = {
    unsent: () => {
      beside.looks += 1;
      return Promise.resolve(status.get().waiting.total + beside.count);
    },
  };
  const Line = () => <p>{useAllWaiting({ status }, safe) ?? "not counted"}</p>;
  return { status, beside, Line };
}

const passes = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

test("what was written in a document waits as well, though the queue is empty", async () => {
  const { beside, Line } = device(0);
  await act(() => render(<Line />, root));
  await passes(0);
  expect(root.textContent).toBe("0");
  beside.count = 2;
  await passes(3_000);
  expect(root.textContent).toBe("2");
  beside.count = 0;
  await passes(3_000);
  expect(root.textContent).toBe("0");
});

test("before it was counted nothing is said to be sent", async () => {
  const { Line } = device(0);
  render(<Line />, root);
  expect(root.textContent).toBe("not counted");
});

test("what is queued is counted at once, and what waits beside it with it", async () => {
  const { status, beside, Line } = device(0);
  beside.count = 1;
  await act(() => render(<Line />, root));
  await passes(0);
  await act(() => status.set({ ...status.get(), waiting: { ...status.get().waiting, total: 3 } }));
  expect(Number(root.textContent)).toBeGreaterThanOrEqual(3);
  await passes(0);
  expect(root.textContent).toBe("4");
});

test("nobody counts once the app is closed", async () => {
  const { beside, Line } = device(0);
  await act(() => render(<Line />, root));
  await act(() => render(null, root));
  const { looks } = beside;
  await passes(10_000);
  expect(beside.looks).toBe(looks);
});
