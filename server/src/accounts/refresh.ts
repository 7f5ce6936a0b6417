import type { RefreshRequest, Session } from "@healthbridge/schema";
import { inTransaction, type Transaction } from "../database/transaction.ts";
import { accountById } from "./account-reads.ts";
import type { AccountParts } from "./parts.ts";
import { decideRefresh, type RefreshDecision, THEFT } from "./refresh-decision.ts";
import { digest, type ReadRefreshToken } from "./refresh-token.ts";
import { type Refused, refused } from "./refused.ts";
import { sessionAnswer } from "./session-answer.ts";
import { lockSession, type SessionRow, updateSession } from "./session-store.ts";

/** What the transaction came to; a refusal is a value, because ending a stolen family must be committed. */
type Outcome = { readonly row: SessionRow; readonly token: string } | Refusal;

interface Refusal {
  readonly refusal: Refused;
  /** the session as it was found */
  readonly row?: SessionRow;
}

/**
 * Exchanges a refresh token for its successor. The same token with the same nonce gets the same successor, as often as it is
 * asked for and however late, until the successor was used.
 *
 * @throws Refused `token_invalid`, `refresh_reused`, `device_revoked`
 */
export async function refresh(parts: AccountParts, request: RefreshRequest): Promise<Session> {
  const read = parts.refreshTokens.read(request.refreshToken);
  if (read === undefined) throw refused("token_invalid");
  const outcome = await inTransaction(parts.pool, (tx) => exchange(parts, tx, request, read));
  if ("refusal" in outcome) throw await refuse(parts, outcome);
  const { row, token } = outcome;
  const living = await parts.access.who(row.accountId, row.deviceId);
  const known = living === undefined ? undefined : await accountById(parts.pool, row.tenantId, row.accountId);
  if (known === undefined) throw refused("device_revoked");
  return sessionAnswer(parts, row, known.account, token);
}

async function exchange(
  parts: AccountParts,
  tx: Transaction,
  request: RefreshRequest,
  { family, genuine, generation }: ReadRefreshToken,
): Promise<Outcome> {
  const row = await lockSession(tx, family);
  if (row === undefined) return { refusal: refused("token_invalid") };
  const now = parts.clock.now();
  const tokenHash = digest(request.refreshToken);
  const presented = { tokenHash, nonceHash: digest(request.nonce), genuine, generation };
  const decision = decideRefresh(row, presented, now, parts.settings.idleMs);
  // What it comes after is what was presented: after a restore that is newer than the row.
  const known = { ...row, generation: Math.max(row.generation, generation), currentHash: tokenHash };
  if (decision === "advance") return advance(parts, tx, known, request.nonce, now);
  if (decision === "repeat") return repeat(parts, row, request.nonce);
  if (decision === "theft") await updateSession(tx, row.id, { endedAt: now, endedWhy: THEFT });
  return { refusal: REFUSALS[decision](), row };
}

/** A stolen session's device is taken off the list as well. */
async function refuse(parts: AccountParts, { refusal, row }: Refusal): Promise<Refused> {
  const { code } = refusal.problem;
  parts.log.warn("refresh refused", { code, account: row?.accountId, device: row?.deviceId });
  if (row === undefined) return refusal;
  parts.access.forget(row.deviceId);
  if (code === "refresh_reused" && row.endedAt === null) {
    const submitter = { tenant: row.tenantId, account: undefined, device: undefined, system: true as const };
    await parts.operations.submit({ submitter, type: "device.revoke", input: { device: row.deviceId } });
  }
  return refusal;
}

const REFUSALS: Readonly<Record<Exclude<RefreshDecision, "advance" | "repeat">, () => Refused>> = {
  theft: () => refused("refresh_reused"),
  ended_by_theft: () => refused("refresh_reused"),
  ended: () => refused("device_revoked"),
  expired: () => refused("token_invalid"),
  unknown: () => refused("token_invalid"),
};

async function advance(
  parts: AccountParts,
  tx: Transaction,
  row: SessionRow,
  nonce: string,
  now: number,
): Promise<Outcome> {
  const generation = row.generation + 1;
  const [token] = parts.refreshTokens.candidates(row.id, generation, nonce);
  const change = {
    generation,
    currentHash: digest(token),
    previousHash: row.currentHash,
    nonceHash: digest(nonce),
    usedAt: now,
  };
  await updateSession(tx, row.id, change);
  return { row: { ...row, ...change }, token };
}

/** The successor as it was made then; since then a newer key may have come. */
function repeat(parts: AccountParts, row: SessionRow, nonce: string): Outcome {
  const token = parts.refreshTokens
    .candidates(row.id, row.generation, nonce)
    .find((candidate) => digest(candidate) === row.currentHash);
  return token === undefined ? { refusal: refused("token_invalid"), row } : { row, token };
}
