import type { EntityId } from "../shapes/ids.ts";
import type { Sheet, SlotRun } from "../shapes/sheet.ts";
import type { CalendarDate, Start } from "../shapes/time.ts";
import { addDays, formatStart } from "../time.ts";

/**
 * State of one slot on a day sheet: free, held, busy, busy outside the hours that are offered by now (it is not free again when it is given back), blocked
 * (FHIR Slot.status has no word for the difference).
 */
export type SlotState = "f" | "h" | "b" | "o" | "x";

/** A slot of a day sheet and its letter after an operation: `[sheet, instant in minutes, letter]`. */
export type SlotMark = readonly [sheet: string, instant: number, letter: string];

/** One slot of a sheet, unpacked. Instants in minutes since 1970-01-01T00:00Z. */
export interface Slot {
  readonly instant: number;
  readonly minutes: number;
  readonly start: Start;
  readonly state: SlotState;
  /** of a group session: its places, and how many are taken */
  readonly group?: { readonly places: number; readonly taken: number } | undefined;
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

/** The run that is on at an instant (minutes), or was last, else the first: how far its wall is from UTC is known then. */
export function runAt({ runs }: Sheet, instant: number): SlotRun | undefined {
  return runs.findLast(([first]) => first <= instant) ?? runs[0];
}

/** All slots of a sheet in order of time. */
export function slotsOf(sheet: Sheet): readonly Slot[] {
  return sheet.runs
    .flatMap((run) => Array.from(run[4], (letter, at) => slotIn(run, run[0] + at * run[3], letter)))
    .toSorted((left, right) => left.instant - right.instant);
}

/** The slot that starts at this instant (minutes), if the sheet has one. */
export function slotAt(sheet: Sheet, instant: number): Slot | undefined {
  return slotsFrom(sheet, instant, 1)[0];
}

/** The slots that an appointment of so many minutes takes from an instant (minutes) on: neighbours of one session. None where they are not all there. */
export function slotsFrom(sheet: Sheet, instant: number, minutes: number): readonly Slot[] {
  for (const run of sheet.runs) {
    const first = placeOf(run, instant);
    const last = first + Math.ceil(minutes / run[3]);
    if (run[4][first] === undefined || last > run[4].length) continue;
    return Array.from(run[4].slice(first, last), (letter, at) => slotIn(run, instant + at * run[3], letter));
  }
  return [];
}

/** The slots that an appointment took: the hours may have changed around them since. */
export function slotsWithin(sheet: Sheet, instant: number, minutes: number): readonly Slot[] {
  return slotsOf(sheet).filter((slot) => slot.instant >= instant && slot.instant < instant + minutes);
}

/** Whether a slot can be had at an instant (ms): what was kept only until then is free again, whether or not anybody has noted it. */
export function hasRoom({ held = [] }: Sheet, { instant, state, group }: Slot, now: number): boolean {
  const over = held.filter(([at, until]) => at === instant && until <= now).length;
  if (group) return group.taken - over < group.places;
  return state === "f" || (state === "h" && over > 0);
}

/** The sheet with another letter for the slot at this instant. A sheet without such a slot stays as it is. */
export function withLetter(sheet: Sheet, instant: number, letter: string): Sheet {
  return {
    ...sheet,
    runs: sheet.runs.map((run): SlotRun => {
      const [first, offset, minutes, step, letters, ...places] = run;
      const at = placeOf(run, instant);
      if (letters[at] === undefined) return run;
      return [first, offset, minutes, step, letters.slice(0, at) + letter + letters.slice(at + 1), ...places];
    }),
  };
}

/** The sheet with these slots taken: busy, or held until an instant (ms). */
export function withTaken(sheet: Sheet, slots: readonly Slot[], until?: number): Sheet {
  const taken = slots.reduce(
    (each, { instant, state, group }) =>
      withLetter(each, instant, group ? digit(group.taken + 1) : until === undefined ? busy(state) : "h"),
    sheet,
  );
  if (until === undefined) return taken;
  return withHeld(taken, [
    ...(sheet.held ?? []),
    ...slots.map(({ instant }): [number, number] => [instant, until]),
  ]);
}

/** What is blocked by now and was promised before is taken outside the hours. */
function busy(state: SlotState): SlotState {
  return state === "x" ? "o" : "b";
}

/** The sheet with slots given back: free again where the doctor's hours still offer them. `until` is that of what was only kept until then. */
export function givenBack(sheet: Sheet, slots: readonly Slot[], until?: number): Sheet {
  const letters: Readonly<Record<SlotState, string>> = { f: "f", h: "f", b: "f", o: "x", x: "x" };
  const free = slots.reduce(
    (each, { instant, state, group }) =>
      withLetter(each, instant, group ? digit(Math.max(group.taken - 1, 0)) : letters[state]),
    sheet,
  );
  return until === undefined ? free : withoutHeld(free, slots, until);
}

/** The sheet with slots that were kept until an instant (ms) taken for good. */
export function withAgreed(sheet: Sheet, slots: readonly Slot[], until: number): Sheet {
  const agreed = slots.reduce(
    (each, { instant, state }) => (state === "h" ? withLetter(each, instant, "b") : each),
    sheet,
  );
  return withoutHeld(agreed, slots, until);
}

function withoutHeld(sheet: Sheet, slots: readonly Slot[], until: number): Sheet {
  const held = [...(sheet.held ?? [])];
  for (const { instant } of slots) {
    const at = held.findIndex((each) => each[0] === instant && each[1] === until);
    if (at >= 0) held.splice(at, 1);
  }
  return withHeld(sheet, held);
}

function withHeld({ held: _before, ...sheet }: Sheet, held: Sheet["held"] & object): Sheet {
  return held.length > 0 ? { ...sheet, held } : sheet;
}

/** Where in a run an instant stands: no slot is there where that is no place of a letter. */
function placeOf([first, , , step]: SlotRun, instant: number): number {
  return (instant - first) / step;
}

function slotIn([, offset, minutes, , , places]: SlotRun, instant: number, letter: string): Slot {
  const slot = { instant, minutes, start: formatStart(instant, offset) };
  if (places === undefined) return { ...slot, state: slotState(letter) };
  const taken = parseInt(letter, 36);
  const full = places > 0 ? "b" : taken > 0 ? "o" : "x";
  return { ...slot, state: taken < places ? "f" : full, group: { places, taken } };
}

/** The letter of a slot. */
export function letterOf({ state, group }: Slot): string {
  return group ? digit(group.taken) : state;
}

function digit(taken: number): string {
  return taken.toString(36).toUpperCase();
}

/** How many slots of the sheet are free. */
export function freeSlots(sheet: Sheet): number {
  return slotsOf(sheet).filter(({ state }) => state === "f").length;
}

/** Slots of a sheet that can be had at an instant (ms), those nearest in time to another one (minutes) first. */
export function openSlotsNear(sheet: Sheet, instant: number, now: number): readonly Slot[] {
  return slotsOf(sheet)
    .filter((slot) => hasRoom(sheet, slot, now))
    .toSorted((left, right) => Math.abs(left.instant - instant) - Math.abs(right.instant - instant));
}

/** What a letter of a run means; one of a later version counts as blocked. */
export function slotState(letter: string): SlotState {
  return letter === "f" || letter === "h" || letter === "b" || letter === "o" ? letter : "x";
}
