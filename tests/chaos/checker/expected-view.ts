import type { AppointmentRow, ConversationRow, DoctorRow, MessageRow, PatientRow, Rows } from "./evidence.ts";

/** The rows that decide what somebody may see. */
export type VisibleRows = Omit<Rows, "operations" | "messages" | "documents">;

/** Who looks, and what she asked to follow. */
export interface Viewer {
  readonly tenant: string;
  readonly account: string;
  readonly clinics: readonly string[];
  /** who she is, where she is a doctor */
  readonly doctor: string | undefined;
  /** doctors whose calendars she follows */
  readonly follows: readonly string[];
}

/** Entities as canonical text, by id. */
export type Texts = ReadonlyMap<string, string>;

/** What an account may see, by kind: the rights worked out anew from the protocol's description, from the rows alone. */
export function expectedView(viewer: Viewer, rows: VisibleRows): Readonly<Record<string, Texts>> {
  const { account, tenant, doctor } = viewer;
  const clinics = new Set(viewer.clinics);
  const patients = new Map(rows.patients.map((row) => [row.id, row]));
  const mine = (row: PatientRow | undefined): boolean =>
    row !== undefined &&
    (row.account_id === account || (row.clinic_id !== null && clinics.has(row.clinic_id)));
  const receives = (row: AppointmentRow): boolean =>
    clinics.has(row.clinic_id) || (doctor !== undefined && row.doctor_id === doctor);
  const appointments = rows.appointments.filter(
    (row) => row.tenant_id === tenant && (receives(row) || mine(patients.get(row.patient_id))),
  );
  const expectedHere = new Set(appointments.filter(receives).map(({ patient_id }) => patient_id));
  // Who answers a conversation is to know with whom.
  for (const row of rows.conversations)
    if (row.tenant_id === tenant && doctor !== undefined && row.doctor_id === doctor)
      expectedHere.add(row.patient_id);
  const calendars = new Set([...viewer.follows, ...(doctor === undefined ? [] : [doctor])]);
  const keepsHours = (row: DoctorRow): boolean => clinics.has(row.clinic_id) || row.id === doctor;
  const weeks = new Set(rows.doctors.filter(keepsHours).map(({ id }) => id));
  return {
    appointment: byId(appointments.map(appointmentOf)),
    patient: byId(
      rows.patients
        .filter((row) => row.tenant_id === tenant && (mine(row) || expectedHere.has(row.id)))
        .map(patientOf),
    ),
    doctor: byId(
      rows.doctors.filter((row) => calendars.has(row.id) || clinics.has(row.clinic_id)).map(doctorOf),
    ),
    sheet: byId(rows.sheets.filter(({ doctor_id }) => calendars.has(doctor_id)).map(sheetOf)),
    availability: byId(rows.availabilities.filter(({ id }) => weeks.has(id)).map(availabilityOf)),
    conversation: byId(
      rows.conversations.filter((row) => sideIn(viewer, row, patients) !== undefined).map(conversationOf),
    ),
  };
}

/** On which side somebody takes part in a conversation: the patient's or her clinic's people, or the doctor; nobody else sees it. */
export function sideIn(
  { tenant, account, clinics, doctor }: Viewer,
  row: ConversationRow,
  patients: ReadonlyMap<string, PatientRow>,
): "patient" | "doctor" | undefined {
  const patient = patients.get(row.patient_id);
  if (row.tenant_id !== tenant || patient === undefined) return undefined;
  if (patient.account_id === account || clinics.includes(patient.clinic_id ?? "")) return "patient";
  return row.doctor_id === doctor ? "doctor" : undefined;
}

/** What is wrong with what is shown. */
export function differences(where: string, shown: Texts, expected: Texts): readonly string[] {
  const found: string[] = [];
  for (const [id, text] of expected) {
    const seen = shown.get(id);
    if (seen === undefined) found.push(`${where}: ${id} is missing`);
    else if (seen !== text) found.push(`${where}: ${id} shows ${seen} instead of ${text}`);
  }
  for (const id of shown.keys()) if (!expected.has(id)) found.push(`${where}: ${id} should not be there`);
  return found;
}

