import {
  type Appointment,
  addDays,
  byTurn,
  DAY_MINUTES,
  daysFromDate,
  LIMITS,
  MINUTE_MS,
  splitSheetId,
  waitsFor,
} from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import { type LoadedState, loginKey } from "./loaded-state.ts";
import { findAppointments } from "./records/appointment-records.ts";
import { cellOf } from "./records/cells.ts";
import type { Stored } from "./records/table.ts";
import type { TenantTouch } from "./tenant-touch.ts";

/** What decisions look up beside the entities. Each is read once for all that a batch asks for. */

/** A patient's agenda stands under the lock of the patient's row, which is taken with it. */
export async function loadAgenda(
  tx: Transaction,
  patients: readonly string[],
  since: number,
  state: LoadedState,
): Promise<void> {
  if (patients.length === 0) return;
  const where = "WHERE patient_id IN (?) AND first_cell >= ? ORDER BY patient_id, first_cell";
  const found = await findAppointments(tx, where, [[...patients], cellOf(since)]);
  noteLists(state, "agenda", patients, found, (id, { patient }) => patient === id);
}

/** What stands on day sheets. */
export async function loadStanding(
  tx: Transaction,
  sheets: readonly string[],
  state: LoadedState,
): Promise<void> {
  if (sheets.length === 0) return;
  const dates = sheets.map((id) => splitSheetId(id).date).toSorted();
  // Walls on earth are up to 14 hours ahead of UTC and 12 behind.
  const found = await findAppointments(
    tx,
    "WHERE doctor_id IN (?) AND doctor_first_cell BETWEEN ? AND ? ORDER BY doctor_id, doctor_first_cell",
    [
      doctorsOf(sheets),
      cellOf(startOf(addDays(dates[0] ?? "", -1))),
      cellOf(startOf(addDays(dates.at(-1) ?? "", 2))),
    ],
  );
  noteLists(state, "standing", sheets, found, (id, { doctor, start }) => {
    const { doctor: whose, date } = splitSheetId(id);
    return doctor === whose && start.startsWith(date);
  });
}

/** The most of one waiting list that is looked at; words sort by urgency, the most urgent last. */
const MOST_WAITING = 500;

/** Who waits for a time on day sheets, those whose turn it is first. */
export async function loadWaiting(
  tx: Transaction,
  sheets: readonly string[],
  state: LoadedState,
): Promise<void> {
  if (sheets.length === 0) return;
  const doctors = doctorsOf(sheets);
  const dates = sheets.map((id) => splitSheetId(id).date).toSorted();
  const found = await waitersOf(tx, doctors, dates[0] ?? "");
  noteLists(state, "waiting", sheets, found, (id, each) => {
    const { doctor, date } = splitSheetId(id);
    return each.doctor === doctor && waitsFor(each, date);
  });
}

async function waitersOf(
  tx: Transaction,
  doctors: readonly string[],
  from: string,
): Promise<readonly Stored<"appointment">[]> {
  const found = await findAppointments(
    tx,
    `WHERE waits_for IN (?) AND wants_to >= ? ORDER BY urgency DESC, wants_since LIMIT ${String(MOST_WAITING)}`,
    [doctors, from],
  );
  if (found.length < MOST_WAITING || doctors.length === 1) return found;
  // The many of one list must not hide those of another.
  const lists: Stored<"appointment">[] = [];
  for (const doctor of doctors) lists.push(...(await waitersOf(tx, [doctor], from)));
  return lists;
}

/** What accounts hold for somebody. They are under the lock of the account's row. */
export async function loadHolds(
  tx: Transaction,
  accounts: readonly string[],
  state: LoadedState,
): Promise<void> {
  if (accounts.length === 0) return;
  const where = "WHERE held_by IN (?) AND status = 'pending' ORDER BY id";
  const found = await findAppointments(tx, where, [[...accounts]]);
  noteLists(state, "holds", accounts, found, (id, { heldBy }) => heldBy === id);
}

/** Doctors of clinics who have a week. */
export async function loadClinicDoctors(
  tx: Transaction,
  clinics: readonly string[],
  state: LoadedState,
): Promise<void> {
  for (const clinic of clinics) {
    const rows = await tx.query<{ id: string; tenant: string }>(
      `SELECT d.id, d.tenant_id AS tenant FROM doctor d JOIN availability a ON a.id = d.id WHERE d.clinic_id = ? ORDER BY d.id LIMIT ${String(LIMITS.doctorsPerClinic + 1)}`,
      [clinic],
    );
    const tenant = rows[0]?.tenant;
    const entity = rows.map(({ id }) => id);
    state.note("clinicDoctors", clinic, tenant === undefined ? undefined : { tenant, entity });
  }
}

export async function loadLogins(
  tx: Transaction,
  touches: readonly TenantTouch[],
  state: LoadedState,
): Promise<void> {
  const logins = touches.filter((touch) => touch.kind === "login");
  if (logins.length === 0) return;
  for (const { tenant, id } of logins) state.note("login", loginKey(tenant, id), undefined);
  const rows = await tx.query<{ id: string; tenant: string; login: string }>(
    "SELECT id, tenant_id AS tenant, login FROM account WHERE login IN (?)",
    [logins.map(({ id }) => id)],
  );
  for (const row of rows)
    state.note("login", loginKey(row.tenant, row.login), { tenant: row.tenant, entity: row.id });
}

export async function loadDoctorAccounts(
  tx: Transaction,
  doctors: readonly string[],
  state: LoadedState,
): Promise<void> {
  if (doctors.length === 0) return;
  for (const id of doctors) state.note("doctorAccount", id, undefined);
  const rows = await tx.query<{ id: string; tenant: string; doctor: string }>(
    "SELECT id, tenant_id AS tenant, doctor_id AS doctor FROM account WHERE doctor_id IN (?)",
    [[...doctors]],
  );
  for (const { id, tenant, doctor } of rows) state.note("doctorAccount", doctor, { tenant, entity: id });
}

/** Notes for each key the appointments that belong to it, in their turn. */
function noteLists(
  state: LoadedState,
  kind: "agenda" | "standing" | "waiting" | "holds",
  keys: readonly string[],
  found: readonly Stored<"appointment">[],
  belongs: (key: string, appointment: Appointment) => boolean,
): void {
  for (const key of keys) {
    const here = found.filter(({ entity }) => belongs(key, entity));
    const tenant = here[0]?.tenant;
    const entity = here.map((each) => each.entity).toSorted(byTurn);
    state.note(kind, key, tenant === undefined ? undefined : { tenant, entity });
  }
}

function doctorsOf(sheets: readonly string[]): string[] {
  return [...new Set(sheets.map((id) => splitSheetId(id).doctor))].toSorted();
}

/** Midnight in UTC, ms. */
function startOf(date: string): number {
  return daysFromDate(date) * DAY_MINUTES * MINUTE_MS;
}
