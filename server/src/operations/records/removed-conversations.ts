import { removedConversation } from "@healthbridge/schema/tables";
import type { Transaction } from "../../database/transaction.ts";
import type { LoadedState } from "../loaded-state.ts";
import { insertRows } from "./table.ts";

/** The conversations that a batch takes away. */
export function removedIn(state: LoadedState) {
  return state.changedOf("conversation").filter(({ after }) => after.removed === true);
}

/** Takes conversations away, and notes that what was in them is still to be cleared. They are written last of all: whom they were shown to, and which of their messages, is looked up before. */
export async function takeAway(tx: Transaction, state: LoadedState, now: number): Promise<void> {
  const rows = removedIn(state).map(({ tenant, after: { id } }) => ({
    id,
    tenantId: tenant,
    removedAt: now,
  }));
  if (rows.length === 0) return;
  await insertRows(tx, removedConversation, rows, "id");
  await tx.write("DELETE FROM conversation WHERE id IN (?)", [rows.map(({ id }) => id)]);
}
