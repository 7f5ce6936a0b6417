import type { EntityId } from "@healthbridge/schema";
import { session } from "@healthbridge/schema/tables";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Transaction } from "../database/transaction.ts";

export type SessionRow = typeof session.$inferSelect;

/** A session and, where it still may be used, who uses it. The row stays locked until the transaction ends. */
export async function lockSession(tx: Transaction, id: string): Promise<SessionRow | undefined> {
  const [row] = await tx.drizzle.select().from(session).where(eq(session.id, id)).for("update");
  return row;
}

/** Writes a session unless it is there; answers the one that is there now. */
export async function insertSessionOnce(tx: Transaction, row: SessionRow): Promise<SessionRow> {
  const same = { id: sql`${session.id}` };
  await tx.drizzle.insert(session).values(row).onDuplicateKeyUpdate({ set: same });
  return (await lockSession(tx, row.id)) ?? row;
}

export async function updateSession(
  tx: Transaction,
  id: string,
  change: Partial<Omit<SessionRow, "id">>,
): Promise<void> {
  await tx.drizzle.update(session).set(change).where(eq(session.id, id));
}

/** Ends a device's session. */
export async function endSessionOfDevice(
  tx: Transaction,
  device: EntityId,
  now: number,
  why: string,
): Promise<void> {
  await tx.drizzle
    .update(session)
    .set({ endedAt: now, endedWhy: why })
    .where(and(eq(session.deviceId, device), isNull(session.endedAt)));
}

/** Ends an account's sessions, all or all but one device's. Answers the devices that had one. */
export async function endSessionsOfAccount(
  tx: Transaction,
  account: EntityId,
  except: EntityId | undefined,
  now: number,
  why: string,
): Promise<readonly EntityId[]> {
  const open = and(
    eq(session.accountId, account),
    isNull(session.endedAt),
    ...(except === undefined ? [] : [ne(session.deviceId, except)]),
  );
  const rows = await tx.drizzle.select({ device: session.deviceId }).from(session).where(open).for("update");
  await tx.drizzle.update(session).set({ endedAt: now, endedWhy: why }).where(open);
  return rows.map(({ device }) => device);
}