/** Entities as canonical text, by id. */
export function byId(entities: readonly object[]): Texts {
  return new Map(entities.map((entity) => ["id" in entity ? String(entity.id) : "", canonical(entity)]));
}

function appointmentOf(row: AppointmentRow): object {
  return {
    id: row.id,
    doctor: row.doctor_id,
    clinic: row.clinic_id,
    patient: row.patient_id,
    start: localStart(row.start_at, row.offset_minutes),
    minutes: row.minutes,
    zone: row.zone,
    status: row.status,
    reason: row.reason,
    cancelReason: row.cancel_reason,
    cancelledBy: row.cancelled_by,
    visit: row.visit,
    urgency: row.urgency,
    until: row.until_at,
    awaits: row.awaits,
    heldBy: row.held_by,
    wants: wantsOf(row),
    overbooked: row.overbooked,
    patientBusy: row.patient_busy === null ? null : true,
    queue: row.queue_number,
    places: row.places,
  };
}

function wantsOf(row: AppointmentRow): object | null {
  if (row.wants_from === null) return null;
  const {
    wants_from: from,
    wants_to: to,
    wants_part: partOfDay,
    wants_since: since,
    wants_until: until,
  } = row;
  return { from, to, partOfDay, since, until };
}

function patientOf(row: PatientRow): object {
  return {
    id: row.id,
    name: row.name,
    account: row.account_id,
    clinic: row.clinic_id,
    born: row.born,
    sex: row.sex,
    phone: row.phone,
    language: row.language,
    village: row.village,
    cardNumber: row.card_number,
  };
}

function doctorOf(row: DoctorRow): object {
  const words = (text: string): readonly string[] => text.split(",").filter((word) => word !== "");
  const { specialities, languages } = row;
  return {
    id: row.id,
    name: row.name,
    clinic: row.clinic_id,
    specialities: words(specialities),
    languages: words(languages),
    rules: row.rules === null ? null : (JSON.parse(row.rules) as unknown),
  };
}

function sheetOf({ id, zone, runs, held, leased, queue_number: queue }: Rows["sheets"][number]): object {
  const [slots, kept, ofDevices]: unknown[] = [runs, held, leased].map(
    (each) => JSON.parse(each ?? "null") as unknown,
  );
  return { id, zone, runs: slots, held: kept, leased: ofDevices, queue };
}

function availabilityOf({ id, plan, sheets_until }: Rows["availabilities"][number]): object {
  return { ...(JSON.parse(plan) as object), id, sheetsUntil: sheets_until };
}

function conversationOf(row: ConversationRow): object {
  return {
    id: row.id,
    patient: row.patient_id,
    doctor: row.doctor_id,
    closed: row.closed === null ? null : true,
    patientDelivered: row.patient_delivered,
    patientRead: row.patient_read,
    doctorDelivered: row.doctor_delivered,
    doctorRead: row.doctor_read,
  };
}

export function messageOf(row: MessageRow): object {
  return {
    id: row.id,
    conversation: row.conversation_id,
    number: row.line_number,
    by: row.written_by,
    account: row.account_id,
    doctor: row.doctor_id,
    at: row.at,
    text: row.text,
    replyTo: row.reply_to,
    urgent: row.urgent === null ? null : true,
    withdrawn: row.withdrawn === null ? null : true,
  };
}

/** `2026-11-29T09:20+03:00` */
function localStart(instant: number, offsetMinutes: number): string {
  const local = new Date(instant + offsetMinutes * 60_000).toISOString().slice(0, 16);
  const size = Math.abs(offsetMinutes);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${local}${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The same value, the same text: keys sorted, nothing for what is missing or null. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value)
    .filter(([, each]) => each !== undefined && each !== null)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
  return `{${parts.join(",")}}`;
}
