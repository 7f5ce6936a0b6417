import {
  AppointmentStatus,
  type CalendarLink,
  daysFromDate,
  DAY_MINUTES,
  formatStart,
  LIMITS,
  MINUTE_MS,
} from "@healthbridge/schema";
import { appointment, clinic, doctor, feedEntry, patient } from "@healthbridge/schema/tables";
import { and, asc, eq, gte, inArray, sql, type SQL } from "drizzle-orm";
import type { ReadDrizzle } from "../../database/statements.ts";
import type { Authenticated } from "../context.ts";
import { dateAt } from "../rest/reads/parameters.ts";
import type { CalendarEvent } from "./calendar-text.ts";

/**
 * What a link shows now, to its maker as she may see it now: `undefined` where she has lost the role it was made in (she is that doctor no longer, or acts for the
 * patient no longer).
 */
export async function eventsOf(
  db: ReadDrizzle,
  link: CalendarLink,
  who: Authenticated,
  now: number,
): Promise<readonly CalendarEvent[] | undefined> {
  const whose = await ownersOf(db, link, who);
  if (whose === undefined) return undefined;
  const rows = await db
    .select({
      row: appointment,
      doctor: doctor.name,
      clinic: clinic.name,
      patient: patient.name,
      changedAt: sql<number>`(${newestChange(db, feedEntry.changedAt)})`.mapWith(Number),
      changes: sql<number>`(${newestChange(db, feedEntry.number)})`.mapWith(Number),
    })
    .from(appointment)
    .innerJoin(doctor, eq(doctor.id, appointment.doctorId))
    .innerJoin(clinic, eq(clinic.id, appointment.clinicId))
    .innerJoin(patient, eq(patient.id, appointment.patientId))
    .where(and(eq(appointment.tenantId, who.tenant), gte(appointment.startAt, firstInstant(now)), whose))
    // Of more than a calendar holds those around today, and what was called off last: however often somebody books and cancels, a doctor looks for her next patients.
    .orderBy(
      sql`${appointment.status} IN ('cancelled','expired')`,
      sql`ABS(${appointment.startAt} - ${midnight(now)})`,
      asc(appointment.id),
    )
    .limit(LIMITS.calendarEvents);
  const summaryOf = (row: { readonly doctor: string; readonly patient: string }): string => {
    if (link.of.doctor === undefined) return `Appointment with ${row.doctor}`;
    return link.names ? `Appointment: ${row.patient}` : "Appointment";
  };
  return rows.toSorted(byStart).map((found): CalendarEvent => {
    const { id, startAt, offset, minutes, zone, status } = found.row;
    return {
      id,
      startAt,
      minutes,
      zone,
      status: AppointmentStatus.parse(status),
      start: formatStart(startAt / MINUTE_MS, offset),
      summary: summaryOf(found),
      place: found.clinic,
      changedAt: found.changedAt,
      changes: found.changes,
    };
  });
}

/** The condition that an appointment is of somebody the link shows, by an index that begins with doctor or patient; `undefined`: not hers to see. */
async function ownersOf(db: ReadDrizzle, { of }: CalendarLink, who: Authenticated): Promise<SQL | undefined> {
  if (of.doctor !== undefined)
    return of.doctor === who.doctor ? eq(appointment.doctorId, of.doctor) : undefined;
  const patients = await db
    .select({ id: patient.id })
    .from(patient)
    .where(
      and(
        eq(patient.tenantId, who.tenant),
        eq(patient.accountId, who.account),
        of.patient === undefined ? undefined : eq(patient.id, of.patient),
      ),
    )
    .orderBy(asc(patient.id));
  if (patients.length > 0)
    return inArray(
      appointment.patientId,
      patients.map(({ id }) => id),
    );
  // Who acts for nobody yet has an empty calendar; who acts for this one patient no longer has none.
  return of.patient === undefined && who.role === "patient" ? sql`FALSE` : undefined;
}

/** Every feed that shows it was told of a change in the same transaction, by the database's clock and with the feed's next number. */
function newestChange(db: ReadDrizzle, column: typeof feedEntry.changedAt | typeof feedEntry.number) {
  return db
    .select({ at: sql`COALESCE(MAX(${column}), 0)` })
    .from(feedEntry)
    .where(and(eq(feedEntry.kind, "appointment"), eq(feedEntry.entityId, appointment.id)));
}

/** By whole days, so that a calendar in which nothing happens stays the same for a day. */
function firstInstant(now: number): number {
  return midnight(now) - LIMITS.calendarDaysBack * DAY_MINUTES * MINUTE_MS;
}

/** In UTC, ms. */
function midnight(now: number): number {
  return daysFromDate(dateAt(now)) * DAY_MINUTES * MINUTE_MS;
}

interface Found {
  readonly row: { readonly id: string; readonly startAt: number };
}

function byStart({ row: left }: Found, { row: right }: Found): number {
  return left.startAt - right.startAt || (left.id < right.id ? -1 : 1);
}
