import {
  Clinic,
  Doctor,
  type DoctorSort,
  EntityId,
  type FreeSlot,
  inOrder,
  LIMITS,
  type Sortable,
  sortNumber,
  Start,
} from "@healthbridge/schema";
import { clinic, doctor } from "@healthbridge/schema/tables";
import { and, eq, inArray, lte, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import * as z from "zod/mini";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { doctorOfRow } from "../../../operations/records/directory-records.ts";
import { withoutNulls } from "../../../operations/records/table.ts";
import type { Authenticated } from "../../context.ts";
import { exampleClinic, exampleDoctor, exampleStart } from "../openapi/examples.ts";
import { DoctorQuery, freeDates, sortOf } from "./doctor-query.ts";
import { mayHaveFreeSlot, nextFree } from "./free-times.ts";
import { endAt, endOf, pageOf, pageSchema } from "./pages.ts";
import type { Dates } from "./parameters.ts";
import { endOfRanked, ranked } from "./ranking.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { inTenant } from "./visibility.ts";

/** What a list says about the clinic of a doctor. */
const DoctorsClinic = z.pick(Clinic, { id: true, name: true, county: true, lat: true, lng: true });

const DoctorFound = z.extend(Doctor, {
  clinic: DoctorsClinic,
  /** only where `near` was asked for */
  distanceMetres: z.optional(z.int()),
  /** the first free slot that patients can still ask for, on the dates that were asked for; absent: none within the days that have sheets */
  nextFree: z.optional(Start),
});

/** `GET /v1/doctors` */
export const searchDoctors = defineRead({
  path: "/v1/doctors",
  summary: "Find doctors nearby",
  description:
    "Nearest first where `near` is given, else by name. `sort` by `fee` (in one `currency`) or `nextFree` sorts the nearest " +
    `${String(LIMITS.searchCandidates)} doctors that match; where that is equal the nearer comes first. \`currency\` leaves only doctors who name a fee in it, \`feeUpTo\` (minor units) only those who ask no more. ` +
    "`freeOn`, or `freeFrom` with `freeTo`, leaves only doctors with a free time on these dates of their own calendar; what has passed by now, or is nearer or further ahead than her rules of notice and " +
    "horizon allow, does not count (`perDay` and `perPatient` are not looked at), so a page can be shorter than `limit`: `next` alone says whether there is more.",
  params: NOTHING,
  query: DoctorQuery,
  answer: pageSchema(DoctorFound),
  example: {
    items: [
      {
        ...exampleDoctor,
        clinic: DoctorsClinic.parse(exampleClinic),
        distanceMetres: 1_840,
        nextFree: exampleStart,
      },
    ],
  },
  async find({ who, query, db, now }) {
    const sort = sortOf(query);
    const dates = freeDates(query);
    if (sort === "fee" || sort === "nextFree") return sortedPage({ who, query, db, now, dates }, sort);
    const rows = await matching({ who, query, db, dates }, query.limit + 1);
    const free = await nextFree(db, doctorsOf(rows.slice(0, query.limit)), dates, now);
    const page = pageOf(rows, query.limit, (row) => itemOf(row, free.get(row.id)), endOfRanked);
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

interface Asked {
  readonly who: Authenticated;
  readonly query: DoctorQuery;
  readonly db: ReadDrizzle;
  readonly dates: Dates | undefined;
}

/** A doctor who matches, her clinic, and how far away that is. */
interface Match {
  readonly id: string;
  readonly row: typeof doctor.$inferSelect;
  readonly clinic: object;
  readonly metres: number | null;
}

/** A page of the nearest doctors that match, sorted by something that no index can sort by: it changes with the clock, or with where somebody stands. */
async function sortedPage(asked: Asked & { readonly now: number }, sort: DoctorSort) {
  const { query, db, now, dates } = asked;
  const nearby = await matching({ ...asked, query: { ...query, after: undefined } }, LIMITS.searchCandidates);
  const timed = sort === "nextFree" || dates !== undefined;
  const free = timed ? await nextFree(db, doctorsOf(nearby), dates, now) : new Map<string, FreeSlot>();
  const matches = nearby
    .filter(({ id }) => dates === undefined || free.has(id))
    .map((match) => ({ match, by: sortableOf(match, free) }))
    .toSorted((left, right) => inOrder(sort)(left.by, right.by));
  const begin = query.after === undefined ? 0 : placeAfter(matches, sort, query.after);
  const rows = matches.slice(begin, begin + query.limit + 1);
  const shown = timed
    ? free
    : await nextFree(db, doctorsOf(rows.slice(0, query.limit).map(({ match }) => match)), dates, now);
  return pageOf(
    rows,
    query.limit,
    ({ match }) => itemOf(match, shown.get(match.id)),
    ({ by }) => endAt([sortNumber(sort, by), by.metres], by.id),
  );
}

/** Where in what was sorted the next page begins. What has moved meanwhile is found at its new place. */
function placeAfter(matches: readonly { readonly by: Sortable }[], sort: DoctorSort, after: string): number {
  const { numbers, id } = endOf(after, 2);
  const [number, metres] = numbers;
  const place = matches.findIndex(({ by }) => {
    const mine = sortNumber(sort, by);
    if (mine !== number) return mine > number;
    return by.metres === metres ? by.id > id : by.metres > metres;
  });
  return place < 0 ? matches.length : place;
}

function sortableOf({ id, row, metres }: Match, free: ReadonlyMap<string, FreeSlot>): Sortable {
  return { id, metres: metres ?? 0, fee: doctorOfRow(row).fee, nextFree: free.get(id) ?? "none" };
}

/** Doctors who match, the first behind the end of the last page. */
async function matching(asked: Asked, enough: number): Promise<readonly Match[]> {
  const found = await idsNearby(asked, enough);
  if (found.length === 0) return [];
  const rows = await asked.db
    .select({
      row: doctor,
      clinic: { id: clinic.id, name: clinic.name, county: clinic.county, lat: clinic.lat, lng: clinic.lng },
    })
    .from(doctor)
    .innerJoin(clinic, eq(clinic.id, doctor.clinicId))
    .where(inArray(doctor.id, idsOf(found)));
  const byId = new Map(rows.map((each) => [each.row.id, each]));
  return found.flatMap((each) => {
    const known = byId.get(each.id);
    return known === undefined ? [] : [{ ...each, ...known }];
  });
}

/**
 * Their ids alone, out of two indexes without a look at a row: the clinics in the box by `clinic_position` (tenant, lat, lng), the doctors of each by
 * `doctor_search`, which begins with the clinic. EXPLAIN on MariaDB 10.11 and 200,000 of each says `range` and `ref`, both `Using index`; with rows, a rare speciality in a city of
 * 40,000 took three times as long.
 */
function idsNearby({ who, query, db, dates }: Asked, enough: number) {
  const visible = inTenant(who, doctor.tenantId);
  const by = { table: doctor, lat: clinic.lat, lng: clinic.lng, visible };
  return ranked(db, query, by, enough, ({ metres, conditions, order }) =>
    db
      .select({ id: doctor.id, metres })
      .from(doctor)
      .innerJoin(clinic, eq(clinic.id, doctor.clinicId))
      .where(
        and(
          visible,
          inTenant(who, clinic.tenantId),
          query.name === undefined ? undefined : sql`LOCATE(${query.name}, ${doctor.name}) > 0`,
          query.speciality === undefined ? undefined : hasWord(doctor.specialities, query.speciality),
          query.language === undefined ? undefined : hasWord(doctor.languages, query.language),
          query.currency === undefined ? undefined : eq(doctor.feeCurrency, query.currency),
          query.feeUpTo === undefined ? undefined : lte(doctor.feeAmount, query.feeUpTo),
          dates === undefined ? undefined : mayHaveFreeSlot(db, doctor.id, dates),
          ...conditions,
        ),
      )
      .orderBy(...order)
      .limit(enough),
  );
}

function itemOf({ row, clinic: at, metres }: Match, free: FreeSlot | undefined): z.infer<typeof DoctorFound> {
  return {
    ...doctorOfRow(row),
    clinic: DoctorsClinic.parse(withoutNulls(at)),
    ...(metres === null ? {} : { distanceMetres: metres }),
    ...(free === undefined ? {} : { nextFree: free.start }),
  };
}

function doctorsOf(matches: readonly Match[]): Doctor[] {
  return matches.map(({ row }) => doctorOfRow(row));
}

function idsOf(matches: readonly { readonly id: string }[]): string[] {
  return matches.map(({ id }) => id);
}

/** Whether a list (words between commas, with a comma at both ends) holds a word. The word was checked to have no comma. */
function hasWord(list: MySqlColumn, word: string): SQL {
  return sql`LOCATE(${`,${word},`}, ${list}) > 0`;
}
