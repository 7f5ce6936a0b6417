import {
  CalendarDate,
  EntityId,
  type Sheet,
  Sheet as SheetSchema,
  slotsOf,
  slotWord,
  splitSheetId,
  Start,
  ZoneName,
} from "@healthbridge/schema";
import { daySheet, doctor } from "@healthbridge/schema/tables";
import { and, asc, between, eq } from "drizzle-orm";
import * as z from "zod/mini";
import { SHEET_COLUMNS, sheetOfRow } from "../../../operations/records/sheet-records.ts";
import { exampleDoctor, exampleSheet } from "../openapi/examples.ts";
import { checkedDates, dateAt, lastOfDays, MOST_DAYS } from "./parameters.ts";
import { defineRead } from "./read-route.ts";
import { inTenant } from "./visibility.ts";

/** Days that are answered where nobody says how many. */
const USUAL_DAYS = 14;

/** A slot as a screen shows it. */
export const Slot = z.object({
  start: Start,
  minutes: z.int(),
  state: z.enum(["free", "held", "busy", "blocked"]),
});

const DaySheet = z.object({
  date: CalendarDate,
  zone: ZoneName,
  /** how many slots are free */
  free: z.int(),
  /** the slots as devices hold them: `[first start in minutes since 1970, minutes ahead of UTC, length, step, one letter per slot]` */
  runs: SheetSchema.shape.runs,
  /** the same slots one by one, in order of time */
  slots: z.array(Slot),
});

/** `GET /v1/doctors/:doctor/sheets` */
export const readSheets = defineRead({
  path: "/v1/doctors/:doctor/sheets",
  summary: "A doctor's day sheets",
  description: `The days from \`from\` (today where left out) to \`to\` (two weeks where left out), both included, at most ${String(MOST_DAYS)}. A day without hours has no sheet.`,
  params: z.strictObject({ doctor: EntityId }),
  query: z.strictObject({ from: z.optional(CalendarDate), to: z.optional(CalendarDate) }),
  answer: z.object({ doctor: EntityId, sheets: z.array(DaySheet) }),
  example: { doctor: exampleDoctor.id, sheets: [unpacked(exampleSheet, 0)] },
  async find({ who, params, query, db, now }) {
    const from = query.from ?? dateAt(now);
    const dates = checkedDates(from, query.to ?? lastOfDays(from, USUAL_DAYS), "to");
    const doctors = await db
      .select({ id: doctor.id })
      .from(doctor)
      .where(and(inTenant(who, doctor.tenantId), eq(doctor.id, params.doctor)));
    if (doctors.length === 0) return undefined;
    const rows = await db
      .select(SHEET_COLUMNS)
      .from(daySheet)
      .where(
        and(
          inTenant(who, daySheet.tenantId),
          eq(daySheet.doctorId, params.doctor),
          between(daySheet.date, dates.from, dates.to),
        ),
      )
      .orderBy(asc(daySheet.date));
    return { doctor: params.doctor, sheets: rows.map((row) => unpacked(sheetOfRow(row), now)) };
  },
});

function unpacked(sheet: Sheet, now: number): z.infer<typeof DaySheet> {
  const slots = slotsOf(sheet).map((slot) => ({
    start: slot.start,
    minutes: slot.minutes,
    state: slotWord(sheet, slot, now),
  }));
  return {
    date: splitSheetId(sheet.id).date,
    zone: sheet.zone,
    free: slots.filter(({ state }) => state === "free").length,
    runs: sheet.runs,
    slots,
  };
}
