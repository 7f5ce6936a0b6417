import { slotsOf, type Slot, type SlotState } from "../entities/sheet.ts";
import type { Sheet, SlotRun } from "../shapes/sheet.ts";
import { MINUTE_MS, offsetMinutes } from "../time.ts";

const TAKEN: Readonly<Record<SlotState, boolean>> = { f: false, h: true, b: true, o: true, x: false };

/**
 * A freshly made sheet with everything kept that is taken on the old one: busy and held slots stay exactly where they are, and fresh slots that would
 * overlap them, or that lie in the past, are left out or stay as they were.
 */
export function keepBusy(fresh: Sheet, old: Sheet, now: number): Sheet {
  const planned = new Set(slotsOf(fresh).map(({ instant, minutes }) => `${instant} ${minutes}`));
  const kept = slotsOf(old)
    .filter((slot) => TAKEN[slot.state] || slot.instant * MINUTE_MS <= now)
    .map((slot) => ({ ...slot, state: keptState(slot, planned.has(`${slot.instant} ${slot.minutes}`)) }));
  if (kept.length === 0) return fresh;
  const offered = slotsOf(fresh).filter(
    (slot) => slot.instant * MINUTE_MS > now && !kept.some((taken) => overlap(slot, taken)),
  );
  const all = [...kept, ...offered].toSorted((left, right) => left.instant - right.instant);
  return { ...fresh, runs: packSlots(all) };
}

function keptState({ state }: Slot, offered: boolean): SlotState {
  if (state !== "b" && state !== "o") return state;
  return offered ? "b" : "o";
}

/** Packs slots in order of time into runs: neighbours of one length, offset and rhythm share a run. */
export function packSlots(slots: readonly Slot[]): SlotRun[] {
  const runs: SlotRun[] = [];
  for (const slot of slots) {
    const offset = offsetMinutes(slot.start);
    const run = runs.at(-1);
    const longer = run === undefined ? undefined : lengthened(run, slot, offset);
    if (longer === undefined) runs.push([slot.instant, offset, slot.minutes, slot.minutes, slot.state]);
    else runs[runs.length - 1] = longer;
  }
  return runs;
}

/** The run with the slot at its end, where it fits there. The second slot of a run sets its step. */
function lengthened(
  [first, offset, minutes, step, states]: SlotRun,
  slot: Slot,
  slotOffset: number,
): SlotRun | undefined {
  const stepNow = states.length === 1 ? slot.instant - first : step;
  const follows =
    slot.instant === first + states.length * stepNow && stepNow >= minutes && stepNow <= 2 * minutes;
  return follows && offset === slotOffset && minutes === slot.minutes
    ? [first, offset, minutes, stepNow, states + slot.state]
    : undefined;
}

function overlap(left: Slot, right: Slot): boolean {
  return left.instant < right.instant + right.minutes && right.instant < left.instant + left.minutes;
}
