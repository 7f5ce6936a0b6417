import type { Fee } from "../shapes/directory.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { MINUTE_MS } from "../time.ts";
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

/** The first slot on some of a doctor's sheets that can be had, and is not too near at an instant (ms) for her rule of notice (minutes). */
export function firstFreeSlot(sheets: Iterable<Sheet>, now: number, noticeMinutes = 0): FreeSlot | undefined {
  const earliest = now + noticeMinutes * MINUTE_MS;
  let found: FreeSlot | undefined;
  for (const sheet of sheets) {
    const slot = slotsOf(sheet).find(
      (each) => each.instant * MINUTE_MS >= earliest && hasRoom(sheet, each, now),
    );
    if (slot && (found === undefined || slot.instant < found.instant))
      found = { instant: slot.instant, start: slot.start };
  }
  return found;
}
