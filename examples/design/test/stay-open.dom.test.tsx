import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Safe } from "../src/shell/safe.ts";
import { useStayOpen } from "../src/shell/use-stay-open.ts";

const root = document.createElement("div");
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A safe locks by itself when nobody has touched it for so long. */
const LOCKS_AFTER_MS = 300_000;

function Talk({ safe, isTalking }: { readonly safe: Pick<Safe, "touch">; readonly isTalking: boolean }) {
  useStayOpen(safe, isTalking);
  return null;
}

test("an app does not lock by itself while somebody talks, and does once that is over", async () => {
  let touched = 0;
  const safe = { touch: () => void (touched += 1) };
  const pass = (): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(LOCKS_AFTER_MS)));
  await act(() => render(<Talk safe={safe} isTalking />, root));
  await pass();
  expect(touched).toBeGreaterThan(0);
  await act(() => render(<Talk safe={safe} isTalking={false} />, root));
  const before = touched;
  await pass();
  expect(touched).toBe(before);
});
