import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { LIMITS } from "@healthbridge/schema";
import type { Outcome } from "../operations/submission.ts";
import { countRows, databaseNow, type Job } from "./job.ts";
import { type ServerStreamParts, writeAsServer } from "./server-stream.ts";

/**
 * Ends what nobody answered in time: holds, bookings the clinic did not confirm, offers, places on the waiting list. They are over by the clock alone; the job says so
 * to devices, hands their time on to who waits, and takes them off the lists.
 */
export function endPendingJob(parts: ServerStreamParts): Job {
  return {
    name: "end pending",
    schedule: "* * * * *",
    atStart: true,
    due: async () =>
      countRows(parts.pool, "appointment WHERE open_until <= ?", [await databaseNow(parts.pool)]),
    async run(signal) {
      const now = await databaseNow(parts.pool);
      let ended = 0;
      for (const tenant of await tenantsWith(parts.pool, now)) {
        await writeAsServer(
          parts,
          { job: "end pending", tenant, signal },
          async () => {
            const appointments = await overIn(parts.pool, tenant, now);
            return appointments.length === 0 ? [] : [{ type: "appointment.expire", input: { appointments } }];
          },
          (outcomes, here) => {
            if (here) ended += outcomes.reduce((sum, outcome) => sum + expiredBy(outcome), 0);
          },
        );
      }
      return { ended };
    },
  };
}

function expiredBy(outcome: Outcome): number {
  if (outcome.status === "rejected" || typeof outcome.output !== "object" || outcome.output === null)
    return 0;
  return "expired" in outcome.output ? Number(outcome.output.expired) : 0;
}

async function tenantsWith(pool: DatabasePool, now: number): Promise<readonly string[]> {
  const statement = "SELECT DISTINCT tenant_id AS tenant FROM appointment WHERE open_until <= ?";
  const rows = await read(pool, (reader) => reader.query<{ tenant: string }>(statement, [now]));
  return rows.map(({ tenant }) => tenant);
}

async function overIn(pool: DatabasePool, tenant: string, now: number): Promise<readonly string[]> {
  const statement = `SELECT id FROM appointment WHERE tenant_id = ? AND open_until <= ? ORDER BY open_until, id LIMIT ${String(LIMITS.cleanedAtOnce)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, [tenant, now]));
  return rows.map(({ id }) => id);
}
