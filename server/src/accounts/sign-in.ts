import { createHash } from "node:crypto";
import { encodeBase64Url, operationId, type Session, type SignInRequest } from "@healthbridge/schema";
import { inTransaction } from "../database/transaction.ts";
import { accountByLogin, type KnownAccount, lockPasswordHash } from "./account-reads.ts";
import type { AccountParts } from "./parts.ts";
import { digest } from "./refresh-token.ts";
import { refused } from "./refused.ts";
import { insertSessionOnce, type SessionRow } from "./session-store.ts";
import { sessionAnswer } from "./session-answer.ts";

/**
 * Signs in on a new device. The same request again (its answer was lost) is the same device and the same session: their ids
 * follow from the account and the nonce, until the session was refreshed.
 *
 * @throws Refused `credentials_wrong`, `rate_limited`, `key_reused`
 */
export async function signIn(parts: AccountParts, request: SignInRequest, address: string): Promise<Session> {
  const tenant = request.tenant ?? parts.settings.tenant;
  const attempt = { tenant, login: request.login, address };
  await parts.throttle.attempt(attempt);
  const known = await accountByLogin(parts.pool, tenant, request.login);
  // As long for a name that does not exist as for a wrong password, and the same words.
  const fits = await parts.passwords.verify(request.password, known?.passwordHash);
  if (!fits || known?.account.status !== "active") {
    parts.log.warn("sign-in refused", { account: known?.account.id, address });
    throw refused("credentials_wrong");
  }
  await parts.throttle.succeeded(attempt);
  const session = await openSession(parts, tenant, known, request);
  parts.log.info("signed in", { account: known.account.id, device: session.device });
  return session;
}

async function openSession(
  parts: AccountParts,
  tenant: string,
  { account, passwordHash }: KnownAccount,
  { device: name, nonce }: SignInRequest,
): Promise<Session> {
  const family = named("session", account.id, nonce);
  const stream = named("device", account.id, nonce);
  const device = operationId(stream, 1);
  await parts.operations.submit({
    // The password was just checked; there is no device yet that could speak for the account.
    submitter: { tenant, account: undefined, device: undefined, system: true },
    type: "device.add",
    input: { account: account.id, name },
    stream,
  });
  const now = parts.clock.now();
  const [token] = parts.refreshTokens.candidates(family, 1, nonce);
  const fresh: SessionRow = {
    id: family,
    tenantId: tenant,
    accountId: account.id,
    deviceId: device,
    generation: 1,
    currentHash: digest(token),
    previousHash: null,
    nonceHash: digest(nonce),
    createdAt: now,
    usedAt: now,
    expiresAt: now + parts.settings.sessionMs,
    endedAt: null,
    endedWhy: null,
  };
  const row = await inTransaction(parts.pool, async (tx) => {
    // The password may have been changed, or the account disabled, while this one was being looked at: then this is over before it begins.
    if ((await lockPasswordHash(tx, account.id)) !== passwordHash) throw refused("credentials_wrong");
    return insertSessionOnce(tx, fresh);
  });
  const refreshToken = parts.refreshTokens
    .candidates(family, 1, nonce)
    .find((candidate) => digest(candidate) === row.currentHash);
  // Refreshed, signed out or revoked since: the nonce is spent.
  if (refreshToken === undefined || row.generation !== 1 || row.endedAt !== null)
    throw refused("key_reused", "nonce");
  parts.access.forget(device);
  return sessionAnswer(parts, row, account, refreshToken);
}

const NAME_BYTES = 12;

/** 96 bits that only who knows the nonce can come by. */
function named(purpose: string, account: string, nonce: string): string {
  const hash = createHash("sha256").update(`${purpose} ${account} ${nonce}`).digest();
  return encodeBase64Url(hash.subarray(0, NAME_BYTES));
}
