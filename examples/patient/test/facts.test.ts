import { createWords } from "@healthbridge/example-design/shell";
import { expect, test } from "vitest";
import { factsOf } from "../src/logic/facts.ts";
import { en, type Key } from "../src/words/en.ts";

const speech = createWords<Key>(en, { sw: async () => en, hi: async () => en }).speech("en");
const NOTHING = { doctor: undefined, place: undefined, patient: undefined };

test("what nobody knows of an appointment is left out", () => {
  expect(factsOf({}, NOTHING, speech)).toEqual([]);
  expect(factsOf({ minutes: 20 }, { ...NOTHING, doctor: "Dr Achieng" }, speech)).toEqual([
    ["Doctor", "Dr Achieng"],
    ["How long", "20 minutes"],
  ]);
});

test("why it was cancelled is read by whom it was for: whoever cancels is told so", () => {
  const cancelled = { reason: "A cough", cancelReason: "Dr Achieng is ill" };
  expect(factsOf(cancelled, NOTHING, speech)).toEqual([
    ["Why", "A cough"],
    ["Why it was cancelled", "Dr Achieng is ill"],
  ]);
});
