import { expect, test } from "vitest";
import { whoAnswers } from "../src/logic/who-answers.ts";

const EKAI = "doctordoctordoct.1";
const EKUWOM = "doctordoctordoct.2";
const mother = { by: "patient", account: "accountaccountac.1" } as const;
const ofEkai = { by: "doctor", account: "accountaccountac.2" } as const;
const ofEkuwom = { by: "doctor", account: "accountaccountac.3" } as const;

test("the doctor of the appointment answers, and wrote what came from her side", () => {
  const known = { now: EKAI, wrote: EKAI, isHandedOver: false };
  expect(whoAnswers(EKAI, undefined, [])).toEqual(known);
  expect(whoAnswers(EKAI, EKAI, [mother, ofEkai, mother, ofEkai])).toEqual(known);
});

test("once it was handed over the other answers, and neither's name stands over a line", () => {
  expect(whoAnswers(EKAI, EKUWOM, [mother, ofEkai, ofEkuwom])).toEqual({
    now: EKUWOM,
    wrote: undefined,
    isHandedOver: true,
  });
});

test("handed back, a line of the other's is not signed with her name", () => {
  expect(whoAnswers(EKAI, EKAI, [ofEkai, ofEkuwom, ofEkai])).toEqual({
    now: EKAI,
    wrote: undefined,
    isHandedOver: false,
  });
});

test("where the appointment is not on this phone nobody knows whether it was handed over", () => {
  expect(whoAnswers(undefined, EKUWOM, [ofEkai])).toEqual({
    now: EKUWOM,
    wrote: undefined,
    isHandedOver: false,
  });
});
