import type { EntityId } from "@healthbridge/schema";
import type { Clock } from "../adapters/clock.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";

/** Says whose conversation it is. */
export interface Participants {
  /** The accounts that take part in a conversation now; none where there is no such conversation. At most two seconds old. */
  of(tenant: string, conversation: EntityId): Promise<ReadonlySet<EntityId>>;
}

const FRESH_MS = 2_000;
const MOST_KEPT = 5_000;

/** A conversation has no row before its first message: until then it is as the appointment says. */
const WHO_CONSULTS = ["conversation", "appointment"].map(
  (table) =>
    `SELECT c.doctor_id AS doctor, p.account_id AS account, p.clinic_id AS clinic FROM ${table} c JOIN patient p ON p.id = c.patient_id
     WHERE c.id = ? AND p.tenant_id = ?`,
);

/** The patient's own account, the doctor's, and those who work for the clinic that keeps her card; each found by an index of its own. */
const THEIR_ACCOUNTS = `
  SELECT id FROM account WHERE id = ? AND tenant_id = ? AND status = 'active'
  UNION SELECT id FROM account WHERE doctor_id = ? AND tenant_id = ? AND status = 'active'
  UNION SELECT a.id FROM account_clinic w JOIN account a ON a.id = w.account_id
    WHERE w.clinic_id = ? AND a.tenant_id = ? AND a.status = 'active'`;

interface Consulting {
  readonly doctor: EntityId | null;
  readonly account: EntityId | null;
  readonly clinic: EntityId | null;
}

interface Kept {
  readonly since: number;
  readonly accounts: Promise<ReadonlySet<EntityId>>;
}

/** Participants as the database knows them; who whispers a lot costs a look at it every two seconds. */
export function databaseParticipants(pool: DatabasePool, clock: Clock): Participants {
  const kept = new Map<string, Kept>();
  return {
    of(tenant, conversation) {
      const key = `${tenant}/${conversation}`;
      const known = kept.get(key);
      const now = clock.monotonic();
      if (known !== undefined && now - known.since < FRESH_MS) return known.accounts;
      const accounts = look(pool, tenant, conversation);
      kept.delete(key);
      kept.set(key, { since: now, accounts });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      accounts.catch(() => kept.delete(key));
      return accounts;
    },
  };
}

function look(pool: DatabasePool, tenant: string, conversation: EntityId): Promise<ReadonlySet<EntityId>> {
  return read(pool, async (reader) => {
    for (const statement of WHO_CONSULTS) {
      const [who] = await reader.query<Consulting>(statement, [conversation, tenant]);
      if (who === undefined) continue;
      const { account, doctor, clinic } = who;
      const values = [account, tenant, doctor, tenant, clinic, tenant];
      const rows = await reader.query<{ id: EntityId }>(THEIR_ACCOUNTS, values);
      return new Set(rows.map(({ id }) => id));
    }
    return new Set<EntityId>();
  });
}
