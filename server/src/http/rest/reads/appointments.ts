import {
  Appointment,
  AppointmentStatus,
  CalendarDate,
  DAY_MINUTES,
  daysFromDate,
  EntityId,
  MINUTE_MS,
} from "@healthbridge/schema";
import { appointment } from "@healthbridge/schema/tables";
import { and, asc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import * as z from "zod/mini";
import { appointmentOfRow } from "../../../operations/records/appointment-records.ts";
import { exampleAppointment } from "../openapi/examples.ts";
import { After, afterNumber, endAt, pageOf, pageSchema } from "./pages.ts";
import { Limit } from "./parameters.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { readable } from "./visibility.ts";

const DAY_MS = DAY_MINUTES * MINUTE_MS;
const STATUSES = AppointmentStatus.options.join("|");

/** States between commas: `booked,arrived`. */
const Statuses = z.string().check(z.maxLength(100), z.regex(new RegExp(`^(${STATUSES})(,(${STATUSES}))*$`)));

/** `GET /v1/appointments` */
export const listAppointments = defineRead({
  path: "/v1/appointments",
  summary: "Appointments the caller may see",
  description:
    "In order of time. `from` and `to` are dates of the doctor's own calendar, both included. `status` may name several states between commas.",
  params: NOTHING,
  query: z.strictObject({
    from: z.optional(CalendarDate),
    to: z.optional(CalendarDate),
    status: z.optional(Statuses),
    doctor: z.optional(EntityId),
    patient: z.optional(EntityId),
    limit: Limit,
    after: z.optional(After),
  }),
  answer: pageSchema(Appointment),
  example: { items: [exampleAppointment] },
  async find({ who, query, db }) {
    const { from, to, status, doctor, patient } = query;
    const rows = await db
      .select()
      .from(appointment)
      .where(
        and(
          readable(db, who, "appointment", appointment),
          from === undefined ? undefined : startsFrom(from),
          to === undefined ? undefined : startsUntil(to),
          status === undefined ? undefined : inArray(appointment.status, status.split(",")),
          doctor === undefined ? undefined : eq(appointment.doctorId, doctor),
          patient === undefined ? undefined : eq(appointment.patientId, patient),
          afterNumber(query.after, appointment.startAt, appointment.id),
        ),
      )
      .orderBy(asc(appointment.startAt), asc(appointment.id))
      .limit(query.limit + 1);
    return pageOf(rows, query.limit, appointmentOfRow, (row) => endAt([row.startAt], row.id));
  },
});

/** `GET /v1/appointments/:appointment` */
export const readAppointment = defineRead({
  path: "/v1/appointments/:appointment",
  summary: "An appointment",
  params: z.strictObject({ appointment: EntityId }),
  query: NOTHING,
  answer: Appointment,
  example: exampleAppointment,
  async find({ who, params, db }) {
    const rows = await db
      .select()
      .from(appointment)
      .where(and(readable(db, who, "appointment", appointment), eq(appointment.id, params.appointment)));
    return rows[0] === undefined ? undefined : appointmentOfRow(rows[0]);
  },
});

/** The wall's time of a start, ms as if it were UTC. It is what counts; the bound on the instant beside it lets an index on time serve (no wall is more than a day away from UTC). */
const wallTime = sql`${appointment.startAt} + ${appointment.offset} * ${MINUTE_MS}`;

/** The condition that an appointment starts on a date of the doctor's wall or later. */
export function startsFrom(date: CalendarDate): SQL | undefined {
  const midnight = daysFromDate(date) * DAY_MS;
  return and(gte(appointment.startAt, midnight - DAY_MS), gte(wallTime, midnight));
}

/** The condition that an appointment starts on a date of the doctor's wall or before. */
export function startsUntil(date: CalendarDate): SQL | undefined {
  const midnight = (daysFromDate(date) + 1) * DAY_MS;
  return and(lt(appointment.startAt, midnight + DAY_MS), lt(wallTime, midnight));
}
