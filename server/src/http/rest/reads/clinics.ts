import { Clinic, EntityId } from "@healthbridge/schema";
import { clinic } from "@healthbridge/schema/tables";
import { and, eq, sql } from "drizzle-orm";
import * as z from "zod/mini";
import { clinicOfRow } from "../../../operations/records/directory-records.ts";
import { exampleClinic } from "../openapi/examples.ts";
import { After, pageOf, pageSchema } from "./pages.ts";
import { Limit, Near, SearchText, WithinKm } from "./parameters.ts";
import { endOfRanked, ranked } from "./ranking.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { inTenant } from "./visibility.ts";

const ClinicFound = z.extend(Clinic, {
  /** only where `near` was asked for */
  distanceMetres: z.optional(z.int()),
});

/** `GET /v1/clinics` */
export const searchClinics = defineRead({
  path: "/v1/clinics",
  summary: "Find clinics",
  description:
    "Nearest first where `near` is given (clinics without a position are left out then), else by name. `name` may be any part of a name.",
  params: NOTHING,
  query: z.strictObject({
    near: z.optional(Near),
    withinKm: WithinKm,
    name: z.optional(SearchText),
    county: z.optional(SearchText),
    limit: Limit,
    after: z.optional(After),
  }),
  answer: pageSchema(ClinicFound),
  example: { items: [{ ...exampleClinic, distanceMetres: 1_840 }] },
  async find({ who, query, db }) {
    const visible = inTenant(who, clinic.tenantId);
    const by = { table: clinic, lat: clinic.lat, lng: clinic.lng, visible };
    const enough = query.limit + 1;
    const rows = await ranked(db, query, by, enough, ({ metres, conditions, order }) =>
      db
        .select({ id: clinic.id, row: clinic, metres })
        .from(clinic)
        .where(
          and(
            visible,
            query.county === undefined ? undefined : eq(clinic.county, query.county),
            query.name === undefined ? undefined : sql`LOCATE(${query.name}, ${clinic.name}) > 0`,
            ...conditions,
          ),
        )
        .orderBy(...order)
        .limit(enough),
    );
    return pageOf(
      rows,
      query.limit,
      ({ row, metres }) => ({ ...clinicOfRow(row), ...(metres === null ? {} : { distanceMetres: metres }) }),
      endOfRanked,
    );
  },
});

/** `GET /v1/clinics/:clinic` */
export const readClinic = defineRead({
  path: "/v1/clinics/:clinic",
  summary: "A clinic",
  params: z.strictObject({ clinic: EntityId }),
  query: NOTHING,
  answer: Clinic,
  example: exampleClinic,
  async find({ who, params, db }) {
    const rows = await db
      .select()
      .from(clinic)
      .where(and(inTenant(who, clinic.tenantId), eq(clinic.id, params.clinic)));
    return rows[0] === undefined ? undefined : clinicOfRow(rows[0]);
  },
});
