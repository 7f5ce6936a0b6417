import type { LeasedTime, Waiting } from "@healthbridge/client-sdk";
import type { CalendarDate, Doctor, EntityId } from "@healthbridge/schema/client";
import type { Visit } from "./day-grid.ts";
import { dateOf } from "./wall.ts";

/** What is certain on this device without a network: times it has to itself, by doctor and day, and what was booked at such a time. */

export interface LeaseGroup {
  readonly doctor: Doctor;
  readonly date: CalendarDate;
  /** free, in order of time */
  readonly times: readonly LeasedTime[];
  /** booked here for certain, and not sent yet */
  readonly certain: readonly Visit[];
}

export interface LeaseAsked {
  readonly doctor: EntityId;
  readonly dates: readonly CalendarDate[];
}

/** Groups by day and doctor, the next day first. */
export function leaseGroups(
  doctors: readonly Doctor[],
  leased: readonly LeasedTime[],
  visits: readonly Visit[],
): readonly LeaseGroup[] {
  const certain = visits.filter((visit) => visit.confirmed === true);
  return doctors
    .flatMap((doctor) => {
      const times = leased.filter((each) => each.doctor === doctor.id);
      const hers = certain.filter((visit) => visit.doctor === doctor.id);
      const dates = new Set([...times, ...hers].map(({ start }) => dateOf(start)));
      return [...dates].map((date) => ({
        doctor,
        date,
        times: times.filter(({ start }) => dateOf(start) === date),
        certain: hers
          .filter(({ start }) => dateOf(start) === date)
          .toSorted((left, right) => Date.parse(left.start) - Date.parse(right.start)),
      }));
    })
    .toSorted((left, right) => (left.date < right.date ? -1 : Number(left.date > right.date)));
}

/** Times that were asked for and not given yet: only the server can. */
export function leasesAsked(waiting: readonly Waiting[]): readonly LeaseAsked[] {
  return waiting.flatMap(({ type, input }) => {
    const { doctor, dates } = input;
    if (type !== "lease.take" || typeof doctor !== "string" || !Array.isArray(dates)) return [];
    return [{ doctor, dates: dates.filter((date) => typeof date === "string") }];
  });
}

/** Runs of times that follow one another without a gap, as `14:00–15:20`: each its first time, and the end of its last (ms). */
export function runsOf(times: readonly LeasedTime[]): ReadonlyArray<readonly [LeasedTime, number]> {
  const runs: Array<[LeasedTime, number]> = [];
  for (const time of times) {
    const from = Date.parse(time.start);
    const end = from + time.minutes * 60_000;
    const last = runs.at(-1);
    if (last?.[1] === from) last[1] = end;
    else runs.push([time, end]);
  }
  return runs;
}
