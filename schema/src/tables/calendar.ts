import { index, mysqlTable, tinyint, uniqueIndex } from "drizzle-orm/mysql-core";
import { big, entityId, word } from "./columns.ts";

/** Links under which calendar programs read. The secret in a link is kept nowhere: only its digest. */
export const calendarLink = mysqlTable(
  "calendar_link",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    accountId: entityId("account_id").notNull(),
    /** the device it was made on, whose session it ends with */
    deviceId: entityId("device_id").notNull(),
    doctorId: entityId("doctor_id"),
    patientId: entityId("patient_id"),
    /** 1: with patients' names */
    names: tinyint("names").notNull(),
    status: word("status").notNull(),
    /** base64url SHA-256 of the secret */
    digest: word("digest").notNull(),
    madeAt: big("made_at").notNull(),
  },
  (t) => [
    uniqueIndex("calendar_link_digest").on(t.digest),
    index("calendar_link_account").on(t.accountId, t.madeAt),
  ],
);
