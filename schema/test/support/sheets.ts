import * as fc from "fast-check";
import { formatStart, type Sheet, type Slot, type SlotRun, type SlotState } from "../../src/index.ts";

export const DOCTOR = "aVdxT2lHdVNyQ2Rm.1";

/** A day sheet of these runs. */
export function sheetOf(runs: readonly SlotRun[], date = "2025-02-19"): Sheet {
  return { id: `${DOCTOR}/${date}`, zone: "Africa/Nairobi", runs: [...runs] };
}

/** Slots of one day in order, none over another: lengths, pauses and states as they come, an offset that may change within the day. */
export const slots: fc.Arbitrary<readonly Slot[]> = fc
  .array(
    fc.record({
      minutes: fc.constantFrom(10, 15, 20, 30),
      pause: fc.constantFrom(0, 0, 0, 5, 40),
      state: fc.constantFrom<SlotState>("f", "h", "b", "o", "x"),
      offset: fc.constantFrom(180, 180, 180, -210),
    }),
    { maxLength: 30 },
  )
  .map((parts) => {
    let instant = 29_000_000;
    return parts.map(({ minutes, pause, state, offset }): Slot => {
      const slot = { instant, minutes, start: formatStart(instant, offset), state };
      instant += minutes + pause;
      return slot;
    });
  });
