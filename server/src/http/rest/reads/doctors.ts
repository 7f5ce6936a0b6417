import { CalendarDate, Clinic, Doctor, Language, Speciality, Start, EntityId } from "@healthbridge/schema";
import { clinic, doctor } from "@healthbridge/schema/tables";
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import * as z from "zod/mini";
import { doctorOfRow } from "../../../operations/records/directory-records.ts";
import { withoutNulls } from "../../../operations/records/table.ts";
import { httpProblem } from "../../problem.ts";
import { exampleClinic, exampleDoctor, exampleStart } from "../openapi/examples.ts";
import { hasFreeSlot, nextFree } from "./free-times.ts";
import { After, pageOf, pageSchema } from "./pages.ts";
import { checkedDates, type Dates, Limit, Near, SearchText, WithinKm } from "./parameters.ts";
import { rank } from "./ranking.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { inTenant } from "./visibility.ts";

/** What a list says about the clinic of a doctor. */
const DoctorsClinic = z.pick(Clinic, { id: true, name: true, county: true, lat: true, lng: true });

const DoctorFound = z.extend(Doctor, {
  clinic: DoctorsClinic,
  /** only where `near` was asked for */
  distanceMetres: z.optional(z.int()),
  /** the first free slot that has not passed, on the dates that were asked for; absent: none within the days that have sheets */
  nextFree: z.optional(Start),
});

const Query = z.strictObject({
  near: z.optional(Near),
  withinKm: WithinKm,
  speciality: z.optional(Speciality),
  language: z.optional(Language),
  name: z.optional(SearchText),
  freeOn: z.optional(CalendarDate),
  freeFrom: z.optional(CalendarDate),
  freeTo: z.optional(CalendarDate),
  limit: Limit,
  after: z.optional(After),
});

/** `GET /v1/doctors` */
export const searchDoctors = defineRead({
  path: "/v1/doctors",
  summary: "Find doctors nearby",
  description:
    "Nearest first where `near` is given, else by name. `freeOn`, or `freeFrom` with `freeTo`, leaves only doctors with a free time on these dates of their own calendar; what has passed by now does " +
    "not count, so a page can be shorter than `limit`: `next` alone says whether there is more.",
  params: NOTHING,
  query: Query,
  answer: pageSchema(DoctorFound),
  example: {
    items: [
      {
        ...exampleDoctor,
        clinic: clinicInList(exampleClinic),
        distanceMetres: 1_840,
        nextFree: exampleStart,
      },
    ],
  },
  async find({ who, query, db, now }) {
    const dates = freeDates(query);
    const visible = inTenant(who, doctor.tenantId);
    const ranking = await rank(db, query, { table: doctor, lat: clinic.lat, lng: clinic.lng, visible });
    const rows = await db
      .select({
        id: doctor.id,
        row: doctor,
        clinic: { id: clinic.id, name: clinic.name, county: clinic.county, lat: clinic.lat, lng: clinic.lng },
        metres: ranking.metres,
      })
      .from(doctor)
      .innerJoin(clinic, eq(clinic.id, doctor.clinicId))
      .where(
        and(
          visible,
          inTenant(who, clinic.tenantId),
          query.name === undefined ? undefined : sql`LOCATE(${query.name}, ${doctor.name}) > 0`,
          query.speciality === undefined ? undefined : hasWord(doctor.specialities, query.speciality),
          query.language === undefined ? undefined : hasWord(doctor.languages, query.language),
          dates === undefined ? undefined : hasFreeSlot(db, doctor.id, dates),
          ...ranking.conditions,
        ),
      )
      .orderBy(...ranking.order)
      .limit(query.limit + 1);
    const free = await nextFree(
      db,
      rows.map(({ id }) => id),
      dates,
      now,
    );
    const page = pageOf(
      rows,
      query.limit,
      ({ id, row, clinic: at, metres }) => ({
        ...doctorOfRow(row),
        clinic: clinicInList(at),
        ...(metres === null ? {} : { distanceMetres: metres }),
        ...(free.has(id) ? { nextFree: free.get(id) } : {}),
      }),
      ranking.endOf,
    );
    return dates === undefined ? page : { ...page, items: page.items.filter(({ id }) => free.has(id)) };
  },
});

/** `GET /v1/doctors/:doctor` */
export const readDoctor = defineRead({
  path: "/v1/doctors/:doctor",
  summary: "A doctor",
  params: z.strictObject({ doctor: EntityId }),
  query: NOTHING,
  answer: Doctor,
  example: exampleDoctor,
  async find({ who, params, db }) {
    const rows = await db
      .select()
      .from(doctor)
      .where(and(inTenant(who, doctor.tenantId), eq(doctor.id, params.doctor)));
    return rows[0] === undefined ? undefined : doctorOfRow(rows[0]);
  },
});

function freeDates(query: z.infer<typeof Query>): Dates | undefined {
  const { freeOn, freeFrom, freeTo } = query;
  if (freeOn !== undefined) {
    if (freeFrom !== undefined || freeTo !== undefined)
      throw httpProblem("malformed", "query.freeOn", "stands alone, without freeFrom and freeTo");
    return { from: freeOn, to: freeOn };
  }
  if (freeFrom === undefined && freeTo === undefined) return undefined;
  if (freeFrom === undefined || freeTo === undefined)
    throw httpProblem(
      "malformed",
      freeFrom === undefined ? "query.freeFrom" : "query.freeTo",
      "one needs the other",
    );
  return checkedDates(freeFrom, freeTo, "freeTo");
}

/** Whether a list (words between commas, with a comma at both ends) holds a word. The word was checked to have no comma. */
function hasWord(list: MySqlColumn, word: string): SQL {
  return sql`LOCATE(${`,${word},`}, ${list}) > 0`;
}

function clinicInList(row: object): z.infer<typeof DoctorsClinic> {
  return DoctorsClinic.parse(withoutNulls(row));
}
