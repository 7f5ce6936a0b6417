import type { Kind, ReadableKind } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import { agendaSince, type LoadedState } from "./loaded-state.ts";
import {
  loadAgenda,
  loadClinicDoctors,
  loadDoctorAccounts,
  loadHolds,
  loadLogins,
  loadStanding,
  loadWaiting,
} from "./look-ups.ts";
import { lookNearby } from "./look-nearby.ts";
import { accountRecords, deviceRecords } from "./records/account-records.ts";
import { appointmentRecords } from "./records/appointment-records.ts";
import { calendarLinkRecords } from "./records/calendar-records.ts";
import { conversationRecords, messageRecords } from "./records/conversation-records.ts";
import { clinicRecords, doctorRecords, patientRecords } from "./records/directory-records.ts";
import { availabilityRecords, sheetRecords } from "./records/sheet-records.ts";
import type { Records } from "./records/table.ts";
import type { TenantTouch } from "./tenant-touch.ts";

/** The one global order in which tables are locked; within a table rows are locked in the order of their ids. */
const ENTITY_TABLES: readonly {
  readonly kind: Kind;
  readonly lock: "always" | "to-change";
  load(tx: Transaction, ids: readonly string[], lock: boolean, state: LoadedState): Promise<void>;
}[] = [
  entityTable("account", accountRecords, "always"),
  entityTable("device", deviceRecords, "always"),
  entityTable("clinic", clinicRecords, "to-change"),
  entityTable("doctor", doctorRecords, "to-change"),
  entityTable("patient", patientRecords, "always"),
  entityTable("availability", availabilityRecords, "always"),
  entityTable("sheet", sheetRecords, "always"),
  entityTable("appointment", appointmentRecords, "always"),
  entityTable("calendarLink", calendarLinkRecords, "always"),
  entityTable("conversation", conversationRecords, "always"),
  entityTable("message", messageRecords, "always"),
];

/** Locks and loads everything a batch touches: every table once, rows sorted. */
export async function loadTouches(
  tx: Transaction,
  asked: readonly TenantTouch[],
  now: number,
  state: LoadedState,
): Promise<void> {
  const touches = [...asked, ...(await lookNearby(tx, asked, state))];
  const ids = (kind: ReadableKind, chosen: (touch: TenantTouch) => boolean = () => true) =>
    [
      ...new Set(touches.filter((touch) => touch.kind === kind && chosen(touch)).map((touch) => touch.id)),
    ].toSorted();
  // A plan is made by the clinic's holidays: they stay as they are meanwhile.
  const planning = ids("availability").length > 0;
  for (const table of ENTITY_TABLES) {
    const toLock = ids(
      table.kind,
      (touch) => table.lock === "always" || touch.change === true || (planning && table.kind === "clinic"),
    );
    const locked = new Set(toLock);
    const toRead = ids(table.kind).filter((id) => !locked.has(id));
    if (toLock.length > 0) await table.load(tx, toLock, true, state);
    if (toRead.length > 0) await table.load(tx, toRead, false, state);
  }
  // What stands under the locks of patients, day sheets, accounts and clinics that were taken with it.
  const sinces = touches.flatMap(({ kind, since }) => (kind === "agenda" ? (since ?? []) : []));
  await loadAgenda(tx, ids("agenda"), Math.min(agendaSince(now), ...sinces), state);
  await loadStanding(tx, ids("standing"), state);
  await loadWaiting(tx, ids("waiting"), state);
  await loadHolds(tx, ids("holds"), state);
  await loadClinicDoctors(tx, ids("clinicDoctors"), state);
  await loadLogins(tx, touches, state);
  // Whoever's hours change is told. Asked for one by one after deciding, each doctor of a batch would cost a run of the whole transaction.
  await loadDoctorAccounts(tx, [...new Set([...ids("doctorAccount"), ...ids("availability")])], state);
}

function entityTable<K extends Kind>(kind: K, records: Records<K>, lock: "always" | "to-change") {
  return {
    kind,
    lock,
    async load(tx: Transaction, ids: readonly string[], locked: boolean, state: LoadedState): Promise<void> {
      for (const id of ids) state.note(kind, id, undefined);
      for (const found of await records.load(tx, ids, locked)) state.note(kind, found.entity.id, found);
    },
  };
}
