import {
  Appointment,
  byDays,
  CalendarDate,
  Clinic,
  Doctor,
  EntityId,
  keepsHours,
  Patient,
  WEEK_DAYS,
} from "@healthbridge/schema";
import { appointment, clinic, doctor, patient } from "@healthbridge/schema/tables";
import { and, eq } from "drizzle-orm";
import * as z from "zod/mini";
import { doctorOfRow } from "../../../operations/records/directory-records.ts";
import { exampleAppointment, exampleClinic, exampleDoctor, examplePatient } from "../openapi/examples.ts";
import { checkedDays, count, dateAt } from "./parameters.ts";
import { defineRead } from "./read-route.ts";
import { Slot } from "./sheets.ts";
import { inTenant, readable } from "./visibility.ts";
import { appointmentsByDay, directoryNames, patientNames, slotsByDate } from "./week-rows.ts";

const WeekQuery = z.strictObject({
  from: z.optional(CalendarDate),
  /** 1 for a day */
  days: z._default(count(1, WEEK_DAYS), WEEK_DAYS),
});

const Booked = z.pick(Appointment, { id: true, start: true, minutes: true, status: true, reason: true });

const DoctorsDay = z.object({
  date: CalendarDate,
  /** in order of time; absent: there is no sheet for this date */
  slots: z.optional(z.array(Slot)),
  /** only for those who keep her hours */
  appointments: z.optional(
    z.array(z.extend(Booked, { patient: z.object({ id: EntityId, name: z.optional(Patient.shape.name) }) })),
  ),
});

const DESCRIPTION = `The \`days\` (1 to ${String(WEEK_DAYS)}, all of them where left out) from \`from\` (today where left out), by the doctor's wall; none after 9999-12-31. What was cancelled keeps no time and is left out.`;

/** `GET /v1/doctors/:doctor/week` */
export const readDoctorsWeek = defineRead({
  path: "/v1/doctors/:doctor/week",
  summary: "A doctor's week, or day",
  description: `${DESCRIPTION} Those who keep her hours see the appointments with the patients' names; others see only what is free.`,
  params: z.strictObject({ doctor: EntityId }),
  query: WeekQuery,
  answer: z.object({ doctor: EntityId, from: CalendarDate, days: z.array(DoctorsDay) }),
  example: {
    doctor: exampleDoctor.id,
    from: "2026-11-24",
    days: [
      {
        date: "2026-11-24",
        slots: [
          { start: "2026-11-24T09:00+03:00", minutes: 20, state: "free" },
          { start: exampleAppointment.start, minutes: 20, state: "busy" },
        ],
        appointments: [
          {
            ...Booked.parse(exampleAppointment),
            patient: { id: examplePatient.id, name: examplePatient.name },
          },
        ],
      },
    ],
  },
  async find({ who, params, query, db, now }) {
    const [row] = await db
      .select()
      .from(doctor)
      .where(and(inTenant(who, doctor.tenantId), eq(doctor.id, params.doctor)));
    if (row === undefined) return undefined;
    const { from = dateAt(now), days } = query;
    checkedDays(from, days);
    const span = { from, days };
    const slots = await slotsByDate(db, who, params.doctor, span, now);
    const keeps = keepsHours(who, doctorOfRow(row));
    const whose = eq(appointment.doctorId, params.doctor);
    const booked = keeps ? await appointmentsByDay(db, who, whose, span) : byDays(from, days, []);
    const names = await patientNames(
      db,
      who,
      booked.flatMap((day) => day.appointments.map((each) => each.patient)),
    );
    return {
      doctor: params.doctor,
      from,
      days: booked.map(({ date, appointments }) => ({
        date,
        slots: slots.get(date),
        appointments: keeps
          ? appointments.map((each) => ({
              ...each,
              patient: { id: each.patient, name: names.get(each.patient) },
            }))
          : undefined,
      })),
    };
  },
});

const PatientsDay = z.object({
  date: CalendarDate,
  appointments: z.array(
    z.extend(Booked, {
      doctor: z.pick(Doctor, { id: true, name: true }),
      clinic: z.pick(Clinic, { id: true, name: true }),
    }),
  ),
});

/** `GET /v1/patients/:patient/week` */
export const readPatientsWeek = defineRead({
  path: "/v1/patients/:patient/week",
  summary: "A patient's week, or day",
  description: DESCRIPTION,
  params: z.strictObject({ patient: EntityId }),
  query: WeekQuery,
  answer: z.object({ patient: EntityId, from: CalendarDate, days: z.array(PatientsDay) }),
  example: {
    patient: examplePatient.id,
    from: "2026-11-24",
    days: [
      {
        date: "2026-11-24",
        appointments: [
          {
            ...Booked.parse(exampleAppointment),
            doctor: { id: exampleDoctor.id, name: exampleDoctor.name },
            clinic: { id: exampleClinic.id, name: exampleClinic.name },
          },
        ],
      },
    ],
  },
  async find({ who, params, query, db, now }) {
    const [row] = await db
      .select({ id: patient.id })
      .from(patient)
      .where(and(readable(db, who, "patient", patient), eq(patient.id, params.patient)));
    if (row === undefined) return undefined;
    const { from = dateAt(now), days } = query;
    checkedDays(from, days);
    const whose = eq(appointment.patientId, params.patient);
    const booked = await appointmentsByDay(db, who, whose, { from, days });
    const all = booked.flatMap(({ appointments }) => appointments);
    const doctors = await directoryNames(
      db,
      who,
      doctor,
      all.map((each) => each.doctor),
    );
    const clinics = await directoryNames(
      db,
      who,
      clinic,
      all.map((each) => each.clinic),
    );
    return {
      patient: params.patient,
      from,
      days: booked.map(({ date, appointments }) => ({
        date,
        appointments: appointments.map((each) => ({
          ...each,
          doctor: { id: each.doctor, name: doctors.get(each.doctor) ?? "" },
          clinic: { id: each.clinic, name: clinics.get(each.clinic) ?? "" },
        })),
      })),
    };
  },
});
