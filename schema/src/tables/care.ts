import { sql } from "drizzle-orm";
import {
  check,
  double,
  foreignKey,
  index,
  int,
  mysqlTable,
  primaryKey,
  uniqueIndex,
} from "drizzle-orm/mysql-core";
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
    /** as JSON */
    holidays: jsonText("holidays"),
  },
  (t) => [index("clinic_position").on(t.tenantId, t.lat, t.lng), index("clinic_name").on(t.tenantId, t.name)],
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
    /** rules for who books with her, as JSON */
    rules: jsonText("rules"),
    /** in minor units; null where she names none, as is the currency then */
    feeAmount: big("fee_amount"),
    feeCurrency: word("fee_currency"),
  },
  (t) => [
    // All that a search asks of a doctor, so that those who do not match cost no look at their rows.
    index("doctor_search").on(
      t.clinicId,
      t.specialities,
      t.languages,
      t.feeCurrency,
      t.feeAmount,
      t.tenantId,
    ),
    index("doctor_name").on(t.tenantId, t.name),
  ],
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
    /** what is kept only until an instant, as JSON */
    held: jsonText("held"),
    /** what clinics' devices have to themselves, as JSON */
    leased: jsonText("leased"),
    /** the last number given out in the day's queue */
    queue: int("queue_number"),
  },
  (t) => [index("day_sheet_date").on(t.doctorId, t.date)],
);

/**
 * Time that is taken, in cells of five minutes: `who` is a doctor or a patient. The primary key is what makes two appointments of one doctor's (or one
 * patient's) time impossible, whoever writes them. A group session owns its doctor's time as one.
 */
export const busyTime = mysqlTable(
  "busy_time",
  {
    who: entityId("who").notNull(),
    /** minutes since 1970 divided by five */
    cell: int("cell").notNull(),
    /** the appointment, or the group session it belongs to */
    appointmentId: entityId("appointment_id").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.who, t.cell] }),
    uniqueIndex("busy_time_owner").on(t.who, t.cell, t.appointmentId),
    index("busy_time_appointment").on(t.appointmentId),
  ],
);

/** Keeps time to itself: not who came without an appointment. */
const holds = "status IN ('pending','booked','arrived','fulfilled','noshow') AND queue_number IS NULL";
/** The patient's: not what was confirmed without a network while she took another time. */
const holdsTime = `${holds} AND patient_busy IS NULL`;
/** The doctor's: not what was put beside another on purpose. */
const holdsSlot = `${holds} AND overbooked IS NULL`;
const FIRST_CELL = "start_at DIV 300000";
const LAST_CELL = "(start_at + minutes * 60000) DIV 300000 - 1";

const cell = (name: string, when: string, which: string) =>
  int(name).generatedAlwaysAs(sql.raw(`CASE WHEN ${when} THEN ${which} END`), { mode: "stored" });

/**
 * An agreed time, and what comes before and after one. While it holds time, its first and last cells must be its own (its group session's, for the doctor) in
 * `busy_time`: the database refuses it otherwise. Of a group session each place can be had once.
 */
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
    cancelledBy: word("cancelled_by"),
    visit: word("visit"),
    urgency: word("urgency"),
    /** what waits for a word is over then, ms since 1970 */
    until: big("until_at"),
    awaits: word("awaits"),
    heldBy: entityId("held_by"),
    /** on the waiting list: the first and last date that would do, the part of the day, since when and how long it waits (ms) */
    wantsFrom: word("wants_from"),
    wantsTo: word("wants_to"),
    wantsPart: word("wants_part"),
    wantsSince: big("wants_since"),
    wantsUntil: big("wants_until"),
    overbooked: words(200)("overbooked"),
    /** 1, or null */
    patientBusy: int("patient_busy"),
    queue: int("queue_number"),
    places: int("places"),
    /** the group session it is one of, and its place there from 1 on */
    sessionId: entityId("session_id"),
    seat: int("seat"),
    firstCell: cell("first_cell", holdsTime, FIRST_CELL),
    lastCell: cell("last_cell", holdsTime, LAST_CELL),
    doctorFirstCell: cell("doctor_first_cell", holdsSlot, FIRST_CELL),
    doctorLastCell: cell("doctor_last_cell", holdsSlot, LAST_CELL),
    /** who owns the doctor's time */
    ownerId: entityId("owner_id").generatedAlwaysAs(sql`COALESCE(session_id, id)`, { mode: "stored" }),
    takenSeat: int("taken_seat").generatedAlwaysAs(sql.raw(`CASE WHEN ${holdsSlot} THEN seat END`), {
      mode: "stored",
    }),
    /** until when something is open, ms: what a clean-up looks for */
    openUntil: big("open_until").generatedAlwaysAs(
      sql`CASE WHEN status IN ('pending','waitlist') THEN until_at END`,
      { mode: "stored" },
    ),
    /** the doctor it waits for */
    waitsFor: entityId("waits_for").generatedAlwaysAs(sql`CASE WHEN status = 'waitlist' THEN doctor_id END`, {
      mode: "stored",
    }),
  },
  (t) => [
    index("appointment_doctor_start").on(t.doctorId, t.startAt),
    foreignKey({
      name: "appointment_owner_first",
      columns: [t.doctorId, t.doctorFirstCell, t.ownerId],
      foreignColumns: [busyTime.who, busyTime.cell, busyTime.appointmentId],
    }),
    foreignKey({
      name: "appointment_owner_last",
      columns: [t.doctorId, t.doctorLastCell, t.ownerId],
      foreignColumns: [busyTime.who, busyTime.cell, busyTime.appointmentId],
    }),
    foreignKey({
      name: "appointment_patient_first",
      columns: [t.patientId, t.firstCell, t.id],
      foreignColumns: [busyTime.who, busyTime.cell, busyTime.appointmentId],
    }),
    uniqueIndex("appointment_seat").on(t.sessionId, t.takenSeat),
    index("appointment_open").on(t.openUntil),
    index("appointment_waiting").on(t.waitsFor, t.wantsTo),
    index("appointment_held").on(t.heldBy),
    index("appointment_status").on(t.status, t.startAt),
    check("appointment_seats", sql`seat BETWEEN 1 AND places`),
  ],
);
