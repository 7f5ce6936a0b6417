import { index, int, mysqlTable } from "drizzle-orm/mysql-core";
import { big, entityId, secretText, word, words } from "./columns.ts";

/**
 * What somebody is to be told of an appointment, or of an urgent message in its conversation, written with the operation that is the cause of it. It says what of, not what: the
 * text is made when it is sent, out of how things are then.
 */
export const notice = mysqlTable(
  "notice",
  {
    /** a digest of what it tells of, to whom and by what: the same notice cannot be there twice, and a gateway knows it when it comes again */
    id: word("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    appointmentId: entityId("appointment_id").notNull(),
    patientId: entityId("patient_id").notNull(),
    /** confirmation, reminder, change, cancellation, offer, expiry; urgent */
    kind: word("kind").notNull(),
    /** push, sms, voice, email; `first`: the first of the operator's that reaches her */
    channel: word("channel").notNull(),
    /** the start it speaks of, ms since 1970: of another it says nothing. Urgent: when the message was written */
    startAt: big("start_at").notNull(),
    /** when what it tells of was decided, or for a reminder the instant it reminds at, ms */
    occasion: big("occasion").notNull(),
    /** waiting, claimed, sent, dropped (no longer so, or nobody to tell), failed */
    status: word("status").notNull(),
    /** ms: waiting, when to send it; claimed, when the claim runs out; null: it is over */
    nextAt: big("next_at"),
    /** rises with each claim: who lost one to the clock cannot finish it */
    claim: int("claim").notNull(),
    /** how often sending it failed */
    attempts: int("attempts").notNull(),
    /** the channel it went by */
    sentBy: word("sent_by"),
    /** why it was dropped or did not go, in a word of ours */
    why: word("why"),
    /** ms */
    endedAt: big("ended_at"),
    /** urgent: the message; else null */
    messageId: entityId("message_id"),
    /** urgent: who of the on-call list is told, a number or an e-mail address; null: the patient is */
    recipient: words(254)("recipient"),
  },
  (t) => [
    index("notice_next").on(t.nextAt),
    // Without the status: claiming a notice must not change what a batch that takes it back comes by.
    index("notice_appointment").on(t.appointmentId),
    index("notice_ended").on(t.endedAt),
  ],
);

/** Where a browser's push service takes messages for a device. The keys are the browser's: only it can read what is sent. */
export const pushSubscription = mysqlTable(
  "push_subscription",
  {
    deviceId: entityId("device_id").primaryKey(),
    /** digest of the endpoint */
    endpointHash: word("endpoint_hash").notNull(),
    endpoint: words(1_000)("endpoint").notNull(),
    p256dh: secretText("p256dh").notNull(),
    auth: secretText("auth").notNull(),
  },
  (t) => [index("push_subscription_endpoint").on(t.endpointHash)],
);
