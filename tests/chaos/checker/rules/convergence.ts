import type { DeviceView } from "../../history.ts";
import type { AppointmentRow, DoctorRow, PatientRow, Rows } from "../evidence.ts";
import type { Rule } from "../rule.ts";

export const convergence: Rule = {
  id: "I7",
  means: "When all is calm, every device shows what the server holds, as far as its account may see it.",
  how: "What each device shows is compared, thing by thing and field by field, with what the tables say its account may see; the rights are worked out anew from the protocol's description.",
  check: ({ devices, rows }) =>
    devices.flatMap(({ name, view }) => {
      if (view === undefined) return [`${name} could not be asked what it shows`];
      const wrong = view.waiting.map((id) => `${name} still has ${id} waiting`);
      const expected = expectedView(view, rows);
      for (const kind of Object.keys(expected)) {
        const shown = new Map((view.entities[kind] ?? []).map((entity) => [idOf(entity), canonical(entity)]));
        wrong.push(...differences(`${name}, ${kind}`, shown, expected[kind] ?? new Map()));
      }
      return wrong;
    }),
};

function differences(
  where: string,
  shown: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): readonly string[] {
  const found: string[] = [];
  for (const [id, text] of expected) {
    const seen = shown.get(id);
    if (seen === undefined) found.push(`${where}: ${id} is missing`);
    else if (seen !== text) found.push(`${where}: ${id} shows ${seen} instead of ${text}`);
  }
  for (const id of shown.keys()) if (!expected.has(id)) found.push(`${where}: ${id} should not be there`);
  return found;
}

/** What an account may see, by kind and id, as canonical text. */
function expectedView(view: DeviceView, rows: Rows): Readonly<Record<string, ReadonlyMap<string, string>>> {
  const { account, tenant } = view;
  const clinics = new Set(account.clinics);
  const patients = new Map(rows.patients.map((row) => [row.id, row]));
  const mine = (row: PatientRow | undefined): boolean =>
    row !== undefined &&
    (row.account_id === account.id || (row.clinic_id !== null && clinics.has(row.clinic_id)));
  const receives = (row: AppointmentRow): boolean =>
    clinics.has(row.clinic_id) || (account.doctor !== undefined && row.doctor_id === account.doctor);
  const appointments = rows.appointments.filter(
    (row) => row.tenant_id === tenant && (receives(row) || mine(patients.get(row.patient_id))),
  );
  const expectedHere = new Set(appointments.filter(receives).map(({ patient_id }) => patient_id));
  const calendars = new Set([...view.follows, ...(account.doctor === undefined ? [] : [account.doctor])]);
  const keepsHours = (row: DoctorRow): boolean => clinics.has(row.clinic_id) || row.id === account.doctor;
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
  };
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
  };
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
  };
}

function sheetOf({ id, zone, runs }: Rows["sheets"][number]): object {
  return { id, zone, runs: JSON.parse(runs) as unknown };
}

function availabilityOf({ id, plan, sheets_until }: Rows["availabilities"][number]): object {
  return { ...(JSON.parse(plan) as object), id, sheetsUntil: sheets_until };
}

/** `2026-11-29T09:20+03:00` */
function localStart(instant: number, offsetMinutes: number): string {
  const local = new Date(instant + offsetMinutes * 60_000).toISOString().slice(0, 16);
  const size = Math.abs(offsetMinutes);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${local}${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function byId(entities: readonly object[]): ReadonlyMap<string, string> {
  return new Map(entities.map((entity) => [idOf(entity), canonical(entity)]));
}

function idOf(entity: object): string {
  return "id" in entity ? String(entity.id) : "";
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
