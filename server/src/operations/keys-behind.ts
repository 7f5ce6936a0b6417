import { type Appointment, sheetIdsForStart } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { appointmentRecords } from "./records/appointment-records.ts";
import { conversationRecords, messageRecords } from "./records/conversation-records.ts";
import type { TenantTouch } from "./tenant-touch.ts";

/**
 * The bounded look-up before the transaction: an operation on an appointment or a conversation names only that, and what it leads to (patient, doctor, sheet)
 * has to be locked before it. What is found here is only a guess at the keys: the decision is made over locked rows, and asks for more if it was wrong.
 */
export async function keysBehind(
  pool: DatabasePool,
  touches: readonly TenantTouch[],
): Promise<readonly TenantTouch[]> {
  const ofMessages = await behindMessages(pool, touches);
  const ofConversations = await behindConversations(pool, [...touches, ...ofMessages]);
  const ofAppointments = await behindAppointments(pool, [...touches, ...ofConversations]);
  return [...ofMessages, ...ofConversations, ...ofAppointments];
}

/** What appointments lead to: patient, doctor, sheet. */
async function behindAppointments(
  pool: DatabasePool,
  touches: readonly TenantTouch[],
): Promise<readonly TenantTouch[]> {
  const asked = touches.filter((touch) => touch.kind === "appointment");
  if (asked.length === 0) return [];
  const ids = asked.map((touch) => touch.id);
  const rows = await read(pool, (reader) => appointmentRecords.load(reader, ids, false));
  const known = ofTheirs(asked, rows);
  const open = new Set(asked.filter((touch) => touch.past !== true).map(({ id }) => id));
  return known.flatMap(({ tenant, entity }) => [
    { tenant, kind: "patient" as const, id: entity.patient },
    { tenant, kind: "doctorAccount" as const, id: entity.doctor },
    ...(open.has(entity.id) ? aroundAppointment(tenant, entity) : []),
  ]);
}

/** The day of an appointment, and what else its patient has. */
function aroundAppointment(tenant: string, { patient, doctor, start }: Appointment): readonly TenantTouch[] {
  return [
    { tenant, kind: "agenda", id: patient },
    { tenant, kind: "doctor", id: doctor },
    ...sheetIdsForStart(doctor, start).flatMap((id) => [
      { tenant, kind: "sheet" as const, id },
      { tenant, kind: "waiting" as const, id },
    ]),
  ];
}

/** The conversations of messages. */
async function behindMessages(
  pool: DatabasePool,
  touches: readonly TenantTouch[],
): Promise<readonly TenantTouch[]> {
  const asked = touches.filter(({ kind }) => kind === "message");
  if (asked.length === 0) return [];
  const ids = asked.map(({ id }) => id);
  const rows = await read(pool, (reader) => messageRecords.load(reader, ids, false));
  return ofTheirs(asked, rows).map(({ tenant, entity }) => ({
    tenant,
    kind: "conversation",
    id: entity.conversation,
  }));
}

/** Who takes part in conversations; where one has not begun, its appointment says. */
async function behindConversations(
  pool: DatabasePool,
  touches: readonly TenantTouch[],
): Promise<readonly TenantTouch[]> {
  const asked = touches.filter(({ kind }) => kind === "conversation");
  if (asked.length === 0) return [];
  const ids = asked.map(({ id }) => id);
  const rows = await read(pool, (reader) => conversationRecords.load(reader, ids, false));
  const known = new Set(rows.map(({ entity: { id } }) => id));
  return [
    ...ofTheirs(asked, rows).flatMap(({ tenant, entity: { patient, doctor } }) => [
      { tenant, kind: "patient" as const, id: patient },
      { tenant, kind: "doctorAccount" as const, id: doctor },
    ]),
    ...asked
      .filter(({ id }) => !known.has(id))
      .map(({ tenant, id }) => ({ tenant, kind: "appointment" as const, id, past: true as const })),
  ];
}

/** What was found of what is asked for. Another tenant's leads to nothing, as what does not exist: neither its rows are locked for it, nor does it take longer. */
function ofTheirs<Row extends { readonly tenant: string; readonly entity: { readonly id: string } }>(
  asked: readonly TenantTouch[],
  rows: readonly Row[],
): readonly Row[] {
  const theirs = new Set(asked.map(({ tenant, id }) => `${tenant} ${id}`));
  return rows.filter(({ tenant, entity: { id } }) => theirs.has(`${tenant} ${id}`));
}
