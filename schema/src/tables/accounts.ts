import { index, mysqlTable, primaryKey, uniqueIndex } from "drizzle-orm/mysql-core";
import { big, entityId, secretText, word, words } from "./columns.ts";

/** An organisation whose data is kept apart from every other's. */
export const tenant = mysqlTable("tenant", {
  id: word("id").primaryKey(),
  name: words(120)("name").notNull(),
});

/** Somebody who can sign in. */
export const account = mysqlTable(
  "account",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    login: word("login").notNull(),
    name: words(120)("name").notNull(),
    role: word("role").notNull(),
    doctorId: entityId("doctor_id"),
    language: word("language"),
    status: word("status").notNull(),
    /** argon2id in PHC form; null: nobody can sign in with a password */
    passwordHash: secretText("password_hash"),
  },
  (t) => [uniqueIndex("account_login").on(t.tenantId, t.login), uniqueIndex("account_doctor").on(t.doctorId)],
);

/** The clinics an account works for. */
export const accountClinic = mysqlTable(
  "account_clinic",
  { accountId: entityId("account_id").notNull(), clinicId: entityId("clinic_id").notNull() },
  (t) => [primaryKey({ columns: [t.accountId, t.clinicId] }), index("account_clinic_clinic").on(t.clinicId)],
);

/** A device an account signed in on. */
export const device = mysqlTable(
  "device",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    accountId: entityId("account_id").notNull(),
    name: words(120)("name").notNull(),
    status: word("status").notNull(),
    lastSeenAt: big("last_seen_at").notNull(),
  },
  (t) => [index("device_account").on(t.accountId)],
);

/** A family of refresh tokens: one sign-in on one device, and all its successors. Only digests are kept. */
export const session = mysqlTable(
  "session",
  {
    id: word("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    accountId: entityId("account_id").notNull(),
    deviceId: entityId("device_id").notNull(),
    /** 1 for the token sign-in gave, one more for each successor that was made */
    generation: big("generation").notNull(),
    /** digest of the newest token */
    currentHash: word("current_hash").notNull(),
    /** digest of the one before, which may still ask for the same successor */
    previousHash: word("previous_hash"),
    /** digest of the nonce the newest token was made with */
    nonceHash: word("nonce_hash").notNull(),
    createdAt: big("created_at").notNull(),
    usedAt: big("used_at").notNull(),
    expiresAt: big("expires_at").notNull(),
    endedAt: big("ended_at"),
    endedWhy: word("ended_why"),
  },
  (t) => [
    index("session_device").on(t.deviceId),
    index("session_account").on(t.accountId),
    uniqueIndex("session_sign_in").on(t.currentHash),
  ],
);

/** A ticket that opens one socket, once. Only its digest is kept, and only until it is used or over. */
export const ticket = mysqlTable(
  "ticket",
  {
    digest: word("digest").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    accountId: entityId("account_id").notNull(),
    deviceId: entityId("device_id").notNull(),
    purpose: word("purpose").notNull(),
    /** where the page that asked for it came from; none where it was no page */
    origin: secretText("origin"),
    expiresAt: big("expires_at").notNull(),
  },
  (t) => [index("ticket_over").on(t.expiresAt)],
);
