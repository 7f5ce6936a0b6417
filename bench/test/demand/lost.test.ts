import { expect, test } from "vitest";
import { gotNoTime, largestMatching, slotOf, wouldDo } from "../../demand/lost.ts";

const asked = { doctor: "own", start: "2027-03-31T08:30+03:00" };
const others = new Set(["near"]);

test.each([
  ["the asked time", "own", "2027-03-31T08:30", true],
  ["another of that day, before it", "own", "2027-03-31T08:00", true],
  ["the same doctor seven days later", "own", "2027-04-07T11:30", true],
  ["the same doctor eight days later", "own", "2027-04-08T08:00", false],
  ["the day before", "own", "2027-03-30T11:30", false],
  ["another doctor within reach, that day", "near", "2027-03-31T11:30", true],
  ["another doctor within reach, seven days later", "near", "2027-04-07T08:00", true],
  ["a doctor who is too far away", "far", "2027-03-31T08:30", false],
])("would have done: %s", (_what, doctor, start, does) => {
  expect(wouldDo(asked, others, { doctor, start: `${start}+03:00` })).toBe(does);
});

test("who is refused or waits got no time, who is placed did", () => {
  const placed = (status?: "waitlist" | "pending") => ({
    status: "applied" as const,
    output: { start: asked.start, wish: 1, missed: [], ...(status && { status }) },
  });
  expect(gotNoTime({ status: "rejected" })).toBe(true);
  expect(gotNoTime(placed("waitlist"))).toBe(true);
  expect(gotNoTime(placed())).toBe(false);
  expect(gotNoTime({ status: "applied" })).toBe(false);
});

test("a time is lost once, however many could have had it", () => {
  expect(largestMatching([["a"], ["a"], ["a"]])).toBe(1);
  expect(largestMatching([["a", "b", "c"]])).toBe(1);
  expect(largestMatching([[], ["a"]])).toBe(1);
  expect(largestMatching([])).toBe(0);
});

test("who could have had either makes room for who could have had one alone", () => {
  expect(largestMatching([["a", "b"], ["a"], ["b", "c"]])).toBe(3);
  expect(largestMatching([["a", "b"], ["a", "c"], ["a"], ["b"]])).toBe(3);
});

test("a time is known by doctor and start", () => {
  expect(slotOf(asked)).toBe("own 2027-03-31T08:30+03:00");
});
