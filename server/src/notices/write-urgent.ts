import { MINUTE_MS } from "@healthbridge/schema";
import { notice } from "@healthbridge/schema/tables";
import { createHash } from "node:crypto";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import { insertRows } from "../operations/records/table.ts";
import { FIRST, type OnCall, URGENT } from "./plan.ts";

/**
 * Writes, for each urgent message of a batch, whom of the on-call list to tell should it reach nobody in time: one statement, and none where no message is urgent. Whether it has
 * reached somebody is looked at when it is due: a mark costs nothing for it.
 */
export async function writeUrgentNotices(
  tx: Transaction,
  state: LoadedState,
  { list, minutes }: OnCall,
): Promise<void> {
  const urgent = state.changedOf("message").filter(({ after }) => after.urgent === true);
  const rows = urgent.flatMap(({ tenant, after: { id, conversation, at } }) => {
    const patient = state.view(tenant, "").get("conversation", conversation)?.patient;
    if (patient === undefined) return [];
    return list.map((recipient) => ({
      id: urgentNoticeId(id, recipient),
      tenantId: tenant,
      appointmentId: conversation,
      patientId: patient,
      kind: URGENT,
      channel: FIRST,
      startAt: at,
      occasion: at,
      status: "waiting",
      nextAt: at + minutes * MINUTE_MS,
      claim: 0,
      attempts: 0,
      messageId: id,
      recipient,
    }));
  });
  await insertRows(tx, notice, rows, "id");
}

/** One message has one id for each of the list, whoever works it out and however often. */
function urgentNoticeId(message: string, recipient: string): string {
  return createHash("sha256").update(`${message}/${URGENT}/${recipient}`).digest("base64url");
}
