import {
  type Appointment,
  Appointment as AppointmentShape,
  epochMinutes,
  formatStart,
  holdsSlot,
  holdsTime,
  isKept,
  MINUTE_MS,
  offsetMinutes,
} from "@healthbridge/schema";
import { appointment, busyTime } from "@healthbridge/schema/tables";
import type { SqlValue } from "../../database/lease.ts";
import type { Transaction } from "../../database/transaction.ts";
import { cellsOf } from "./cells.ts";
import { sessionOf } from "./group-sessions.ts";
import {
  insertRows,
  loadRows,
  type Records,
  type Source,
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
  // What an appointment has no longer is taken from its row.
  update: (tx, entities) =>
    updateRows(
      tx,
      appointment,
      entities.map((each) => ({ ...NOTHING, ...appointmentRow(each) })),
    ),
};

/** Gives back the time of appointments that were cancelled or moved, before any time is taken. */
export async function releaseTime(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.write("UPDATE appointment SET status = 'cancelled', seat = NULL WHERE id IN (?)", [ids]);
  await tx.write("DELETE FROM busy_time WHERE appointment_id IN (?)", [ids]);
}

/** Takes the time of appointments that were made or moved, before their rows are written. A group session's own time is taken by `takeSessions`. */
export async function takeTime(tx: Transaction, entities: readonly Stored<"appointment">[]): Promise<void> {
  await insertRows(tx, busyTime, entities.flatMap(busyRows));
}

/** Looks appointments up by a condition, with the tenant each belongs to. */
export async function findAppointments(
  source: Source,
  where: string,
  values: readonly SqlValue[],
): Promise<readonly Stored<"appointment">[]> {
  const rows = await selectRows(source, appointment, where, values);
  return rows.map((row) => ({ tenant: row.tenantId, entity: appointmentOfRow(row) }));
}

/** Whether the time an appointment keeps differs between two of its states. */
export function timeMoved(before: Appointment, after: Appointment): boolean {
  if (!isKept(before)) return false;
  return (
    !isKept(after) ||
    holdsTime(before) !== holdsTime(after) ||
    holdsSlot(before) !== holdsSlot(after) ||
    before.start !== after.start ||
    before.minutes !== after.minutes ||
    before.patient !== after.patient ||
    before.doctor !== after.doctor ||
    before.places !== after.places
  );
}

/** A row of the table as the entity it holds. */
export function appointmentOfRow(row: typeof appointment.$inferSelect): Appointment {
  const { wantsFrom: from, wantsTo: to, wantsPart: partOfDay, wantsSince: since, wantsUntil: until } = row;
  const fields = {
    ...row,
    doctor: row.doctorId,
    clinic: row.clinicId,
    patient: row.patientId,
    start: formatStart(row.startAt / MINUTE_MS, row.offset),
    patientBusy: row.patientBusy === null ? null : true,
    wants: from === null ? null : withoutNulls({ from, to, partOfDay, since, until }),
  };
  return AppointmentShape.parse(withoutNulls(fields));
}

/** Every field an appointment may lack. */
const NOTHING = {
  reason: null,
  cancelReason: null,
  cancelledBy: null,
  visit: null,
  urgency: null,
  until: null,
  awaits: null,
  heldBy: null,
  overbooked: null,
  patientBusy: null,
  queue: null,
  places: null,
  wantsFrom: null,
  wantsTo: null,
  wantsPart: null,
  wantsSince: null,
  wantsUntil: null,
  sessionId: null,
} as const;

function appointmentRow({ tenant, entity }: Stored<"appointment">) {
  const { doctor, clinic, patient, start, wants, patientBusy, ...fields } = entity;
  const startAt = epochMinutes(start) * MINUTE_MS;
  const session = sessionOf(entity);
  return {
    ...fields,
    tenantId: tenant,
    doctorId: doctor,
    clinicId: clinic,
    patientId: patient,
    startAt,
    offset: offsetMinutes(start),
    ...(wants && {
      wantsFrom: wants.from,
      wantsTo: wants.to,
      wantsPart: wants.partOfDay,
      wantsSince: wants.since,
      wantsUntil: wants.until,
    }),
    ...(patientBusy === true && { patientBusy: 1 }),
    ...(session !== undefined && { sessionId: session }),
  };
}

function busyRows({ entity }: Stored<"appointment">) {
  const whose = [
    ...(holdsSlot(entity) && entity.places === undefined ? [entity.doctor] : []),
    ...(holdsTime(entity) ? [entity.patient] : []),
  ];
  return whose.flatMap((who) => cellsOf(entity).map((cell) => ({ who, cell, appointmentId: entity.id })));
}
