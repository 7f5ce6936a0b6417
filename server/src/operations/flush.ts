import { isKept, type Kind } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import { type Changed, type LoadedState, stored } from "./loaded-state.ts";
import { accountRecords, deviceRecords, writePasswordHashes } from "./records/account-records.ts";
import { putAway } from "./records/archive-records.ts";
import { appointmentRecords, releaseTime, takeTime, timeMoved } from "./records/appointment-records.ts";
import { releaseSessions, takeSeats, takeSessions } from "./records/group-sessions.ts";
import { calendarLinkRecords } from "./records/calendar-records.ts";
import { shutOut } from "./records/shut-out.ts";
import { conversationRecords, messageRecords, unnameAttachments } from "./records/conversation-records.ts";
import { clinicRecords, doctorRecords, patientRecords } from "./records/directory-records.ts";
import { availabilityRecords, sheetRecords } from "./records/sheet-records.ts";
import type { Records } from "./records/table.ts";

/** Writes what a batch changed: a few multi-row statements, whatever the number of operations, tables in the order they are locked in. */
export async function flushEntities(
  tx: Transaction,
  state: LoadedState,
  passwordHashes: ReadonlyMap<string, string>,
  now: number,
): Promise<void> {
  await flushKind(tx, state, "account", accountRecords);
  if (passwordHashes.size > 0) await writePasswordHashes(tx, passwordHashes);
  await flushKind(tx, state, "device", deviceRecords);
  // After what the devices of these accounts changed themselves.
  await shutOut(tx, state.disabled(), now);
  await flushKind(tx, state, "clinic", clinicRecords);
  await flushKind(tx, state, "doctor", doctorRecords);
  await flushKind(tx, state, "patient", patientRecords);
  await flushKind(tx, state, "availability", availabilityRecords);
  await flushKind(tx, state, "sheet", sheetRecords);
  await flushAppointments(tx, state);
  await flushKind(tx, state, "calendarLink", calendarLinkRecords);
  // What is taken away is taken away last: whom it was shown to is looked up before.
  const conversations = state.changedOf("conversation").filter(({ after }) => after.removed !== true);
  await flushChanged(tx, conversations, conversationRecords);
  await flushKind(tx, state, "message", messageRecords);
  const withdrawn = state.changedOf("message").filter(({ after }) => after.withdrawn === true);
  await unnameAttachments(tx, withdrawn.flatMap(({ before }) => before?.attachments ?? []).toSorted());
}

/** Time is given back first, then taken, then the rows are written as they shall be. */
async function flushAppointments(tx: Transaction, state: LoadedState): Promise<void> {
  const all = state.changedOf("appointment");
  const gone = all.filter(({ after }) => after.archived === true);
  const changed = all.filter((each) => !gone.includes(each));
  const left = changed.flatMap(({ before, after }) =>
    before !== undefined && timeMoved(before, after) ? [before] : [],
  );
  const taken = changed.filter(
    ({ before, after }) =>
      isKept(after) && (before === undefined || !isKept(before) || timeMoved(before, after)),
  );
  await releaseTime(
    tx,
    left.map(({ id }) => id),
  );
  await releaseSessions(tx, left);
  await takeTime(tx, taken.map(stored));
  const placed = taken.map(({ after }) => after);
  await takeSessions(tx, placed);
  await flushChanged(tx, changed, appointmentRecords);
  await takeSeats(tx, placed);
  await putAway(tx, gone.map(stored));
  await releaseSessions(
    tx,
    gone.map(({ after }) => after),
  );
}

async function flushKind<K extends Kind>(
  tx: Transaction,
  state: LoadedState,
  kind: K,
  records: Records<K>,
): Promise<void> {
  await flushChanged(tx, state.changedOf(kind), records);
}

async function flushChanged<K extends Kind>(
  tx: Transaction,
  changed: readonly Changed<K>[],
  records: Records<K>,
): Promise<void> {
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
