import type { ZoneRules } from "../availability/make-sheets.ts";
import type { UnfitOutput } from "../contracts/availability.ts";
import { type Slot, slotsOf } from "../entities/sheet.ts";
import { splitOperationId } from "../ids.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { Availability } from "../shapes/availability.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { addDays, epochMinutes } from "../time.ts";
import { firstPlannedDate } from "./availability.ts";
import { type Context, type Rejected, rejected, type State, type WaitingList } from "./definition.ts";
import { Draft } from "./draft.ts";
import { keepBusy, leasedStretches, type Stretch, takenSlots } from "./sheet-merge.ts";

/** Makes the day sheets of some days out of a doctor's week. Throws a `RangeError` where the time zone is unknown. */
export type MakeSheets = (
  plan: Availability,
  from: CalendarDate,
  days: number,
  holidays?: ReadonlySet<CalendarDate>,
) => readonly Sheet[];

/** What a server adds to the context of a decision: day sheets for the coming days, with everything kept on them that is taken. */
export function sheetPlanner(makeSheets: MakeSheets): NonNullable<Context["planSheets"]> {
  return (state, plan, { holidays = [] }, { now, waitingList }, dates) => {
    const from = firstPlannedDate(now);
    const closed = new Set(holidays.map(({ date }) => date));
    const made = inZone(() =>
      dates
        ? dates.flatMap((date) => makeSheets(plan, date, 1, closed))
        : makeSheets(plan, from, LIMITS.sheetDays, closed),
    );
    if ("problem" in made) return made;
    const sheets = changedSheets(state, made, now);
    const draft = new Draft(state);
    if (!dates)
      draft.put({
        kind: "availability",
        entity: { ...plan, sheetsUntil: addDays(from, LIMITS.sheetDays) },
      });
    for (const { merged } of sheets) draft.put({ kind: "sheet", entity: merged });
    // Who waits for a time is served by new ones as by one that comes free.
    for (const { merged } of sheets) handOnNew(draft, merged, waitingList, now);
    return { status: "applied", changes: draft.changes, output: unfit(state, sheets) };
  };
}

/** What a server adds to the context of a decision: the refusal of a time zone in which no day sheet could be made. */
export function zoneCheck(rules: ZoneRules): NonNullable<Context["refuseZone"]> {
  return (zone) => {
    const known = inZone(() => rules.at(zone, "1970-01-01", "00:00"));
    return "problem" in known ? known : undefined;
  };
}

/** What comes of a time zone's rules, or the refusal of one that does not exist. */
function inZone<T extends object>(work: () => T): T | Rejected {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return rejected("zone_unknown", "input.zone");
    throw error;
  }
}

function handOnNew(draft: Draft, sheet: Sheet, waitingList: WaitingList | undefined, now: number): void {
  if (!waitingList || (draft.get("waiting", sheet.id) ?? []).length === 0) return;
  const fresh = slotsOf(sheet).filter(({ state }) => state === "f");
  waitingList.handOn(draft, sheet.id, fresh, now);
}

interface ChangedSheet {
  readonly old: Sheet | undefined;
  readonly merged: Sheet;
}

/** The sheets that differ from what they were. */
function changedSheets(state: State, made: readonly Sheet[], now: number): readonly ChangedSheet[] {
  const olds = made.map(({ id }) => state.get("sheet", id));
  const taken = olds.map((old) => (old === undefined ? [] : takenSlots(old)));
  return made.flatMap((fresh, day) => {
    const old = olds[day];
    // Another zone can move a date's hours by more than a day.
    const nextDoor = [-2, -1, 1, 2].flatMap((away) => taken[day + away] ?? []);
    const empty = { ...fresh, runs: [] };
    const merged = keepBusy(fresh, old ?? empty, now, [...nextDoor, ...(old ? promised(state, old) : [])]);
    const same =
      old === undefined ? merged.runs.length === 0 : JSON.stringify(old) === JSON.stringify(merged);
    return same ? [] : [{ old, merged }];
  });
}

/** What is promised beyond slots: the pauses between those of one visit and behind them, and between neighbours that a device has to itself. New hours offer none of that. */
function promised(state: State, sheet: Sheet): readonly Stretch[] {
  if (!hasPauses(sheet)) return [];
  const standing = state.get("standing", sheet.id) ?? [];
  return [
    ...standing.map(({ start, minutes }) => ({ instant: epochMinutes(start), minutes })),
    ...leasedStretches(sheet),
  ];
}

/** Whether a pause may belong to what is taken. Without pauses appointments end with their slots, and need not be looked up. */
function hasPauses(sheet: Sheet): boolean {
  const taken = new Set(takenSlots(sheet).map(({ instant }) => instant));
  if (taken.size > 0 && sheet.runs.some(([, , minutes, step]) => step > minutes)) return true;
  const slots = slotsOf(sheet);
  return slots.some(({ instant, minutes }, at) => {
    const pause = (slots[at + 1]?.instant ?? Infinity) - instant - minutes;
    return taken.has(instant) && pause > 0 && pause <= minutes;
  });
}

/** The appointments that stood within the hours before, and among a session's places, and do not any longer. */
function unfit(state: State, sheets: readonly ChangedSheet[]): UnfitOutput | undefined {
  const found = sheets.flatMap(({ old, merged }) => {
    const before = new Map(old && slotsOf(old).map((slot) => [slot.instant, unfitIn(slot)]));
    const slots = slotsOf(merged).filter((slot) => unfitIn(slot) > (before.get(slot.instant) ?? 0));
    if (slots.length === 0) return [];
    const standing = state.get("standing", merged.id) ?? [];
    const named = new Set(
      slots.flatMap((slot) => unfitAt(slot, standing, before.get(slot.instant) ?? 0).map(({ id }) => id)),
    );
    return standing.filter(({ id }) => named.has(id)).map(({ id, start }) => ({ appointment: id, start }));
  });
  if (found.length === 0) return undefined;
  const more = found.length - LIMITS.unfitNamed;
  return { unfit: found.slice(0, LIMITS.unfitNamed), ...(more > 0 && { more }) };
}

/** How many appointments of a slot do not fit. */
function unfitIn({ state, group }: Slot): number {
  if (group) return Math.max(group.taken - group.places, 0);
  return state === "o" ? 1 : 0;
}

/** The appointments of a slot that do not fit; of a group session the last ones, without those that did not fit before. */
function unfitAt(
  { instant, group }: Slot,
  standing: readonly Appointment[],
  before: number,
): readonly Appointment[] {
  const there = standing.filter(({ start, minutes }) => {
    const from = epochMinutes(start);
    return instant >= from && instant < from + minutes;
  });
  if (!group) return there;
  const members = there.filter(({ places }) => places !== undefined).toSorted(byBooking);
  return members.slice(group.places, members.length - before);
}

/** As they were booked, those of one device at least: when that was, an appointment does not say. */
function byBooking(left: Appointment, right: Appointment): number {
  const [one, other] = [splitOperationId(left.id), splitOperationId(right.id)];
  if (one.stream === other.stream) return one.number - other.number;
  return one.stream < other.stream ? -1 : 1;
}
