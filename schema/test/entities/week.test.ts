import { describe, expect, test } from "vitest";
import { byDays } from "../../src/index.ts";

const at = (
  id: string,
  start: string,
  status: "booked" | "cancelled" | "noshow" | "waitlist" = "booked",
) => ({ id, start, status });

describe("appointments by days", () => {
  test("stand on the date of the doctor's wall, in order of time, also where the clock is put back", () => {
    const days = byDays("2026-10-25", 2, [
      at("d.4", "2026-10-26T00:00+01:00"),
      at("c.3", "2026-10-25T02:30+01:00"), // the second half past two of that night
      at("b.2", "2026-10-25T02:30+02:00"),
      at("a.1", "2026-10-24T23:40+02:00"),
    ]);
    expect(days.map(({ date, appointments }) => [date, appointments.map(({ id }) => id)])).toEqual([
      ["2026-10-25", ["b.2", "c.3"]],
      ["2026-10-26", ["d.4"]],
    ]);
  });

  test("are those that keep time", () => {
    const [day] = byDays("2026-11-23", 1, [
      at("a.1", "2026-11-23T09:00+03:00", "cancelled"),
      at("a.2", "2026-11-23T09:00+03:00", "noshow"),
      at("a.3", "2026-11-23T09:00+03:00", "waitlist"),
    ]);
    expect(day?.appointments.map(({ id }) => id)).toEqual(["a.2"]);
  });
});
