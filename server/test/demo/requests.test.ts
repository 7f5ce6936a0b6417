import { epochMinutes, MINUTE_MS } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { BOOKED_BY_DESK, planRequests } from "../../src/demo/requests.ts";

const people = { doctor: String, patient: String, child: String };
const HOUR_MS = 60 * MINUTE_MS;

test("what the demo asks for is on a working day soon, whatever day it is started", () => {
  for (let hour = 0; hour < 14 * 24; hour += 1) {
    const now = Date.UTC(2026, 10, 22) + hour * HOUR_MS;
    const { booked, family } = planRequests(people, now);
    expect(booked.length).toBe(BOOKED_BY_DESK);
    for (const { start } of [...booked, ...family]) {
      const weekday = new Date(`${start.slice(0, 10)}T12:00Z`).getUTCDay();
      expect([start, weekday >= 1 && weekday <= 5]).toEqual([start, true]);
      const ahead = epochMinutes(start) * MINUTE_MS - now;
      expect(ahead).toBeGreaterThan(24 * HOUR_MS);
      expect(ahead).toBeLessThan(6 * 24 * HOUR_MS);
    }
  }
});
