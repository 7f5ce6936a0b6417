import { notice } from "@healthbridge/schema/tables";
import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";
import { selectRows } from "../operations/records/table.ts";
import { NoticeKind, URGENT } from "./plan.ts";

/** A notice that this process has to itself until its claim runs out. */
export type ClaimedNotice = PatientNotice | UrgentNotice;

/** Tells a patient of her appointment. */
export interface PatientNotice extends Claimed {
  readonly kind: NoticeKind;
}

/** Tells one of the on-call list of an urgent message. */
export interface UrgentNotice extends Claimed {
  readonly kind: typeof URGENT;
  readonly message: string;
  /** a number or an e-mail address */
  readonly recipient: string;
}

interface Claimed {
  readonly id: string;
  readonly tenant: string;
  readonly appointment: string;
  readonly patient: string;
  /** a channel, or `first` */
  readonly channel: string;
  readonly startAt: number;
  readonly occasion: number;
  /** the fencing number: whoever claims it next has a higher one */
  readonly claim: number;
  readonly attempts: number;
}

/** Notices that one process takes at once. */
const CLAIMED_AT_ONCE = 10;

/** How long a claim holds: longer than sending over every channel, one after another, and noting it can take, or two would send. */
export const CLAIM_MS = 180_000;

const NOW = "CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED)";

/**
 * Takes the notices that are due next, for this process alone: what another one is taking at the moment is passed over, what one that died had taken is due again once its claim
 * has run out. By the database's clock, which all processes share. Answers with the instant (ms).
 */
export async function claimDue(
  pool: DatabasePool,
): Promise<{ readonly now: number; readonly notices: readonly ClaimedNotice[] }> {
  return inTransaction(pool, async (tx) => {
    const due = await tx.query<{ id: string; now: number }>(
      `SELECT id, ${NOW} AS now FROM notice WHERE next_at <= ${NOW} ORDER BY next_at LIMIT ${String(CLAIMED_AT_ONCE)} FOR UPDATE SKIP LOCKED`,
    );
    const [first] = due;
    if (first === undefined) return { now: 0, notices: [] };
    const ids = due.map(({ id }) => id);
    await tx.write("UPDATE notice SET status = 'claimed', claim = claim + 1, next_at = ? WHERE id IN (?)", [
      first.now + CLAIM_MS,
      ids,
    ]);
    const rows = await selectRows(tx, notice, "WHERE id IN (?) ORDER BY id", [ids]);
    return { now: first.now, notices: rows.map(claimedOfRow) };
  });
}

/** What became of a notice. */
export type Ending =
  | { readonly status: "sent"; readonly by: string }
  | { readonly status: "dropped"; readonly why: string }
  | { readonly status: "failed"; readonly why: string }
  | { readonly status: "waiting"; readonly nextAt: number; readonly why: string };

/**
 * Notes what became of a claimed notice. Answers whether it counted: where the claim had run out and another process has taken the notice, it does not.
 */
export async function markEnding(
  pool: DatabasePool,
  { id, claim, attempts }: ClaimedNotice,
  ending: Ending,
): Promise<boolean> {
  const waiting = ending.status === "waiting";
  const { affectedRows } = await inTransaction(pool, (tx) =>
    tx.write(
      `UPDATE notice SET status = ?, next_at = ?, attempts = ?, sent_by = ?, why = ?, ended_at = IF(?, NULL, ${NOW})
       WHERE id = ? AND claim = ? AND status = 'claimed'`,
      [
        ending.status,
        waiting ? ending.nextAt : null,
        attempts,
        ending.status === "sent" ? ending.by : null,
        ending.status === "sent" ? null : ending.why,
        waiting ? 1 : 0,
        id,
        claim,
      ],
    ),
  );
  return affectedRows === 1;
}

/** A row of the table as a notice. */
export function claimedOfRow(row: typeof notice.$inferSelect): ClaimedNotice {
  const claimed = {
    id: row.id,
    tenant: row.tenantId,
    appointment: row.appointmentId,
    patient: row.patientId,
    channel: row.channel,
    startAt: row.startAt,
    occasion: row.occasion,
    claim: row.claim,
    attempts: row.attempts,
  };
  const { kind, messageId: message, recipient } = row;
  return message === null || recipient === null
    ? { ...claimed, kind: NoticeKind.parse(kind) }
    : { ...claimed, kind: URGENT, message, recipient };
}
