import { type EntityId, LIMITS } from "@healthbridge/schema";
import { HORIZON_DAYS, LEASE_DAYS, LEASE_MOST, WANTED_DAYS } from "./assumptions.ts";
import { DAY, dateOf, minuteOf, startOf } from "./calendar.ts";
import type { Desk } from "./desk.ts";

/** What a clinic's device does while it has a network: sends what it has, gives back what it has not used, and takes as much anew of its doctors' days to come. */
export async function syncWithLease(desk: Desk, doctors: readonly EntityId[], now: number): Promise<void> {
  for (const doctor of doctors) {
    const starts = desk.hb.leasedTimes(doctor).map(({ start }) => start);
    if (starts.length > 0) await desk.hb.giveBackLease({ doctor, starts });
  }
  // Given back and sent first: whoever waits for such a time has it before it is taken again.
  await desk.sync();
  const minute = minuteOf(now);
  const until = minute + LEASE_DAYS * DAY;
  const days = daysUpTo(until + LIMITS.leasedAfterMinutes, minute);
  for (const doctor of doctors)
    for (let from = 0; from < days.length; from += LIMITS.leaseDates) {
      const dates = days.slice(from, from + LIMITS.leaseDates);
      await desk.hb.takeLease({ doctor, dates, until: startOf(until), most: LEASE_MOST });
    }
  await desk.sync();
}

/** The wanted days from now on of which the server leases times. */
function daysUpTo(last: number, now: number): readonly string[] {
  const wanted = Array.from({ length: WANTED_DAYS }, (_, day) => (HORIZON_DAYS + day) * DAY);
  return wanted.filter((day) => day + DAY > now && day <= last).map(dateOf);
}
