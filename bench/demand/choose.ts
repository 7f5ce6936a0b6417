import { addDays, type EntityId, MINUTE_MS, openSlotsNear, type Sheet, sheetId } from "@healthbridge/schema";
import { REACH } from "./assumptions.ts";
import { dateOf, instantOf, startOf } from "./calendar.ts";
import type { Choice } from "./desk.ts";

/** What a device can show without a network. */
export interface Screen {
  /** a day sheet, as it was when there last was one */
  readonly sheet: (id: string) => Sheet | undefined;
  /** times that the device has to itself */
  readonly own: readonly Choice[];
}

/** What is looked for on a screen. */
export interface Search {
  readonly doctor: EntityId;
  /** the wanted start, as a minute of the replay */
  readonly start: number;
  /** other doctors within reach, the nearest first */
  readonly others: readonly EntityId[];
  /** the device's clock, ms */
  readonly now: number;
}

/**
 * What somebody picks who looks at the device: the free time nearest to the wanted one on that day, else the doctor's first on a later day within reach, else the
 * first of another doctor's. Before all free times come those that the device has to itself, in the same order: a certain time is worth another day.
 * Where the screen shows nothing she asks for the wanted time all the same: somebody may have cancelled.
 */
export function chooseTime(screen: Screen, search: Search): Choice {
  const { doctor, start, others, now } = search;
  const date = dateOf(start);
  const later = Array.from({ length: REACH.days }, (_, day) => addDays(date, day + 1));
  const looked: readonly (readonly [EntityId, string])[] = [
    ...[date, ...later].map((day) => [doctor, day] as const),
    ...[date, ...later].flatMap((day) => others.map((other) => [other, day] as const)),
  ];
  for (const timeOn of [ownTime, freeTime])
    for (const [whose, day] of looked) {
      const near = day === date ? instantOf(start) : -Infinity;
      const found = timeOn(screen, whose, day, near, now);
      if (found !== undefined) return { doctor: whose, start: found };
    }
  return { doctor, start: startOf(start) };
}

/** Of the times of a doctor's day that the device has to itself: the one nearest to an instant (ms). */
function ownTime({ own }: Screen, doctor: EntityId, day: string, near: number): string | undefined {
  const away = ({ start }: Choice): number => Math.abs(Date.parse(start) - near);
  return own
    .filter((time) => time.doctor === doctor && time.start.startsWith(day))
    .toSorted((left, right) => away(left) - away(right))[0]?.start;
}

/** Of the free times of a doctor's day that are still ahead: the one nearest to an instant (ms). */
function freeTime(
  { sheet }: Screen,
  doctor: EntityId,
  day: string,
  near: number,
  now: number,
): string | undefined {
  const held = sheet(sheetId(doctor, day));
  const open = held ? openSlotsNear(held, near / MINUTE_MS, now) : [];
  return open.find(({ instant }) => instant * MINUTE_MS > now)?.start;
}
