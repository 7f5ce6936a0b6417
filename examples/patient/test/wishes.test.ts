import { HealthBridge } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import {
  changedWish,
  ifTakenOf,
  movedWish,
  ofMove,
  usefulUntilOf,
  USUAL_WISHES,
} from "../src/logic/wishes.ts";

const order = (list: typeof USUAL_WISHES): readonly string[] => list.map(({ wish }) => wish);
const ALL = USUAL_WISHES.map((each) => ({ ...each, on: true }));

test("only what she switched on is wished, in her order", () => {
  expect(ifTakenOf(USUAL_WISHES)).toEqual([{ wish: "sameDay" }, { wish: "sameDoctor", days: 7 }]);
  expect(ifTakenOf(movedWish(USUAL_WISHES, "sameDoctor", -1))).toEqual([
    { wish: "sameDoctor", days: 7 },
    { wish: "sameDay" },
  ]);
});

test("a wish moves one place, and not beyond the ends", () => {
  expect(order(movedWish(ALL, "waitingList", -1))).toEqual([
    "sameDay",
    "sameDoctor",
    "waitingList",
    "anyDoctor",
  ]);
  expect(movedWish(ALL, "sameDay", -1)).toBe(ALL);
  expect(movedWish(ALL, "waitingList", 1)).toBe(ALL);
});

test("days, distance and the part of the day stand only where the schema takes them", () => {
  const wishes = ifTakenOf(changedWish(ALL, "anyDoctor", { km: 50, days: 14 }), "morning");
  expect(wishes).toEqual([
    { wish: "sameDay", partOfDay: "morning" },
    { wish: "sameDoctor", days: 7, partOfDay: "morning" },
    { wish: "anyDoctor", km: 50, days: 14, partOfDay: "morning" },
    { wish: "waitingList", days: 14, partOfDay: "morning" },
  ]);
  const booking = {
    doctor: "doctordoctordoct.1",
    patient: "patientpatientpa.1",
    start: "2026-11-30T09:20+03:00",
    ifTaken: wishes,
    usefulUntil: usefulUntilOf("2026-12-03", "2026-11-30T09:20+03:00"),
  };
  expect(HealthBridge.check("appointment.book", booking)).toBeUndefined();
});

test("what is useless after a day is useless after its last minute where the doctor is", () => {
  expect(usefulUntilOf("2026-12-03", "2026-11-30T09:20-05:00")).toBe("2026-12-03T23:59-05:00");
});

test("a move wishes for nothing but the doctor's own times", () => {
  expect(order(ofMove(ALL))).toEqual(["sameDay", "sameDoctor"]);
});
