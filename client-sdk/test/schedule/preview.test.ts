import { describe, expect, test } from "vitest";
import type { Availability } from "@healthbridge/schema";
import { previewHours } from "../../src/schedule/index.ts";
import { doctor } from "../support/clinic.ts";

const plan: Availability = {
  id: doctor.id,
  zone: "Africa/Nairobi",
  slotMinutes: 20,
  bufferMinutes: 10,
  weekly: [
    {
      day: 1,
      hours: [
        { from: "08:00", to: "09:00" },
        { from: "14:00", to: "15:00", slotMinutes: 60, places: 8 },
      ],
    },
  ],
  exceptions: [{ date: "2026-12-08", hours: [{ from: "10:00", to: "10:30" }] }],
};

const starts = (days: ReturnType<typeof previewHours>) =>
  days.map(({ date, slots }) => [
    date.slice(5),
    ...slots.map(({ start, places }) => `${start.slice(11, 16)} ${places}`),
  ]);

describe("a preview of opening hours", () => {
  test("shows the slots of the week as the server would make them, with groups and exceptions", () => {
    expect(starts(previewHours(plan, { from: "2026-12-07", days: 3 }))).toEqual([
      ["12-07", "08:00 1", "08:30 1", "14:00 8"],
      ["12-08", "10:00 1"],
      ["12-09"],
    ]);
  });

  test("closes holidays, unless an exception opens them", () => {
    const holidays = ["2026-12-07", "2026-12-08"];
    expect(starts(previewHours(plan, { from: "2026-12-07", days: 2, holidays }))).toEqual([
      ["12-07"],
      ["12-08", "10:00 1"],
    ]);
  });

  test("says that a time zone does not exist", () => {
    expect(() => previewHours({ ...plan, zone: "Africa/Nowhere" }, { from: "2026-12-07" })).toThrow(
      RangeError,
    );
  });
});
