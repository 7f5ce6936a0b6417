import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { type DeviceLine, type DeviceView, readLines, type RigLine } from "../history.ts";
import { type DocumentRow, readDocuments } from "./document-rows.ts";

/**
 * What the checker judges by: the histories, what the devices showed in the end, and the tables, read with SQL of its own. Nothing here or in the rules comes
 * from the product, so that a mistake of the product's cannot be the checker's as well.
 */
export interface Evidence {
  readonly devices: readonly DeviceEvidence[];
  readonly rig: readonly RigLine[];
  /** the tables at the end of all */
  readonly rows: Rows;
  /** the tables when devices wrote down what they show: holds that run out afterwards are no news to them yet */
  readonly rowsShown: Rows;
}

export interface DeviceEvidence {
  readonly name: string;
  readonly lines: readonly DeviceLine[];
  /** missing where the device could not be asked any more */
  readonly view: DeviceView | undefined;
}

export interface AppointmentRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly doctor_id: string;
  readonly clinic_id: string;
  readonly patient_id: string;
  readonly start_at: number;
  readonly offset_minutes: number;
  readonly minutes: number;
  readonly zone: string;
  readonly status: string;
  readonly reason: string | null;
  readonly cancel_reason: string | null;
  readonly cancelled_by: string | null;
  readonly visit: string | null;
  readonly urgency: string | null;
  readonly until_at: number | null;
  readonly awaits: string | null;
  readonly held_by: string | null;
  readonly wants_from: string | null;
  readonly wants_to: string | null;
  readonly wants_part: string | null;
  readonly wants_since: number | null;
  readonly wants_until: number | null;
  readonly overbooked: string | null;
  readonly patient_busy: number | null;
  readonly queue_number: number | null;
  readonly places: number | null;
}

export interface PatientRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly account_id: string | null;
  readonly clinic_id: string | null;
  readonly born: string | null;
  readonly sex: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  readonly village: string | null;
  readonly card_number: string | null;
}

export interface OperationRow {
  readonly stream_id: string;
  readonly number: number;
  readonly account_id: string;
  readonly type: string;
  readonly applied: number;
  readonly outcome: string | null;
}

export interface DoctorRow {
  readonly id: string;
  readonly name: string;
  readonly clinic_id: string;
  readonly specialities: string;
  readonly languages: string;
  readonly rules: string | null;
}

export interface SheetRow {
  readonly id: string;
  readonly doctor_id: string;
  readonly date: string;
  readonly zone: string;
  readonly runs: string;
  readonly held: string | null;
  readonly leased: string | null;
  readonly queue_number: number | null;
}

export interface AvailabilityRow {
  readonly id: string;
  readonly plan: string;
  readonly sheets_until: string | null;
}

export interface ConversationRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly patient_id: string;
  readonly doctor_id: string;
  readonly line_count: number;
  readonly closed: number | null;
  readonly patient_delivered: number | null;
  readonly patient_read: number | null;
  readonly doctor_delivered: number | null;
  readonly doctor_read: number | null;
}

export interface MessageRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly line_number: number;
  readonly written_by: string;
  readonly account_id: string;
  readonly doctor_id: string | null;
  readonly at: number;
  readonly text: string | null;
  readonly reply_to: string | null;
  readonly urgent: number | null;
  readonly withdrawn: number | null;
}

export interface Rows {
  readonly appointments: readonly AppointmentRow[];
  readonly patients: readonly PatientRow[];
  readonly operations: readonly OperationRow[];
  readonly doctors: readonly DoctorRow[];
  readonly sheets: readonly SheetRow[];
  readonly availabilities: readonly AvailabilityRow[];
  readonly conversations: readonly ConversationRow[];
  readonly messages: readonly MessageRow[];
  readonly documents: readonly DocumentRow[];
}

/** Where the database is, in mysql2's words. */
export interface DatabaseAccess {
  readonly socketPath: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export async function gatherEvidence(
  folder: string,
  database: DatabaseAccess,
  rowsShown: Rows,
): Promise<Evidence> {
  return {
    devices: readDevices(folder),
    rig: readLines<RigLine>(join(folder, "rig.jsonl")),
    rows: await readRows(database),
    rowsShown,
  };
}

function readDevices(folder: string): readonly DeviceEvidence[] {
  const names = readdirSync(folder);
  return names
    .filter((name) => /^d\d+\.jsonl$/.test(name))
    .map((file) => {
      const name = file.slice(0, -".jsonl".length);
      const view = `${name}.view.json`;
      return {
        name,
        lines: readLines<DeviceLine>(join(folder, file)),
        view: names.includes(view)
          ? (JSON.parse(readFileSync(join(folder, view), "utf8")) as DeviceView)
          : undefined,
      };
    });
}

export async function readRows(database: DatabaseAccess): Promise<Rows> {
  const connection = await createConnection({ ...database });
  const all = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await connection.query(sql, [...values]))[0] as Row[];
  try {
    await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    return {
      appointments: await all(
        `SELECT id, tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status, reason, cancel_reason,
           cancelled_by, visit, urgency, until_at, awaits, held_by, wants_from, wants_to, wants_part, wants_since, wants_until, overbooked, patient_busy, queue_number, places FROM appointment`,
      ),
      patients: await all("SELECT * FROM patient"),
      operations: await all("SELECT stream_id, number, account_id, type, applied, outcome FROM operation"),
      doctors: await all("SELECT id, name, clinic_id, specialities, languages, rules FROM doctor"),
      sheets: await all("SELECT id, doctor_id, date, zone, runs, held, leased, queue_number FROM day_sheet"),
      availabilities: await all("SELECT id, plan, sheets_until FROM availability"),
      conversations: await all("SELECT * FROM conversation"),
      messages: await all(
        "SELECT id, conversation_id, line_number, written_by, account_id, doctor_id, at, text, reply_to, urgent, withdrawn FROM message",
      ),
      documents: await readDocuments(all),
    };
  } finally {
    await connection.end();
  }
}
