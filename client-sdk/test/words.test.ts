import { expect, test } from "vitest";
import type { Outcome } from "../src/index.ts";
import { describeOutcome, wordsLanguage } from "../src/words.ts";

test("an outcome of the SDK is told as it is", () => {
  const outcome: Outcome = {
    id: "aVdxT2lHdVNyQ2Rm.2",
    type: "appointment.book",
    input: { start: "2026-11-24T09:20+03:00" },
    status: "rejected",
    problem: { code: "slot_taken", alternatives: ["2026-11-24T09:40+03:00"] },
    lane: "normal",
    madeAt: 0,
  };
  expect(describeOutcome(outcome, wordsLanguage(["en-KE"]))).toBe(
    "Not booked: the time is taken. Free: Tue 24 Nov 09:40.",
  );
});
