import { expect, test } from "vitest";
import type { Outcome } from "../src/index.ts";
import { describeOutcome, describeReason, wordsLanguage } from "../src/words.ts";

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

test("why something will probably not be is a part of a sentence", () => {
  expect(describeReason("patient_busy", "en")).toBe("you have another appointment then");
  expect(describeReason("patient_busy", "sw")).toBe("una miadi nyingine wakati huo");
  expect(describeReason("a_code_of_tomorrow", "en")).toBe("it could not be done as it was asked");
  expect(describeReason("toString", "en")).toBe(describeReason("other", "en"));
});
