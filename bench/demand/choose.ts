import { addDays, type EntityId, MINUTE_MS, openSlotsNear, type Sheet, sheetId } from "@healthbridge/schema";
import { REACH } from "./assumptions.ts";
import { dateOf, instantOf, startOf } from "./calendar.ts";
import type { Choice } from "./desk.ts";

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
 * first of another doctor's. `held`: a day sheet as the device has it. Where the screen shows nothing free she asks for the wanted time all the same: somebody may have cancelled.
 */
export function chooseTime(held: (sheet: string) => Sheet | undefined, search: Search): Choice {
  const { doctor, start, others, now } = search;
  const date = dateOf(start);
  const later = Array.from({ length: REACH.days }, (_, day) => addDays(date, day + 1));
  const looked: readonly (readonly [EntityId, string])[] = [
    ...[date, ...later].map((day) => [doctor, day] as const),
    ...[date, ...later].flatMap((day) => others.map((other) => [other, day] as const)),
  ];
  for (const [whose, day] of looked) {
    const sheet = held(sheetId(whose, day));
    const near = day === date ? instantOf(start) / MINUTE_MS : -Infinity;
    const slot = sheet && openSlotsNear(sheet, near, now).find(({ instant }) => instant * MINUTE_MS > now);
    if (slot) return { doctor: whose, start: slot.start };
  }
  return { doctor, start: startOf(start) };
}
