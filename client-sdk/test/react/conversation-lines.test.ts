import { expect, test } from "vitest";
import type { MessageState, ShownMessage } from "../../src/chat/shown-message.ts";
import { hasGap, withEarlier } from "../../src/react/conversation-lines.ts";

const line = (number: number | undefined, state: MessageState = "received"): ShownMessage => ({
  id: `line.${String(number ?? "own")}`,
  conversation: "appointmentappoi.1",
  number,
  mine: state !== "received",
  state,
  text: `line ${String(number)}`,
  at: number ?? 0,
});

const numbers = (lines: readonly ShownMessage[]) => lines.map(({ number }) => number);

test("without earlier lines the device's are shown as they are", () => {
  const held = [line(1), line(2)];
  expect(withEarlier(held, [])).toBe(held);
});

test("earlier lines come before, and fill a gap in the middle", () => {
  const held = [line(1), { ...line(4), gapBefore: true as const }, line(5)];
  const all = withEarlier(held, [line(2), line(3)]);
  expect(numbers(all)).toEqual([1, 2, 3, 4, 5]);
  expect(hasGap(all)).toBe(false);
});

test("a gap that is left is marked where it is now", () => {
  const all = withEarlier([{ ...line(9), gapBefore: true as const }], [line(7), line(8)]);
  expect(all.map(({ gapBefore }) => gapBefore)).toEqual([true, undefined, undefined]);
});

test("where both have a line, what the device says of it counts", () => {
  const [only] = withEarlier([{ ...line(1), withdrawn: true, text: undefined }], [line(1)]);
  expect(only).toMatchObject({ withdrawn: true, text: undefined });
});

test("what waits or was refused stays at the end", () => {
  const all = withEarlier(
    [line(3), line(undefined, "waiting"), { ...line(undefined, "refused"), id: "x" }],
    [line(2)],
  );
  expect(all.map(({ state }) => state)).toEqual(["received", "received", "waiting", "refused"]);
});

test("an older line of one's own has come as far as a newer one", () => {
  const all = withEarlier(
    [line(5, "read"), line(6), line(7, "delivered"), line(8, "sent")],
    [line(2, "sent"), line(3), line(4, "delivered")],
  );
  expect(all.map(({ state }) => state)).toEqual([
    "read",
    "received",
    "read",
    "read",
    "received",
    "delivered",
    "sent",
  ]);
});
