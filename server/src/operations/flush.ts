import { type Kind, holdsTime } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import { type LoadedState, stored } from "./loaded-state.ts";
import { accountRecords, deviceRecords, writePasswordHashes } from "./records/account-records.ts";
import { appointmentRecords, releaseTime, takeTime, timeMoved } from "./records/appointment-records.ts";
import { calendarLinkRecords } from "./records/calendar-records.ts";
import { clinicRecords, doctorRecords, patientRecords } from "./records/directory-records.ts";
import { availabilityRecords, sheetRecords } from "./records/sheet-records.ts";
import type { Records } from "./records/table.ts";

/** Writes what a batch changed: a few multi-row statements, whatever the number of operations, tables in the order they are locked in. */
export async function flushEntities(
  tx: Transaction,
  state: LoadedState,
  passwordHashes: ReadonlyMap<string, string>,
): Promise<void> {
  await flushKind(tx, state, "account", accountRecords);
  if (passwordHashes.size > 0) await writePasswordHashes(tx, passwordHashes);
  await flushKind(tx, state, "device", deviceRecords);
  await flushKind(tx, state, "clinic", clinicRecords);
  await flushKind(tx, state, "doctor", doctorRecords);
  await flushKind(tx, state, "patient", patientRecords);
  await flushKind(tx, state, "availability", availabilityRecords);
  await flushKind(tx, state, "sheet", sheetRecords);
  const appointments = state.changedOf("appointment");
  const moved = appointments.filter(({ before, after }) => before !== undefined && timeMoved(before, after));
  await releaseTime(
    tx,
    moved.map(({ after }) => after.id),
  );
  await takeTime(
    tx,
    appointments
      .filter((each) => each.before === undefined || (moved.includes(each) && holdsTime(each.after.status)))
      .map(stored),
  );
  await flushKind(tx, state, "appointment", appointmentRecords);
  await flushKind(tx, state, "calendarLink", calendarLinkRecords);
}

async function flushKind<K extends Kind>(
  tx: Transaction,
  state: LoadedState,
  kind: K,
  records: Records<K>,
): Promise<void> {
  const changed = state.changedOf(kind);
  const made = changed.filter(({ before }) => before === undefined);
  const corrected = changed.filter(({ before }) => before !== undefined);
  if (made.length > 0)
    await records.insert(
      tx,
      made.map((each) => stored(each)),
    );
  if (corrected.length > 0)
    await records.update(
      tx,
      corrected.map((each) => stored(each)),
    );
}
