import { leasedSlots, leasedStarts } from "../entities/lease.ts";
import { letterOf, type Slot, slotsOf } from "../entities/sheet.ts";
import type { Sheet, SlotRun } from "../shapes/sheet.ts";
import { MINUTE_MS, offsetMinutes } from "../time.ts";

/** A stretch of a doctor's time; `instant` in minutes since 1970. */
export type Stretch = Pick<Slot, "instant" | "minutes">;

/** From each leased slot to its neighbour, where the same device has both: one visit can take them, and the pause between. */
export function leasedStretches(sheet: Sheet): readonly Stretch[] {
  const devices = new Set((sheet.leased ?? []).map(([device]) => device));
  const holders = new Map(
    [...devices].flatMap((device) =>
      leasedSlots(sheet, device).map(({ instant }) => [instant, device] as const),
    ),
  );
  const slots = slotsOf(sheet);
  return slots.flatMap(({ instant, minutes }, at) => {
    const next = slots[at + 1]?.instant ?? Infinity;
    const both = holders.has(instant) && holders.get(instant) === holders.get(next);
    return both && next <= instant + 2 * minutes ? [{ instant, minutes: next - instant }] : [];
  });
}

/** Slots of a sheet that somebody has, or a device. */
export function takenSlots(sheet: Sheet): readonly Slot[] {
  const leased = leasedStarts(sheet);
  return slotsOf(sheet).filter((slot) => isTaken(slot) || leased.has(slot.instant));
}

/**
 * A freshly made sheet with everything kept that is taken on the old one: busy and held slots stay exactly where they are, and fresh slots that would
 * overlap them, or that lie in the past, are left out or stay as they were.
 * @param nextDoor what else is taken: on the days before and after, for a slot can reach over midnight, and between slots
 */
export function keepBusy(fresh: Sheet, old: Sheet, now: number, nextDoor: readonly Stretch[] = []): Sheet {
  const planned = new Map(slotsOf(fresh).map((slot) => [`${slot.instant} ${slot.minutes}`, slot]));
  const taken = new Set(takenSlots(old).map(({ instant }) => instant));
  const kept = slotsOf(old)
    .filter(({ instant }) => taken.has(instant) || instant * MINUTE_MS <= now)
    .map((slot) => keptSlot(slot, old, planned.get(`${slot.instant} ${slot.minutes}`)));
  const { held, leased, queue } = old;
  if (kept.length === 0 && nextDoor.length === 0 && queue === undefined) return fresh;
  const inTheWay = [...kept, ...nextDoor];
  const offered = slotsOf(fresh).filter(
    (slot) => slot.instant * MINUTE_MS > now && !inTheWay.some((each) => overlap(slot, each)),
  );
  const all = [...kept, ...offered].toSorted((left, right) => left.instant - right.instant);
  return {
    ...fresh,
    runs: packSlots(all),
    ...(held && { held }),
    ...(leased && { leased }),
    ...(queue && { queue }),
  };
}

function isTaken({ state, group }: Slot): boolean {
  return group ? group.taken > 0 : state !== "f" && state !== "x";
}

/** A slot that is taken, under new hours: where these do not offer it, it is not free again when it is given back. */
function keptSlot(slot: Slot, sheet: Sheet, offered: Slot | undefined): Slot {
  const { held = [] } = sheet;
  const { instant, state, group } = slot;
  // What a device has to itself and has not used stays its own outside of the hours as well, and nobody else's.
  const unused = (state === "h" || state === "x") && leasedStarts(sheet).has(instant);
  if (unused) return { ...slot, state: offered === undefined ? "x" : "h" };
  if (group)
    return isTaken(slot) ? { ...slot, group: { ...group, places: offered?.group?.places ?? 0 } } : slot;
  if (!isTaken(slot)) return slot;
  if (offered === undefined) return { ...slot, state: "o" };
  const again = held.some(([at]) => at === instant) ? "h" : "b";
  return { ...slot, state: state === "o" ? again : state };
}

/** Packs slots in order of time into runs: neighbours of one length, offset, rhythm and number of places share a run. */
export function packSlots(slots: readonly Slot[]): SlotRun[] {
  const runs: SlotRun[] = [];
  for (const slot of slots) {
    const offset = offsetMinutes(slot.start);
    const run = runs.at(-1);
    const longer = run === undefined ? undefined : lengthened(run, slot, offset);
    if (longer === undefined) runs.push(runOf(slot.instant, offset, slot, slot.minutes, letterOf(slot)));
    else runs[runs.length - 1] = longer;
  }
  return runs;
}

/** The run with the slot at its end, where it fits there. The second slot of a run sets its step. */
function lengthened(
  [first, offset, minutes, step, letters, places]: SlotRun,
  slot: Slot,
  slotOffset: number,
): SlotRun | undefined {
  const stepNow = letters.length === 1 ? slot.instant - first : step;
  const follows =
    slot.instant === first + letters.length * stepNow && stepNow >= minutes && stepNow <= 2 * minutes;
  return follows && offset === slotOffset && minutes === slot.minutes && places === slot.group?.places
    ? runOf(first, offset, slot, stepNow, letters + letterOf(slot))
    : undefined;
}

function runOf(
  first: number,
  offset: number,
  { minutes, group }: Slot,
  step: number,
  letters: string,
): SlotRun {
  return group
    ? [first, offset, minutes, step, letters, group.places]
    : [first, offset, minutes, step, letters];
}

function overlap(left: Stretch, right: Stretch): boolean {
  return left.instant < right.instant + right.minutes && right.instant < left.instant + left.minutes;
}
