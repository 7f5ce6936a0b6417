import {
  addDays,
  dateFromDays,
  DAY_MINUTES,
  type EntityId,
  operationId,
  sheetId,
} from "@healthbridge/schema";
import { SingleConnection } from "../server/src/database/single-connection.ts";
import type { CleanUpWorld, PastDoctor } from "./clean-up-world.ts";
import type { Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const OFFSET_MINUTES = 180;
const FIRST_MINUTE = 6 * 60;
const SLOT_MINUTES = 20;
const SLOTS = 48;
/** Operations of one appointment: booked, come, seen. */
const OPERATIONS = 3;
const DAYS_AT_ONCE = 50;

/**
 * Writes finished appointments with everything the server leaves of one, past it: a server cannot be asked for what was years ago. What one leaves was read off the
 * server's own tables after a booking, an arrival and an end; notices are those of a server that sends a confirmation and one reminder. One doctor's after
 * another's, which is quickest: what lies together is written together.
 * @param lastDaysAgo before how many days the last of them were
 */
export async function writePast(
  stage: Stage,
  { doctors }: CleanUpWorld,
  count: number,
  lastDaysAgo: number,
): Promise<void> {
  await using database = await SingleConnection.open(stage.databaseUrl);
  // Rows point at each other, so that one of them is always first.
  await database.run("SET SESSION foreign_key_checks = 0, unique_checks = 0");
  const began = performance.now();
  const days = Math.ceil(count / doctors.length / SLOTS);
  const firstDay = addDays(dateFromDays(Math.floor(Date.now() / DAY_MS)), 1 - days - lastDaysAgo);
  let written = 0;
  for (const [at, doctor] of doctors.entries()) {
    const end = Math.floor(((at + 1) * count) / doctors.length);
    for (let day = 0; written < end; day += DAYS_AT_ONCE) {
      const days = { first: addDays(firstDay, day), most: end - written };
      written += await writeDays(database, stage.tenant, doctor, days);
    }
    if (at % 25 === 24) {
      const seconds = Math.round((performance.now() - began) / 1000);
      stage.say(
        `  ${written.toLocaleString("en")} of ${count.toLocaleString("en")} appointments of the past (${String(seconds)} s) …`,
      );
    }
  }
  await writeStreams(database, stage.tenant, doctors);
}

/** Some days of a doctor, full until there are no more appointments to write; answers how many were. */
async function writeDays(
  database: SingleConnection,
  tenant: string,
  doctor: PastDoctor,
  { first, most }: { readonly first: string; readonly most: number },
): Promise<number> {
  const midnight = Date.parse(`${first}T00:00:00Z`) - OFFSET_MINUTES * MINUTE_MS;
  const count = Math.min(most, DAYS_AT_ONCE * SLOTS);
  const rows = Array.from({ length: count }, (_, at) => {
    const minutes = FIRST_MINUTE + (at % SLOTS) * SLOT_MINUTES;
    const row = appointmentRow(
      tenant,
      doctor,
      midnight + Math.floor(at / SLOTS) * DAY_MS + minutes * MINUTE_MS,
    );
    doctor.had += 1;
    return row;
  });
  await database.run(
    `INSERT INTO appointment (id, tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status, reason)
     VALUES ?`,
    [rows],
  );
  const range = [doctor.id, midnight, midnight + DAYS_AT_ONCE * DAY_MS];
  for (const statement of BELONGINGS) await database.run(statement, range);
  await writeSheets(database, tenant, doctor, { first, midnight, days: Math.ceil(count / SLOTS) });
  await database.run(NUMBERS, [tenant]);
  return count;
}

function appointmentRow(tenant: string, doctor: PastDoctor, startAt: number): (string | number | null)[] {
  const patient: EntityId = doctor.patients[doctor.had % doctor.patients.length] ?? "";
  const id = operationId(doctor.stream, doctor.had * OPERATIONS + 1);
  const reason = doctor.had % 2 === 0 ? "Cough and fever" : null;
  const place = [id, tenant, doctor.id, doctor.clinic, patient];
  return [...place, startAt, OFFSET_MINUTES, SLOT_MINUTES, "Africa/Nairobi", "fulfilled", reason];
}

const THESE = "a.doctor_id = ? AND a.start_at >= ? AND a.start_at < ?";
const CELLS = "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) c";
const HASH = (of: string): string =>
  `REPLACE(REPLACE(REPLACE(TO_BASE64(UNHEX(SHA2(${of}, 256))), '+', '-'), '/', '_'), '=', '')`;

/** The feeds that show an appointment: of its clinic, and of its doctor's account. */
const FEEDS = [
  "JOIN feed f ON f.tenant_id = a.tenant_id AND f.name = CONCAT('clinic:', a.clinic_id)",
  "JOIN account o ON o.doctor_id = a.doctor_id JOIN feed f ON f.tenant_id = a.tenant_id AND f.name = CONCAT('account:', o.id)",
];

/** What belongs to the appointments of some days of a doctor. */
const BELONGINGS = [
  ...["doctor_id", "patient_id"].map(
    (who) => `INSERT INTO busy_time (who, cell, appointment_id)
      SELECT a.${who}, a.first_cell + c.n, a.id FROM appointment a JOIN ${CELLS} WHERE ${THESE} ORDER BY 1, 2`,
  ),
  // Each operation bumped the feed once.
  ...FEEDS.map(
    (feed) => `INSERT INTO feed_entry (feed, kind, entity_id, number, gone, origin, other_number, changed_at)
      SELECT f.handle, 'appointment', a.id, f.number + ${String(OPERATIONS)} * ROW_NUMBER() OVER (PARTITION BY f.handle ORDER BY a.start_at, a.id), 0, NULL, 0, a.start_at
      FROM appointment a ${feed} WHERE ${THESE}`,
  ),
  // The doctor sees the patient whom she expects.
  `INSERT INTO feed_entry (feed, kind, entity_id, number, gone, origin, other_number, changed_at)
   SELECT f.handle, 'patient', a.patient_id, f.number + 1, 0, NULL, 0, a.start_at FROM appointment a ${FEEDS[1] ?? ""} WHERE ${THESE}
   ON DUPLICATE KEY UPDATE feed_entry.feed = feed_entry.feed`,
  `INSERT INTO operation (stream_id, number, tenant_id, account_id, type, fingerprint, input, applied, outcome, made_at, decided_at)
   SELECT SUBSTRING_INDEX(a.id, '.', 1), SUBSTRING_INDEX(a.id, '.', -1) + p.n, a.tenant_id, o.id, p.type,
     LEFT(${HASH("CONCAT(a.id, p.type)")}, 22),
     IF(p.n = 0, CONCAT('{"doctor":"', a.doctor_id, '","patient":"', a.patient_id, IF(a.reason IS NULL, '', CONCAT('","reason":"', a.reason)), '","start":"',
       DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL a.start_at DIV 60000 + a.offset_minutes MINUTE), '%Y-%m-%dT%H:%i'), '+03:00"}'),
       CONCAT('{"appointment":"', a.id, '"}')),
     1, NULL, a.start_at, a.start_at + p.later
   FROM appointment a JOIN account o ON o.doctor_id = a.doctor_id
   JOIN (SELECT 0 AS n, 'appointment.book' AS type, -86400000 AS later UNION ALL SELECT 1, 'appointment.checkIn', 0
     UNION ALL SELECT 2, 'appointment.complete', 900000) p WHERE ${THESE} ORDER BY 1, 2`,
  `INSERT INTO notice (id, tenant_id, appointment_id, patient_id, kind, channel, start_at, occasion, status, next_at, claim, attempts, sent_by, why, ended_at)
   SELECT ${HASH("CONCAT(a.id, k.kind)")}, a.tenant_id, a.id, a.patient_id, k.kind, 'first', a.start_at, a.start_at + k.later, 'sent', NULL, 1, 1, 'sms', NULL, a.start_at + k.later
   FROM appointment a JOIN (SELECT 'confirmation' AS kind, -86400000 AS later UNION ALL SELECT 'reminder', -7200000) k WHERE ${THESE} ORDER BY 1`,
];

const NUMBERS = `UPDATE feed f SET f.number = GREATEST(f.number, COALESCE((SELECT MAX(e.number) FROM feed_entry e WHERE e.feed = f.handle), 0))
  WHERE f.tenant_id = ?`;

/** The doctor's days, all taken, in the calendar. */
async function writeSheets(
  database: SingleConnection,
  tenant: string,
  { id }: PastDoctor,
  { first, midnight, days }: { readonly first: string; readonly midnight: number; readonly days: number },
): Promise<void> {
  const rows = Array.from({ length: days }, (_, day) => {
    const date = addDays(first, day);
    const minute = midnight / MINUTE_MS + day * DAY_MINUTES + FIRST_MINUTE;
    const run = [minute, OFFSET_MINUTES, SLOT_MINUTES, SLOT_MINUTES, "b".repeat(SLOTS)];
    return [sheetId(id, date), tenant, id, date, "Africa/Nairobi", JSON.stringify([run]), 0];
  });
  await database.run("INSERT INTO day_sheet (id, tenant_id, doctor_id, date, zone, runs, free) VALUES ?", [
    rows,
  ]);
  await database.run(
    `INSERT INTO feed_entry (feed, kind, entity_id, number, gone, origin, other_number, changed_at)
     SELECT f.handle, 'sheet', s.id, f.number + 1, 0, NULL, 0, ? FROM day_sheet s JOIN feed f ON f.tenant_id = s.tenant_id AND f.name = CONCAT('calendar:', s.doctor_id)
     WHERE s.id IN (?)`,
    [midnight, rows.map(([sheet = ""]) => sheet)],
  );
}

async function writeStreams(
  database: SingleConnection,
  tenant: string,
  doctors: readonly PastDoctor[],
): Promise<void> {
  const rows = doctors.map(({ stream, account, had }) => [
    stream,
    tenant,
    account,
    null,
    had * OPERATIONS,
    0,
    had * OPERATIONS,
    Date.now(),
  ]);
  await database.run(
    `INSERT INTO stream (id, tenant_id, account_id, device_id, settled, pruned_through, durable_through, touched_at) VALUES ?
     ON DUPLICATE KEY UPDATE settled = VALUES(settled), durable_through = VALUES(durable_through)`,
    [rows],
  );
}
