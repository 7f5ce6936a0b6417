import { EntityId, Patient } from "@healthbridge/schema";
import { patient } from "@healthbridge/schema/tables";
import { and, asc, eq } from "drizzle-orm";
import * as z from "zod/mini";
import { patientOfRow } from "../../../operations/records/directory-records.ts";
import { examplePatient } from "../openapi/examples.ts";
import { After, afterName, pageOf, pageSchema } from "./pages.ts";
import { Limit } from "./parameters.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { readable } from "./visibility.ts";

/** `GET /v1/patients`. No search by name or telephone: addresses end up in logs; devices search what they hold. */
export const listPatients = defineRead({
  path: "/v1/patients",
  summary: "Patients the caller may see",
  description: "By name. `clinic`: only those whose card this clinic keeps.",
  params: NOTHING,
  query: z.strictObject({ clinic: z.optional(EntityId), limit: Limit, after: z.optional(After) }),
  answer: pageSchema(Patient),
  example: { items: [examplePatient] },
  async find({ who, query, db }) {
    const visible = readable(db, who, "patient", patient);
    const nameOf = async (id: string): Promise<string | undefined> => {
      const rows = await db
        .select({ name: patient.name })
        .from(patient)
        .where(and(visible, eq(patient.id, id)));
      return rows[0]?.name;
    };
    const rows = await db
      .select()
      .from(patient)
      .where(
        and(
          visible,
          query.clinic === undefined ? undefined : eq(patient.clinicId, query.clinic),
          await afterName(query.after, patient.name, patient.id, nameOf),
        ),
      )
      .orderBy(asc(patient.name), asc(patient.id))
      .limit(query.limit + 1);
    return pageOf(rows, query.limit, patientOfRow, ({ id }) => id);
  },
});

/** `GET /v1/patients/:patient` */
export const readPatient = defineRead({
  path: "/v1/patients/:patient",
  summary: "A patient",
  params: z.strictObject({ patient: EntityId }),
  query: NOTHING,
  answer: Patient,
  example: examplePatient,
  async find({ who, params, db }) {
    const rows = await db
      .select()
      .from(patient)
      .where(and(readable(db, who, "patient", patient), eq(patient.id, params.patient)));
    return rows[0] === undefined ? undefined : patientOfRow(rows[0]);
  },
});
