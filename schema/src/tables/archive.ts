import { index, mysqlTable } from "drizzle-orm/mysql-core";
import { big, entityId, jsonText, word } from "./columns.ts";

/** Finished appointments that were put away: kept as long as the operator wants, shown to nobody, in nobody's way. */
export const appointmentArchive = mysqlTable(
  "appointment_archive",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    patientId: entityId("patient_id").notNull(),
    /** instant, ms since 1970 */
    startAt: big("start_at").notNull(),
    /** the appointment as JSON */
    entity: jsonText("entity").notNull(),
  },
  (t) => [index("appointment_archive_patient").on(t.patientId)],
);
