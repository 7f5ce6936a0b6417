import { describe, expect, test } from "vitest";
import { clockIn, clockOfMinute, dateIn, minuteOn, startAt, onWall } from "../../src/logic/wall.ts";

describe("the clinic's wall", () => {
  test("shows its own date and time, not this device's", () => {
    const instant = Date.parse("2026-11-29T22:30Z");
    expect([dateIn("Africa/Nairobi", instant), clockIn("Africa/Nairobi", instant)]).toEqual([
      "2026-11-30",
      "01:30",
    ]);
  });

  test("a session that goes on after midnight comes after the evening", () => {
    expect(minuteOn("2026-11-30", "2026-12-01T01:20+03:00")).toBe(25 * 60 + 20);
    expect(clockOfMinute(25 * 60 + 20)).toBe("01:20");
  });

  test.each([
    ["Africa/Nairobi", "2026-12-01", "09:20", "2026-12-01T09:20+03:00"],
    ["Europe/Berlin", "2026-07-01", "09:20", "2026-07-01T09:20+02:00"],
    ["Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T02:30+02:00"],
    ["America/St_Johns", "2026-12-01", "09:20", "2026-12-01T09:20-03:30"],
  ])("in %s %s %s is %s", (zone, date, clock, start) => {
    expect(startAt(zone, date, clock)).toBe(start);
  });

  test("an instant is shown on the wall of the clinic, wherever the device comes from", () => {
    expect(onWall("Africa/Nairobi", Date.parse("2026-11-30T13:00:30Z"))).toBe("2026-11-30T16:00+03:00");
    expect(onWall("America/St_Johns", Date.parse("2026-12-01T02:00Z"))).toBe("2026-11-30T22:30-03:30");
  });

  test("a time that the clocks pass over is none", () => {
    expect(startAt("Europe/Berlin", "2026-03-29", "02:30")).toBeUndefined();
    expect(startAt("Europe/Berlin", "2026-03-29", "soon")).toBeUndefined();
  });
});
