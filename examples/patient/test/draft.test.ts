import { expect, test } from "vitest";
import { stillEnclosed, typedSince } from "../src/logic/draft.ts";

test("when a line was sent what was typed meanwhile is the beginning of the next", () => {
  expect(typedSince("She coughs", "She coughs")).toBe("");
  expect(typedSince("She coughs", "She coughs at night")).toBe("at night");
  expect(typedSince("She coughs ", "She coughs \nAnd a rash")).toBe("And a rash");
});

test("a line that was changed while it was sent is not thrown away", () => {
  expect(typedSince("She coughs", "He coughs")).toBe("He coughs");
});

test("of what was enclosed the last time that is offered which can still go", () => {
  const now = Date.parse("2026-11-30T06:00:00Z");
  const days = (count: number): number => now - count * 24 * 3_600_000;
  const photo = (id: string) => ({ id, kind: "photo" }) as const;
  const attached = [
    { id: "waiting.1", state: "waiting", madeAt: days(20) },
    { id: "sent.1", state: "sent", madeAt: days(2) },
    { id: "long.1", state: "sent", madeAt: days(8) },
    { id: "refused.1", state: "refused", madeAt: days(1) },
  ] as const;
  const all = ["waiting.1", "sent.1", "long.1", "refused.1", "gone.1"].map(photo);
  expect(stillEnclosed(all, attached, now)).toEqual([photo("waiting.1"), photo("sent.1")]);
});
