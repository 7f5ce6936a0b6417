import type { DoctorDay, WeekSlot } from "@healthbridge/client-sdk/schedule";
import { expect, test } from "vitest";
import { dateIn, freeDays, partOf } from "../src/logic/free-times.ts";

const NOW = Date.parse("2026-11-30T06:30:00Z"); // 09:30 in Nairobi
const TODAY = "2026-11-30";

function slot(time: string, state: WeekSlot["state"] = "free", date = TODAY): WeekSlot {
  return { start: `${date}T${time}+03:00`, minutes: 20, state };
}

function day(slots: readonly WeekSlot[] | undefined, date = TODAY): DoctorDay {
  return { date, slots, appointments: [] };
}

test("free times stand by their part of the day; what is taken, kept or over is not offered", () => {
  const [only] = freeDays(
    [
      day([
        slot("09:20"),
        slot("10:00"),
        slot("10:20", "busy"),
        slot("12:00", "held"),
        slot("14:00"),
        slot("17:00"),
      ]),
    ],
    { now: NOW, today: TODAY },
  );
  expect(only).toMatchObject({ state: "some", count: 3 });
  expect(only?.parts.map(({ part, times }) => [part, times.map(({ start }) => start.slice(11, 16))])).toEqual(
    [
      ["morning", ["10:00"]],
      ["afternoon", ["14:00"]],
      ["evening", ["17:00"]],
    ],
  );
});

test("a day that this phone does not hold is unknown, never empty", () => {
  expect(freeDays([day(undefined), day([slot("10:00", "busy")])], { now: NOW, today: TODAY })).toMatchObject([
    { state: "unknown" },
    { state: "none" },
  ]);
});

test("what is too late to ask for by the doctor's rules is not offered", () => {
  const [only] = freeDays([day([slot("10:00"), slot("11:40")])], {
    now: NOW,
    today: TODAY,
    rules: { noticeMinutes: 120 },
  });
  expect(only?.parts.flatMap(({ times }) => times.map(({ start }) => start.slice(11, 16)))).toEqual([
    "11:40",
  ]);
});

test("nor is what is further ahead than she takes bookings", () => {
  const days = ["2026-12-07", "2026-12-08"].map((date) => day([slot("10:00", "free", date)], date));
  expect(
    freeDays(days, { now: NOW, today: TODAY, rules: { horizonDays: 7 } }).map(({ state }) => state),
  ).toEqual(["some", "none"]);
});

test("the part of the day is that of the doctor's wall", () => {
  expect(partOf("2026-11-30T11:59+03:00")).toBe("morning");
  expect(partOf("2026-11-30T16:59-08:00")).toBe("afternoon");
  expect(partOf("2026-11-30T17:00+05:30")).toBe("evening");
});

test("today is where the doctor is, not where the phone is", () => {
  const late = Date.parse("2026-11-30T22:30:00Z");
  expect(dateIn("Africa/Nairobi", late)).toBe("2026-12-01");
  expect(dateIn("America/Lima", late)).toBe("2026-11-30");
});
