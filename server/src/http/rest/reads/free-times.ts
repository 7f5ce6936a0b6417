import { addDays, MINUTE_MS, slotsOf, type Start } from "@healthbridge/schema";
import { daySheet } from "@healthbridge/schema/tables";
import { and, asc, between, eq, exists, gt, gte, inArray, lte, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { SHEET_COLUMNS, sheetOfRow } from "../../../operations/records/sheet-records.ts";
import { dateAt, type Dates } from "./parameters.ts";

/**
 * Sheets that are looked at for the next free time: what is left of one day may have passed, and around now a doctor's wall can show three different
 * dates (UTC-12 to UTC+14), so the fourth sheet with free slots has none that passed.
 */
const SHEETS_TO_LOOK_AT = 4;

/** The condition that a doctor has a free slot on one of these dates. */
export function hasFreeSlot(db: ReadDrizzle, doctorId: MySqlColumn, dates: Dates): SQL {
  const sheets = db
    .select({ one: sql`1` })
    .from(daySheet)
    .where(
      and(
        eq(daySheet.doctorId, doctorId),
        between(daySheet.date, dates.from, dates.to),
        gt(daySheet.free, 0),
      ),
    );
  return exists(sheets);
}

/** The first free slot that has not passed of each of these doctors, on these dates where some were asked for. */
export async function nextFree(
  db: ReadDrizzle,
  doctors: readonly string[],
  dates: Dates | undefined,
  now: number,
): Promise<ReadonlyMap<string, Start>> {
  if (doctors.length === 0) return new Map();
  const yesterday = addDays(dateAt(now), -1);
  const ranked = db
    .select({
      ...SHEET_COLUMNS,
      doctor: daySheet.doctorId,
      nth: sql<number>`ROW_NUMBER() OVER (PARTITION BY ${daySheet.doctorId} ORDER BY ${daySheet.date})`.as(
        "nth",
      ),
    })
    .from(daySheet)
    .where(
      and(
        inArray(daySheet.doctorId, [...doctors]),
        gte(daySheet.date, dates === undefined || dates.from < yesterday ? yesterday : dates.from),
        dates === undefined ? undefined : lte(daySheet.date, dates.to),
        gt(daySheet.free, 0),
      ),
    )
    .as("ranked");
  const rows = await db
    .select()
    .from(ranked)
    .where(lte(ranked.nth, SHEETS_TO_LOOK_AT))
    .orderBy(asc(ranked.doctor), asc(ranked.nth));
  const found = new Map<string, Start>();
  for (const row of rows) {
    if (found.has(row.doctor)) continue;
    const slot = slotsOf(sheetOfRow(row)).find(
      (each) => each.state === "f" && each.instant * MINUTE_MS >= now,
    );
    if (slot !== undefined) found.set(row.doctor, slot.start);
  }
  return found;
}
