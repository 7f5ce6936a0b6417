import {
  Appointment,
  epochMinutes,
  formatStart,
  holdsTime,
  MINUTE_MS,
  offsetMinutes,
  TIME_STEP_MINUTES,
} from "@healthbridge/schema";
import { appointment, busyTime } from "@healthbridge/schema/tables";
import type { Transaction } from "../../database/transaction.ts";
import {
  insertRows,
  loadRows,
  type Records,
  selectRows,
  type Stored,
  updateRows,
  withoutNulls,
} from "./table.ts";

/**
 * Appointments and the time they keep. A row that holds time must own its cells in `busy_time`, and two rows cannot own one cell: so time is given
 * back first, then taken, then the rows are written as they shall be, whatever moved where within one batch.
 */
export const appointmentRecords: Records<"appointment"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, appointment, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: appointmentOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, appointment, entities.map(appointmentRow)),
  update: (tx, entities) => updateRows(tx, appointment, entities.map(appointmentRow)),
};

/** Gives back the time of appointments that were cancelled or moved, before any time is taken. */
export async function releaseTime(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.write("UPDATE appointment SET status = 'cancelled' WHERE id IN (?)", [ids]);
  await tx.write("DELETE FROM busy_time WHERE appointment_id IN (?)", [ids]);
}

/** Takes the time of appointments that were made or moved, before their rows are written. */
export async function takeTime(tx: Transaction, entities: readonly Stored<"appointment">[]): Promise<void> {
  await insertRows(tx, busyTime, entities.flatMap(busyRows));
}

/** Appointments of patients that hold time and end after an instant (ms), by patient. Their patients are locked by the caller. */
export async function loadAgendas(
  tx: Transaction,
  patients: readonly string[],
  since: number,
): Promise<Map<string, Stored<"appointment">[]>> {
  const firstCell = Math.floor(since / MINUTE_MS / TIME_STEP_MINUTES);
  const where = "WHERE patient_id IN (?) AND first_cell >= ? ORDER BY patient_id, first_cell";
  const rows = await selectRows(tx, appointment, where, [[...patients], firstCell]);
  const agendas = new Map<string, Stored<"appointment">[]>(patients.map((id) => [id, []]));
  for (const row of rows)
    agendas.get(row.patientId)?.push({ tenant: row.tenantId, entity: appointmentOfRow(row) });
  return agendas;
}

/** Whether the time an appointment keeps differs between two of its states. */
export function timeMoved(before: Appointment, after: Appointment): boolean {
  if (!holdsTime(before.status)) return false;
  return (
    !holdsTime(after.status) ||
    before.start !== after.start ||
    before.minutes !== after.minutes ||
    before.patient !== after.patient ||
    before.doctor !== after.doctor
  );
}

/** A row of the table as the entity it holds. */
export function appointmentOfRow(row: typeof appointment.$inferSelect): Appointment {
  const fields = {
    ...row,
    doctor: row.doctorId,
    clinic: row.clinicId,
    patient: row.patientId,
    start: formatStart(row.startAt / MINUTE_MS, row.offset),
  };
  return Appointment.parse(withoutNulls(fields));
}

function appointmentRow({ tenant, entity }: Stored<"appointment">) {
  const { doctor, clinic, patient, start, ...fields } = entity;
  const startAt = epochMinutes(start) * MINUTE_MS;
  return {
    ...fields,
    tenantId: tenant,
    doctorId: doctor,
    clinicId: clinic,
    patientId: patient,
    startAt,
    offset: offsetMinutes(start),
  };
}

function busyRows({ entity }: Stored<"appointment">) {
  if (!holdsTime(entity.status)) return [];
  const first = epochMinutes(entity.start) / TIME_STEP_MINUTES;
  const cells = Array.from({ length: entity.minutes / TIME_STEP_MINUTES }, (_, at) => first + at);
  return [entity.doctor, entity.patient].flatMap((who) =>
    cells.map((cell) => ({ who, cell, appointmentId: entity.id })),
  );
}
