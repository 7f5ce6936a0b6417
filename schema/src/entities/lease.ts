import type { EntityId } from "../shapes/ids.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { type Slot, slotsOf, withLetter } from "./sheet.ts";

/** Leases: times of a day sheet that one device of a clinic has to itself, so that it can confirm them without a network. */

/** Starts (minutes) that are leased on a sheet, to one device or to any, and until when (ms) they may be confirmed. */
export function leasedStarts({ leased = [] }: Sheet, device?: EntityId): ReadonlyMap<number, number> {
  return new Map(
    leased.flatMap(([whose, until, starts]) =>
      device === undefined || whose === device ? starts.map((start) => [start, until] as const) : [],
    ),
  );
}

/** Slots that a device has to itself and has not used. Blocked ones are those that the doctor's hours have left since. */
export function leasedSlots(sheet: Sheet, device: EntityId): readonly Slot[] {
  const starts = leasedStarts(sheet, device);
  return slotsOf(sheet).filter(
    ({ instant, state }) => starts.has(instant) && (state === "h" || state === "x"),
  );
}

/** The sheet with free slots leased to a device until an instant (ms). */
export function withLease(sheet: Sheet, device: EntityId, until: number, slots: readonly Slot[]): Sheet {
  const starts = slots.map(({ instant }) => instant);
  const kept = starts.reduce((each, instant) => withLetter(each, instant, "h"), sheet);
  return { ...kept, leased: [...(sheet.leased ?? []), [device, until, starts]] };
}

/** The sheet with slots leased to nobody any more; their letters stay. */
export function withoutLease(
  { leased = [], ...sheet }: Sheet,
  slots: readonly Pick<Slot, "instant">[],
): Sheet {
  const ended = new Set(slots.map(({ instant }) => instant));
  const left = leased.flatMap(([device, until, starts]): typeof leased => {
    const others = starts.filter((start) => !ended.has(start));
    return others.length > 0 ? [[device, until, others]] : [];
  });
  return left.length > 0 ? { ...sheet, leased: left } : sheet;
}
