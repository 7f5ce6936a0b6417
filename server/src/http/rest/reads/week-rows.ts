import {
  addDays,
  type Appointment,
  AppointmentStatus,
  byDays,
  type CalendarDate,
  type DayOf,
  isKept,
  slotsOf,
  slotWord,
  splitSheetId,
} from "@healthbridge/schema";
import { appointment, type clinic, daySheet, type doctor, patient } from "@healthbridge/schema/tables";
import { and, asc, between, eq, inArray, type SQL } from "drizzle-orm";
import type * as z from "zod/mini";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { appointmentOfRow } from "../../../operations/records/appointment-records.ts";
import { SHEET_COLUMNS, sheetOfRow } from "../../../operations/records/sheet-records.ts";
import type { Authenticated } from "../../context.ts";
import { startsUntil, startsFrom } from "./appointments.ts";
import type { Slot } from "./sheets.ts";
import { inTenant, readable } from "./visibility.ts";

/** The most appointments one answer names: more than a doctor has in a week of five-minute slots from six to ten. */
const MOST_APPOINTMENTS = 1_500;
/** Others are not shown: however often somebody books and cancels, there is room for those that are. */
const SHOWN = AppointmentStatus.options.filter((status) => isKept({ status }));

/** Some days from a date on, by the doctor's wall. */
export interface Days {
  readonly from: CalendarDate;
  readonly days: number;
}

/** A doctor's slots, by date. */
export async function slotsByDate(
  db: ReadDrizzle,
  who: Authenticated,
  doctorId: string,
  { from, days }: Days,
  now: number,
): Promise<ReadonlyMap<CalendarDate, z.infer<typeof Slot>[]>> {
  const rows = await db
    .select(SHEET_COLUMNS)
    .from(daySheet)
    .where(
      and(
        inTenant(who, daySheet.tenantId),
        eq(daySheet.doctorId, doctorId),
        between(daySheet.date, from, addDays(from, days - 1)),
      ),
    );
  return new Map(
    rows.map(sheetOfRow).map((sheet) => [
      splitSheetId(sheet.id).date,
      slotsOf(sheet).map((slot) => ({
        start: slot.start,
        minutes: slot.minutes,
        state: slotWord(sheet, slot, now),
      })),
    ]),
  );
}

/** Appointments of somebody (`whose`) on each day, as far as the caller may see them: by `appointment_doctor_start`, or the patient's few. */
export async function appointmentsByDay(
  db: ReadDrizzle,
  who: Authenticated,
  whose: SQL,
  { from, days }: Days,
): Promise<readonly DayOf<Appointment>[]> {
  const rows = await db
    .select()
    .from(appointment)
    .where(
      and(
        whose,
        inArray(appointment.status, SHOWN),
        startsFrom(from),
        startsUntil(addDays(from, days - 1)),
        readable(db, who, "appointment", appointment),
      ),
    )
    .orderBy(asc(appointment.startAt))
    .limit(MOST_APPOINTMENTS);
  return byDays(from, days, rows.map(appointmentOfRow));
}

/** Names of patients whom the caller may see. */
export async function patientNames(
  db: ReadDrizzle,
  who: Authenticated,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: patient.id, name: patient.name })
    .from(patient)
    .where(and(inArray(patient.id, [...new Set(ids)]), readable(db, who, "patient", patient)));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Names of doctors or clinics, which everybody in the tenant may see. */
export async function directoryNames(
  db: ReadDrizzle,
  who: Authenticated,
  table: typeof doctor | typeof clinic,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: table.id, name: table.name })
    .from(table)
    .where(and(inTenant(who, table.tenantId), inArray(table.id, [...new Set(ids)])));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
