import type { EntityId } from "../shapes/ids.ts";
import type { Sheet, SlotRun } from "../shapes/sheet.ts";
import type { CalendarDate, Start } from "../shapes/time.ts";
import { addDays, formatStart } from "../time.ts";

/**
 * State of one slot on a day sheet, one letter each: free, held, busy, busy outside the hours that are offered by now (it is not free again when it is given
 * back), blocked (FHIR Slot.status has no word for the difference).
 */
export type SlotState = "f" | "h" | "b" | "o" | "x";

/** A slot of a day sheet and its state after an operation: `[sheet, instant in minutes, letter]`. */
export type SlotMark = readonly [sheet: string, instant: number, state: SlotState];

/** One slot of a sheet, unpacked. Instants in minutes since 1970-01-01T00:00Z. */
export interface Slot {
  readonly instant: number;
  readonly minutes: number;
  readonly start: Start;
  readonly state: SlotState;
}

/** Joins a doctor and a date to the id of the day sheet. */
export function sheetId(doctor: EntityId, date: CalendarDate): string {
  return `${doctor}/${date}`;
}

/** Takes a sheet's id apart. */
export function splitSheetId(id: string): { readonly doctor: EntityId; readonly date: CalendarDate } {
  const slash = id.indexOf("/");
  return { doctor: id.slice(0, slash), date: id.slice(slash + 1) };
}

/**
 * Sheets on which a start can stand. A start with the doctor's own offset names one; a start in UTC (`Z`) may belong to a neighbouring date of
 * the doctor's wall.
 */
export function sheetIdsForStart(doctor: EntityId, start: Start): readonly string[] {
  const date = start.slice(0, 10);
  if (!start.endsWith("Z")) return [sheetId(doctor, date)];
  const hour = Number(start.slice(11, 13));
  const dates = [date];
  if (hour < 12) dates.push(addDays(date, -1)); // zones reach from UTC-12 ...
  if (hour >= 10) dates.push(addDays(date, 1)); // ... to UTC+14
  return dates.map((each) => sheetId(doctor, each));
}

/** All slots of a sheet in order of time. */
export function slotsOf(sheet: Sheet): readonly Slot[] {
  return sheet.runs
    .flatMap((run) => Array.from(run[4], (letter, at) => slotIn(run, run[0] + at * run[3], letter)))
    .toSorted((left, right) => left.instant - right.instant);
}

/** The slot that starts at this instant (minutes), if the sheet has one. */
export function slotAt(sheet: Sheet, instant: number): Slot | undefined {
  for (const run of sheet.runs) {
    const letter = run[4][placeOf(run, instant)];
    if (letter !== undefined) return slotIn(run, instant, letter);
  }
  return undefined;
}

/** The sheet with the slot at this instant in another state. A sheet without such a slot stays as it is. */
export function withSlotState(sheet: Sheet, instant: number, state: SlotState): Sheet {
  return {
    ...sheet,
    runs: sheet.runs.map((run): SlotRun => {
      const [first, offset, minutes, step, states] = run;
      const at = placeOf(run, instant);
      if (states[at] === undefined) return run;
      return [first, offset, minutes, step, states.slice(0, at) + state + states.slice(at + 1)];
    }),
  };
}

/** Where in a run an instant stands: no slot is there where that is no place of a letter. */
function placeOf([first, , , step]: SlotRun, instant: number): number {
  return (instant - first) / step;
}

function slotIn([, offset, minutes]: SlotRun, instant: number, letter: string): Slot {
  return { instant, minutes, start: formatStart(instant, offset), state: slotState(letter) };
}

/** The sheet with a taken slot given back: free again where the doctor's hours still offer it. */
export function givenBack(sheet: Sheet, instant: number): Sheet {
  return withSlotState(sheet, instant, slotAt(sheet, instant)?.state === "o" ? "x" : "f");
}

/** How many slots of the sheet are free. */
export function freeSlots(sheet: Sheet): number {
  return sheet.runs.reduce((sum, run) => sum + run[4].split("f").length - 1, 0);
}

/** Free slots of a sheet, those nearest in time to an instant first. */
export function freeSlotsNear(sheet: Sheet, instant: number): readonly Slot[] {
  return slotsOf(sheet)
    .filter((slot) => slot.state === "f")
    .toSorted((left, right) => Math.abs(left.instant - instant) - Math.abs(right.instant - instant));
}

/** What a letter of a run means; one of a later version counts as blocked. */
export function slotState(letter: string): SlotState {
  return letter === "f" || letter === "h" || letter === "b" || letter === "o" ? letter : "x";
}
