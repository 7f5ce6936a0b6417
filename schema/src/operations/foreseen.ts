import { shortSum } from "../canonical.ts";
import type { SlotMark } from "../entities/sheet.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { Change, Kind, State } from "./definition.ts";

/**
 * The slots of day sheets to which an operation gives another state. Of a sheet it is these that a device can foresee: others change the rest.
 * @param before sheets as the operation found them
 */
export function changedSlots(
  changes: readonly Change[],
  before: (kind: "sheet", id: string) => Sheet | undefined,
): readonly SlotMark[] {
  const slots: SlotMark[] = [];
  for (const { kind, entity } of changes) {
    if (kind !== "sheet") continue;
    const old = before(kind, entity.id)?.runs;
    for (const [run, [first, , , step, states]] of entity.runs.entries()) {
      for (let at = 0; at < states.length; at++) {
        const letter = states.charAt(at);
        if (letter !== old?.[run]?.[4][at]) slots.push([entity.id, first + at * step, letter]);
      }
    }
  }
  return slots;
}

/** The short sum of what an operation changes, the same on both sides: things whole, day sheets as the slots that changed. */
export function foreseenSum(changes: readonly Change[], slots: readonly SlotMark[] = []): string {
  const things = changes.filter(({ kind }) => kind !== "sheet").map(({ kind, entity }) => [kind, entity]);
  return shortSum([...things, ...slots]);
}

/**
 * What of an operation's changes the device that sent it foresaw, and is therefore not sent. `leased`: its own times, of which it knows best what it did with
 * them; the sheet is sent to it all the same, for the list of what it has left.
 */
export type Foreseen = "all" | "things" | "leased" | "nothing";

/**
 * Holds the sum a device sent against what the operation came to. A device that does not hold the day sheets foresees the things alone; a doctor's week
 * nobody foresees, for only the server has the time zones' rules.
 * @param before the state as the operation found it
 */
export function foreseen(sum: string | undefined, changes: readonly Change[], before: State): Foreseen {
  if (sum === undefined || changes.some(({ kind }) => kind === "availability")) return "nothing";
  const sheets = changes.flatMap((each) => (each.kind === "sheet" ? [each.entity] : []));
  if (sheets.some((each) => isAnother("leased", each, before))) return "leased";
  // What is kept until an instant of the server's clock, and numbers in a queue, only the server can say.
  if (sheets.some((each) => isAnother("held", each, before) || isAnother("queue", each, before)))
    return "nothing";
  const slots = changedSlots(changes, (kind, id) => before.get(kind, id));
  if (sum === foreseenSum(changes, slots)) return "all";
  return sum === foreseenSum(changes) ? "things" : "nothing";
}

function isAnother(field: "held" | "leased" | "queue", sheet: Sheet, before: State): boolean {
  return JSON.stringify(sheet[field]) !== JSON.stringify(before.get("sheet", sheet.id)?.[field]);
}

/** Whether a change of this kind was foreseen. */
export function wasForeseen(part: Foreseen, kind: Kind): boolean {
  return part === "all" || (part === "things" && kind !== "sheet");
}
