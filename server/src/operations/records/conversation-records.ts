import { Conversation, type KeptConversation, Message } from "@healthbridge/schema";
import { conversation, message } from "@healthbridge/schema/tables";
import type { Transaction } from "../../database/transaction.ts";
import { insertRows, loadRows, type Records, type Stored, updateRows, withoutNulls } from "./table.ts";

export const conversationRecords: Records<"conversation"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, conversation, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: keptConversationOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, conversation, entities.map(conversationRow)),
  update: (tx, entities) => updateRows(tx, conversation, entities.map(conversationRow)),
};

export const messageRecords: Records<"message"> = {
  async load(source, ids, lock) {
    const rows = await loadRows(source, message, ids, lock);
    return rows.map((row) => ({ tenant: row.tenantId, entity: messageOfRow(row) }));
  },
  insert: (tx, entities) => insertRows(tx, message, entities.map(messageRow)),
  update: (tx, entities) => updateRows(tx, message, entities.map(messageRow)),
};

/** Attachments that a message named until now: whether another one does, the clean-up looks anew. */
export async function unnameAttachments(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.write("UPDATE attachment SET named = 0 WHERE id IN (?)", [[...ids]]);
}

/** A row of the table as devices and callers are told of it. */
export function conversationOfRow(row: typeof conversation.$inferSelect): Conversation {
  const { lines: _lines, ...told } = keptConversationOfRow(row);
  return told;
}

function keptConversationOfRow(row: typeof conversation.$inferSelect): KeptConversation {
  const fields = {
    ...row,
    patient: row.patientId,
    doctor: row.doctorId,
    closed: row.closed === null ? null : true,
  };
  return { ...Conversation.parse(withoutNulls(fields)), lines: row.lines };
}

/** A row of the table as the entity it holds. */
export function messageOfRow(row: typeof message.$inferSelect): Message {
  const fields = {
    ...row,
    conversation: row.conversationId,
    account: row.accountId,
    doctor: row.doctorId,
    attachments: idsOf(row.attachments),
    thumbnails: idsOf(row.thumbnails),
    arrived: idsOf(row.arrived),
    urgent: row.urgent === null ? null : true,
    withdrawn: row.withdrawn === null ? null : true,
  };
  return Message.parse(withoutNulls(fields));
}

function idsOf(ids: string | null): readonly string[] | null {
  return ids?.split(",") ?? null;
}

/** Every field is named: what a conversation has no longer is taken from its row. */
function conversationRow({ tenant, entity }: Stored<"conversation">) {
  return {
    id: entity.id,
    tenantId: tenant,
    patientId: entity.patient,
    doctorId: entity.doctor,
    lines: entity.lines,
    closed: entity.closed === true ? 1 : null,
    patientDelivered: entity.patientDelivered ?? null,
    patientRead: entity.patientRead ?? null,
    doctorDelivered: entity.doctorDelivered ?? null,
    doctorRead: entity.doctorRead ?? null,
  };
}

function messageRow({ tenant, entity }: Stored<"message">) {
  return {
    id: entity.id,
    tenantId: tenant,
    conversationId: entity.conversation,
    number: entity.number,
    by: entity.by,
    accountId: entity.account,
    doctorId: entity.doctor ?? null,
    at: entity.at,
    text: entity.text ?? null,
    attachments: entity.attachments?.join(",") ?? null,
    thumbnails: entity.thumbnails?.join(",") ?? null,
    arrived: entity.arrived?.join(",") ?? null,
    replyTo: entity.replyTo ?? null,
    urgent: entity.urgent === true ? 1 : null,
    withdrawn: entity.withdrawn === true ? 1 : null,
  };
}
