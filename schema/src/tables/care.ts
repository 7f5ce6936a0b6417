import { sql } from "drizzle-orm";
import { double, foreignKey, index, int, mysqlTable, primaryKey, uniqueIndex } from "drizzle-orm/mysql-core";
import { big, entityId, jsonText, sheetIdColumn, word, words } from "./columns.ts";

/** A place where patients are seen. */
export const clinic = mysqlTable(
  "clinic",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    name: words(120)("name").notNull(),
    code: words(20)("code"),
    level: words(20)("level"),
    type: words(60)("type"),
    owner: words(80)("owner"),
    county: words(60)("county"),
    ward: words(60)("ward"),
    lat: double("lat"),
    lng: double("lng"),
    zone: word("zone").notNull(),
  },
  (t) => [index("clinic_position").on(t.tenantId, t.lat, t.lng)],
);

/** A doctor's entry in the directory. Specialities and languages are words between commas, with a comma at both ends. */
export const doctor = mysqlTable(
  "doctor",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    name: words(120)("name").notNull(),
    clinicId: entityId("clinic_id").notNull(),
    specialities: words(400)("specialities").notNull(),
    languages: words(60)("languages").notNull(),
  },
  (t) => [index("doctor_clinic").on(t.clinicId)],
);

/** A patient's profile. */
export const patient = mysqlTable(
  "patient",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    name: words(120)("name").notNull(),
    accountId: entityId("account_id"),
    clinicId: entityId("clinic_id"),
    born: word("born"),
    sex: word("sex"),
    phone: word("phone"),
    email: words(254)("email"),
    notices: word("notices"),
    language: word("language"),
    village: words(80)("village"),
    cardNumber: words(40)("card_number"),
  },
  (t) => [index("patient_account").on(t.accountId), index("patient_clinic").on(t.clinicId)],
);

/** A doctor's week and its exceptions. */
export const availability = mysqlTable(
  "availability",
  {
    /** the doctor's id */
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    /** the plan as JSON, without id and sheetsUntil */
    plan: jsonText("plan").notNull(),
    sheetsUntil: word("sheets_until"),
  },
  (t) => [index("availability_until").on(t.sheetsUntil)],
);

/** One doctor's one day: the row that is locked, written and versioned for every booking on it. */
export const daySheet = mysqlTable(
  "day_sheet",
  {
    id: sheetIdColumn("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    doctorId: entityId("doctor_id").notNull(),
    date: word("date").notNull(),
    zone: word("zone").notNull(),
    /** slot runs as JSON */
    runs: jsonText("runs").notNull(),
    /** how many slots are free */
    free: int("free").notNull(),
  },
  (t) => [index("day_sheet_date").on(t.doctorId, t.date)],
);

/**
 * Time that is taken, in cells of five minutes: `who` is a doctor or a patient. The primary key is what makes two appointments of one doctor's (or one
 * patient's) time impossible, whoever writes them.
 */
export const busyTime = mysqlTable(
  "busy_time",
  {
    who: entityId("who").notNull(),
    /** minutes since 1970 divided by five */
    cell: int("cell").notNull(),
    appointmentId: entityId("appointment_id").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.who, t.cell] }),
    uniqueIndex("busy_time_owner").on(t.who, t.cell, t.appointmentId),
    index("busy_time_appointment").on(t.appointmentId),
  ],
);

const holds = sql.raw("status IN ('pending','booked','arrived','fulfilled','noshow')");

/** An agreed time. While it holds time, its first and last cells must be its own in `busy_time`: the database refuses it otherwise. */
export const appointment = mysqlTable(
  "appointment",
  {
    id: entityId("id").primaryKey(),
    tenantId: word("tenant_id").notNull(),
    doctorId: entityId("doctor_id").notNull(),
    clinicId: entityId("clinic_id").notNull(),
    patientId: entityId("patient_id").notNull(),
    /** instant, ms since 1970 */
    startAt: big("start_at").notNull(),
    /** minutes the doctor's local time is ahead of UTC then */
    offset: int("offset_minutes").notNull(),
    minutes: int("minutes").notNull(),
    zone: word("zone").notNull(),
    status: word("status").notNull(),
    reason: words(200)("reason"),
    cancelReason: words(200)("cancel_reason"),
    firstCell: int("first_cell").generatedAlwaysAs(sql`CASE WHEN ${holds} THEN start_at DIV 300000 END`, {
      mode: "stored",
    }),
    lastCell: int("last_cell").generatedAlwaysAs(
      sql`CASE WHEN ${holds} THEN (start_at + minutes * 60000) DIV 300000 - 1 END`,
      { mode: "stored" },
    ),
  },
  (t) => [
    foreignKey({
      name: "appointment_doctor_first",
      columns: [t.doctorId, t.firstCell, t.id],
      foreignColumns: [busyTime.who, busyTime.cell, busyTime.appointmentId],
    }),
    foreignKey({
      name: "appointment_doctor_last",
      columns: [t.doctorId, t.lastCell, t.id],
      foreignColumns: [busyTime.who, busyTime.cell, busyTime.appointmentId],
    }),
    foreignKey({
      name: "appointment_patient_first",
      columns: [t.patientId, t.firstCell, t.id],
      foreignColumns: [busyTime.who, busyTime.cell, busyTime.appointmentId],
    }),
  ],
);
