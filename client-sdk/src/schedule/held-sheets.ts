import {
  addDays,
  type CalendarDate,
  dateFromDays,
  DAY_MINUTES,
  type Doctor,
  type EntityId,
  firstFreeSlot,
  type FreeSlot,
  MINUTE_MS,
  type NextFree,
  type Sheet,
  splitSheetId,
} from "@healthbridge/schema/client";
import type { Holder } from "./holder.ts";

/** Dates on which somebody wants to be seen, both included. */
export interface Dates {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** What a device knows of a doctor's next free time. */
export type HeldFreeTime =
  /** the first free slot still to come that the doctor's rules of notice and horizon let patients ask for */
  | { readonly known: "free"; readonly start: string }
  /** none up to a date, the last that is known here (or the last that was asked for) */
  | { readonly known: "none"; readonly until: CalendarDate }
  /** her calendar is not held, or not that far: there may be one or none */
  | { readonly known: "unknown" };

const UNKNOWN: HeldFreeTime = { known: "unknown" };

/**
 * The dates of a doctor of which a device knows all: from the first to the last that has a sheet. A date between them without one is a date without hours. `undefined` where not all of her
 * calendar was read: there the sheet may only not have arrived.
 */
export function knownDates(hb: Holder, doctor: EntityId): Dates | undefined {
  if (!holdsCalendar(hb, doctor)) return undefined;
  const dates = hb
    .list("sheet", ({ id }) => splitSheetId(id).doctor === doctor)
    .map(({ id }) => splitSheetId(id).date)
    .toSorted();
  const [from] = dates;
  const to = dates.at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** The next free times of doctors, out of the day sheets a device holds. */
export class HeldSheets {
  readonly #hb: Holder;
  readonly #byDoctor: ReadonlyMap<EntityId, readonly Sheet[]>;
  readonly #now: number;

  /** @param now ms since 1970 */
  constructor(hb: Holder, now: number) {
    this.#hb = hb;
    this.#byDoctor = Map.groupBy<EntityId, Sheet>(hb.list("sheet"), ({ id }) => splitSheetId(id).doctor);
    this.#now = now;
  }

  /** A doctor's first free slot that can still be asked for, on some dates where they are given. */
  nextFree(
    { id, rules }: Pick<Doctor, "id" | "rules">,
    dates?: Dates,
  ): { readonly held: HeldFreeTime; readonly sorted: NextFree } {
    const sheets = this.#sheetsOf(id);
    const last = dateOf(sheets.at(-1));
    if (last === undefined || (dates && last < dates.from)) return { held: UNKNOWN, sorted: "unknown" };
    const asked = dates ? sheets.filter((sheet) => isWithin(splitSheetId(sheet.id).date, dates)) : sheets;
    const slot: FreeSlot | undefined = firstFreeSlot(asked, this.#now, rules);
    if (slot) return { held: { known: "free", start: slot.start }, sorted: slot };
    const until = dates && dates.to < last ? dates.to : last;
    return { held: { known: "none", until }, sorted: "none" };
  }

  /**
   * A doctor's sheets from about now on: all of them, or up to the first gap, behind which is what may not have arrived yet. Around now a wall can show yesterday's date, or
   * tomorrow's.
   */
  #sheetsOf(doctor: EntityId): readonly Sheet[] {
    const today = dateFromDays(Math.floor(this.#now / MINUTE_MS / DAY_MINUTES));
    const sheets = (this.#byDoctor.get(doctor) ?? [])
      .filter(({ id }) => splitSheetId(id).date >= addDays(today, -1))
      .toSorted((left, right) => (left.id < right.id ? -1 : 1));
    if (holdsCalendar(this.#hb, doctor)) return sheets;
    const first = dateOf(sheets[0]);
    if (first === undefined || first > addDays(today, 1)) return [];
    const gap = sheets.findIndex((sheet, at) => dateOf(sheet) !== addDays(first, at));
    return gap < 0 ? sheets : sheets.slice(0, gap);
  }
}

function dateOf(sheet: Sheet | undefined): CalendarDate | undefined {
  return sheet && splitSheetId(sheet.id).date;
}

function holdsCalendar(hb: Holder, doctor: EntityId): boolean {
  return hb.isComplete(`calendar:${doctor}`);
}

/** Dates that nobody named hold none. */
export function isWithin(date: CalendarDate, dates: Dates | undefined): boolean {
  return dates !== undefined && date >= dates.from && date <= dates.to;
}
