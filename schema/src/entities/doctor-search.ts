import type { BookingRules, Fee } from "../shapes/directory.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { daysAhead, MINUTE_MS } from "../time.ts";
import { hasRoom, slotsOf } from "./sheet.ts";

/** How doctors who were found are sorted. Where that is equal the nearer comes first, then the smaller id. */
export const DOCTOR_SORTS = ["distance", "fee", "nextFree"] as const;
export type DoctorSort = (typeof DOCTOR_SORTS)[number];

/** A free slot: its instant in minutes since 1970, and how it is written. */
export interface FreeSlot {
  readonly instant: number;
  readonly start: string;
}

/** What is known of a doctor's next free time: a slot, that there is none, or nothing (her calendar is not held). */
export type NextFree = FreeSlot | "none" | "unknown";

/** What doctors are sorted by. */
export interface Sortable {
  readonly id: EntityId;
  /** whole metres from where the search began */
  readonly metres: number;
  readonly fee?: Fee | undefined;
  readonly nextFree: NextFree;
}

/** Comes behind every fee and every time. */
const LAST = 999_999_999_999_999;

/** The number a doctor is sorted by: metres, minor units, or minutes since 1970. A fee's currency is the same for all. */
export function sortNumber(sort: DoctorSort, { metres, fee, nextFree }: Sortable): number {
  if (sort === "distance") return metres;
  if (sort === "fee") return fee?.amount ?? LAST;
  if (nextFree === "none") return LAST - 1; // a calendar that is not held may yet have a free time
  return nextFree === "unknown" ? LAST : nextFree.instant;
}

/** The one order of doctors on server and device, for `toSorted`. */
export function inOrder(sort: DoctorSort): (left: Sortable, right: Sortable) => number {
  return (left, right) =>
    sortNumber(sort, left) - sortNumber(sort, right) ||
    left.metres - right.metres ||
    (left.id < right.id ? -1 : Number(left.id > right.id));
}

/**
 * The first slot on some of a doctor's sheets that can be had at an instant (ms), and is neither too near nor too far ahead by her rules for others. How full a day is by her rules no sheet
 * tells: they count appointments.
 */
export function firstFreeSlot(
  sheets: readonly Sheet[],
  now: number,
  { noticeMinutes = 0, horizonDays = Infinity }: BookingRules = {},
): FreeSlot | undefined {
  return sheets
    .flatMap(
      (sheet) =>
        slotsOf(sheet).find(
          (slot) =>
            slot.instant - now / MINUTE_MS >= noticeMinutes &&
            hasRoom(sheet, slot, now) &&
            daysAhead(slot.start, now) <= horizonDays,
        ) ?? [],
    )
    .toSorted((left, right) => left.instant - right.instant)[0];
}
