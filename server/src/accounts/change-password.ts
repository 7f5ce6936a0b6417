import type { EntityId } from "@healthbridge/schema";
import { account as accountTable } from "@healthbridge/schema/tables";
import { eq } from "drizzle-orm";
import { inTransaction } from "../database/transaction.ts";
import { accountById } from "./account-reads.ts";
import type { Authenticated } from "./authenticated.ts";
import { isWeakPassword } from "./password-rules.ts";
import type { AccountParts } from "./parts.ts";
import { Refused, refused } from "./refused.ts";
import { endSessionsOfAccount } from "./session-store.ts";

export interface PasswordChange {
  /** the account's own password; needed by its owner, not by an administrator */
  readonly current?: string | undefined;
  readonly password: string;
}

/**
 * Sets a password and ends every other session of the account: whoever learnt the old one is out.
 *
 * @throws Refused `not_found`, `credentials_wrong`, `password_weak`, `rate_limited`
 */
export async function changePassword(
  parts: AccountParts,
  who: Authenticated,
  id: EntityId,
  change: PasswordChange,
  address: string,
): Promise<void> {
  const own = who.account === id;
  if (!own && who.role !== "administrator") throw refused("not_found");
  const known = await accountById(parts.pool, who.tenant, id);
  if (known === undefined) throw refused("not_found");
  const { login } = known.account;
  if (own) {
    const attempt = { tenant: who.tenant, login, address };
    await parts.throttle.attempt(attempt);
    const fits = await parts.passwords.verify(change.current ?? "", known.passwordHash);
    if (!fits) throw refused("credentials_wrong", "current");
    await parts.throttle.succeeded(attempt);
  }
  if (isWeakPassword(change.password, login)) throw refused("password_weak", "password");
  await replacePassword(parts, who, id, await parts.passwords.hash(change.password));
  parts.log.info("password changed", { account: id, by: who.account });
}

async function replacePassword(
  parts: AccountParts,
  who: Authenticated,
  id: EntityId,
  passwordHash: string,
): Promise<void> {
  const keep = who.account === id ? who.device : undefined;
  const ended = await inTransaction(parts.pool, async (tx) => {
    await tx.drizzle.update(accountTable).set({ passwordHash }).where(eq(accountTable.id, id));
    return endSessionsOfAccount(tx, id, keep, parts.clock.now(), "password");
  });
  for (const device of ended) parts.access.forget(device);
  // The sessions are over; the devices are taken off the list and out of the executor's way one after another.
  for (const device of ended) await revoke(parts, who, device);
}

async function revoke(parts: AccountParts, who: Authenticated, device: EntityId): Promise<void> {
  const submitter = { tenant: who.tenant, account: who.account, device: who.device };
  try {
    await parts.operations.submit({ submitter, type: "device.revoke", input: { device } });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    parts.log.warn("a device was not revoked", { device, code: error.problem.code });
  }
}
