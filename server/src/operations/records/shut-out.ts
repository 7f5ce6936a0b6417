import type { EntityId } from "@healthbridge/schema";
import { endSessionsOfAccount } from "../../accounts/session-store.ts";
import type { Transaction } from "../../database/transaction.ts";

/**
 * Ends for good what lets devices of disabled accounts in: each device, what is pushed to it, and the sessions, with which calendar links end. In the transaction that disables
 * them: enabled again, an account has nothing old that lives.
 */
export async function shutOut(tx: Transaction, accounts: readonly EntityId[], now: number): Promise<void> {
  if (accounts.length === 0) return;
  const rows = await tx.query<{ id: string }>(
    "SELECT id FROM device WHERE account_id IN (?) AND status = 'active' ORDER BY id FOR UPDATE",
    [[...accounts]],
  );
  const devices = rows.map(({ id }) => id);
  if (devices.length > 0) {
    await tx.write("UPDATE device SET status = 'revoked' WHERE id IN (?)", [devices]);
    await tx.write("DELETE FROM push_subscription WHERE device_id IN (?)", [devices]);
  }
  for (const account of accounts) await endSessionsOfAccount(tx, account, undefined, now, "disabled");
}
