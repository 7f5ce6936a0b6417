import { inTransaction } from "../database/transaction.ts";
import type { Authenticated } from "./authenticated.ts";
import type { AccountParts } from "./parts.ts";
import { endSessionOfDevice } from "./session-store.ts";

/** Ends the session and the device that ask. */
export async function signOut(parts: AccountParts, who: Authenticated): Promise<void> {
  await inTransaction(parts.pool, (tx) => endSessionOfDevice(tx, who.device, parts.clock.now(), "sign-out"));
  parts.access.forget(who.device);
  await parts.operations.submit({
    submitter: { tenant: who.tenant, account: who.account, device: who.device },
    type: "device.revoke",
    input: { device: who.device },
  });
  parts.log.info("signed out", { account: who.account, device: who.device });
}
