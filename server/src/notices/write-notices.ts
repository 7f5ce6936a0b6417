import { createHash } from "node:crypto";
import { notice } from "@healthbridge/schema/tables";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import { insertRows } from "../operations/records/table.ts";
import { deriveNotices, type DueNotice } from "./derive-notices.ts";
import { type Channel, FIRST, type NoticePlan } from "./plan.ts";
import { writeUrgentNotices } from "./write-urgent.ts";

/**
 * Writes what people are to be told of a batch, in the batch's own transaction: what was decided is told of, and nothing else is. Two statements at most for patients, whatever
 * the number of operations, and one more where a check-in was taken back; none where no appointment changed. One more for the on-call list, where a message is urgent. Answers
 * whether anything is due at once.
 */
export async function writeNotices(
  tx: Transaction,
  state: LoadedState,
  now: number,
  plan: NoticePlan,
): Promise<boolean> {
  if (plan.onCall !== undefined) await writeUrgentNotices(tx, state, plan.onCall);
  return plan.channels.length > 0 && (await writeToPatients(tx, state, now, plan));
}

async function writeToPatients(
  tx: Transaction,
  state: LoadedState,
  now: number,
  plan: NoticePlan,
): Promise<boolean> {
  const derived = state.changedOf("appointment").map(({ tenant, before, after }) => ({
    tenant,
    appointment: after,
    ...deriveNotices(before, after, now, plan),
  }));
  const dropped = derived.filter(({ drops }) => drops).map(({ appointment }) => appointment.id);
  // What a sender has claimed is looked at again before it is sent. A message goes on waiting where its appointment is moved.
  if (dropped.length > 0)
    await tx.write(
      "DELETE FROM notice WHERE appointment_id IN (?) AND status = 'waiting' AND message_id IS NULL",
      [dropped],
    );
  const told = await toldOf(tx, derived);
  const channels: readonly (Channel | typeof FIRST)[] = plan.mode === "first" ? [FIRST] : plan.channels;
  const rows = derived.flatMap(({ tenant, appointment: { id, patient, doctor }, notices }) =>
    notices.flatMap((due) =>
      (due.unlessTold && told.has(`${id}/${due.startAt}`) ? [] : channels).map((channel) => ({
        id: noticeId(`${id}/${doctor}`, due, channel),
        tenantId: tenant,
        appointmentId: id,
        patientId: patient,
        kind: due.kind,
        channel,
        startAt: due.startAt,
        occasion: due.occasion,
        status: "waiting",
        nextAt: due.nextAt,
        claim: 0,
        attempts: 0,
      })),
    ),
  );
  await insertRows(tx, notice, rows, "id");
  return rows.some(({ nextAt }) => nextAt <= now);
}

/** Of which appointments, at which start, somebody was told that they stand; looked up for those alone for which it matters. */
async function toldOf(
  tx: Transaction,
  derived: ReadonlyArray<{
    readonly appointment: { readonly id: string };
    readonly notices: readonly DueNotice[];
  }>,
): Promise<ReadonlySet<string>> {
  const unsure = derived.filter(({ notices }) => notices.some(({ unlessTold }) => unlessTold));
  if (unsure.length === 0) return new Set();
  const rows = await tx.query<{ appointment: string; start: number }>(
    "SELECT appointment_id AS appointment, start_at AS start FROM notice WHERE appointment_id IN (?) AND kind IN ('confirmation', 'change') AND status <> 'dropped'",
    [unsure.map(({ appointment }) => appointment.id)],
  );
  return new Set(rows.map(({ appointment, start }) => `${appointment}/${start}`));
}

/** One occasion has one id on each channel, whoever works it out and however often. Two moves can be decided in one millisecond: the time and the doctor tell them apart. */
function noticeId(
  appointment: string,
  { kind, occasion, startAt }: DueNotice,
  channel: Channel | typeof FIRST,
): string {
  return createHash("sha256")
    .update(`${appointment}/${kind}/${startAt}/${occasion}/${channel}`)
    .digest("base64url");
}
