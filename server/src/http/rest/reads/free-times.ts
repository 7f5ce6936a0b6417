import { addDays, type CalendarDate, type Doctor, firstFreeSlot, type FreeSlot } from "@healthbridge/schema";
import { daySheet } from "@healthbridge/schema/tables";
import { and, between, eq, gt, gte, inArray, isNotNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { SHEET_COLUMNS, sheetOfRow } from "../../../operations/records/sheet-records.ts";
import { dateAt, type Dates } from "./parameters.ts";

/**
 * Days from yesterday on at which a look for free times ends and, for those who had none, the next begins; the last has no end. Most doctors are free within days: the sheets of
 * all eight weeks of a thousand doctors are sixty thousand rows.
 */
const LOOKS_END = [3, 14, Infinity];

/** The condition that a sheet may have a free slot: what is held there may be over, which the sheet is asked. */
const mayBeFree = or(gt(daySheet.free, 0), isNotNull(daySheet.held));

/**
 * The condition that a doctor may have a free slot on one of these dates. A look-up with a limit, not EXISTS: that both databases may turn into a join which begins with the sheets of
 * everybody.
 */
export function mayHaveFreeSlot(db: ReadDrizzle, doctorId: MySqlColumn, dates: Dates): SQL {
  const sheets = db
    .select({ one: sql`1` })
    .from(daySheet)
    .where(and(eq(daySheet.doctorId, doctorId), between(daySheet.date, dates.from, dates.to), mayBeFree))
    .limit(1);
  return sql`${sheets} = 1`;
}

/** The first free slot of each of these doctors that a patient can still ask for, on these dates where some were asked for. */
export async function nextFree(
  db: ReadDrizzle,
  doctors: readonly Doctor[],
  dates: Dates | undefined,
  now: number,
): Promise<ReadonlyMap<string, FreeSlot>> {
  // Somewhere a wall still shows yesterday's date, elsewhere tomorrow's.
  const yesterday = addDays(dateAt(now), -1);
  const tomorrow = addDays(dateAt(now), 1);
  const found = new Map<string, FreeSlot>();
  let from = yesterday;
  for (const end of LOOKS_END) {
    const until = end === Infinity ? undefined : addDays(yesterday, end);
    const open = doctors.filter(
      ({ id, rules: { horizonDays } = {} }) =>
        !found.has(id) && (horizonDays === undefined || from <= addDays(tomorrow, horizonDays)),
    );
    if (open.length === 0) break;
    const ids = open.map(({ id }) => id);
    const sheets = Map.groupBy(await freeSheets(db, ids, within(from, until, dates)), ({ doctor }) => doctor);
    for (const { id, rules } of open) {
      const slot = firstFreeSlot((sheets.get(id) ?? []).map(sheetOfRow), now, rules);
      if (slot !== undefined) found.set(id, slot);
    }
    if (until !== undefined) from = addDays(until, 1);
  }
  return found;
}

/** Sheets of these doctors that may have a free slot. */
function freeSheets(db: ReadDrizzle, doctors: readonly string[], dates: SQL | undefined) {
  return db
    .select({ ...SHEET_COLUMNS, doctor: daySheet.doctorId })
    .from(daySheet)
    .where(and(inArray(daySheet.doctorId, [...doctors]), dates, mayBeFree));
}

/** The condition that a sheet is of one look, and of the dates that were asked for. */
function within(
  from: CalendarDate,
  until: CalendarDate | undefined,
  dates: Dates | undefined,
): SQL | undefined {
  return and(
    gte(daySheet.date, from),
    until === undefined ? undefined : lte(daySheet.date, until),
    dates === undefined ? undefined : between(daySheet.date, dates.from, dates.to),
  );
}
