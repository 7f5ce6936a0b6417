import { expect, test } from "vitest";
import { AppointmentStatus, canBecome, holdsTime } from "../../src/index.ts";

const ALL = AppointmentStatus.options;

test("states follow each other as they do at a clinic's desk", () => {
  const ways = Object.fromEntries(
    ALL.map((from) => [from, ALL.filter((to) => canBecome(from, to)).join(" ")]),
  );
  expect(ways).toEqual({
    pending: "booked cancelled waitlist expired",
    booked: "arrived fulfilled cancelled noshow",
    arrived: "booked fulfilled cancelled",
    fulfilled: "",
    cancelled: "",
    noshow: "arrived fulfilled",
    waitlist: "pending booked cancelled expired",
    expired: "",
  });
});

test("no state becomes itself, and what has ended holds time only where it took time", () => {
  for (const status of ALL) expect(canBecome(status, status)).toBe(false);
  expect(ALL.filter((status) => holdsTime({ status }))).toEqual([
    "pending",
    "booked",
    "arrived",
    "fulfilled",
    "noshow",
  ]);
});
