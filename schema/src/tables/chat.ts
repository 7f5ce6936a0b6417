import { index, int, mysqlTable, tinyint, uniqueIndex } from "drizzle-orm/mysql-core";
import { big, entityId, entityIds, word, words } from "./columns.ts";

/** The chat of an appointment. Its row is locked for every message, so numbers have no gap and appear in the order of commits. */
export const conversation = mysqlTable(
  "conversation",
  {
    /** the appointment's id */
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    patientId: entityId("patient_id").notNull(),
    doctorId: entityId("doctor_id").notNull(),
    /** number of the newest message */
    lines: int("line_count").notNull(),
    /** 1, or null */
    closed: tinyint("closed"),
    patientDelivered: int("patient_delivered"),
    patientRead: int("patient_read"),
    doctorDelivered: int("doctor_delivered"),
    doctorRead: int("doctor_read"),
    /** messages up to here stand in no feed any more */
    trimmedThrough: int("trimmed_through").notNull().default(0),
  },
  (t) => [index("conversation_patient").on(t.patientId), index("conversation_doctor").on(t.doctorId)],
);

/** Conversations that were taken away, until all that was in them is gone as well: messages, documents. */
export const removedConversation = mysqlTable("removed_conversation", {
  id: entityId("id").primaryKey(),
  tenantId: word("tenant_id").notNull(),
  /** ms since 1970 */
  removedAt: big("removed_at").notNull(),
});

/** What was said. The unique key is what makes a number that is given twice impossible, whoever writes it. */
export const message = mysqlTable(
  "message",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    conversationId: entityId("conversation_id").notNull(),
    number: int("line_number").notNull(),
    /** patient, clinic, doctor */
    by: word("written_by").notNull(),
    accountId: entityId("account_id").notNull(),
    /** the doctor who wrote it; null: nobody wrote as the doctor, or it was written before this was noted */
    doctorId: entityId("doctor_id"),
    /** ms since 1970 */
    at: big("at").notNull(),
    /** null: it was withdrawn, or says no more than what is attached */
    text: words(2_000)("text"),
    /** ids with commas between */
    attachments: entityIds("attachments"),
    /** those of them that arrived later than the message, in the same way */
    thumbnails: entityIds("thumbnails"),
    arrived: entityIds("arrived"),
    replyTo: entityId("reply_to"),
    /** 1, or null */
    urgent: tinyint("urgent"),
    withdrawn: tinyint("withdrawn"),
  },
  (t) => [uniqueIndex("message_number").on(t.conversationId, t.number)],
);
