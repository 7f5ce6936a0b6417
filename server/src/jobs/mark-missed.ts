import { MINUTE_MS } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { countRows, databaseNow, type Job } from "./job.ts";
import { type ServerStreamParts, writeAsServer } from "./server-stream.ts";

/** Appointments in one transaction: their patients' rows are locked with them. */
const AT_ONCE = 50;
const UNMARKED = "status = 'booked' AND start_at < ?";

/**
 * Notes of appointments that began long ago, and of which nobody has noted anything, that the patient did not come. A clinic that was cut off catches up first: who
 * notes later that she came does so from there.
 * @param hours so many after the start; 0: never
 */
export function markMissedJob(parts: ServerStreamParts, hours: number): Job {
  return {
    name: "mark missed",
    schedule: "20 * * * *",
    atStart: false,
    due: async () =>
      hours === 0
        ? 0
        : countRows(parts.pool, `appointment WHERE ${UNMARKED}`, [await longAgo(parts.pool, hours)]),
    async run(signal) {
      if (hours === 0) return { missed: 0 };
      const before = await longAgo(parts.pool, hours);
      let missed = 0;
      for (const tenant of await tenantsWith(parts.pool, before)) {
        const asked = new Set<string>();
        await writeAsServer(
          parts,
          { job: "mark missed", tenant, signal },
          async () => {
            const ids = await unmarkedIn(parts.pool, tenant, before);
            // One that cannot be marked must not be asked for in this run for ever.
            const fresh = ids.filter((id) => !asked.has(id));
            for (const id of fresh) asked.add(id);
            return fresh.map((appointment) => ({ type: "appointment.markMissed", input: { appointment } }));
          },
          (outcomes, here) => {
            if (here) missed += outcomes.filter(({ status }) => status === "applied").length;
          },
        );
      }
      return { missed };
    },
  };
}

async function longAgo(pool: DatabasePool, hours: number): Promise<number> {
  return (await databaseNow(pool)) - hours * 60 * MINUTE_MS;
}

async function tenantsWith(pool: DatabasePool, before: number): Promise<readonly string[]> {
  const statement = `SELECT DISTINCT tenant_id AS tenant FROM appointment WHERE ${UNMARKED}`;
  const rows = await read(pool, (reader) => reader.query<{ tenant: string }>(statement, [before]));
  return rows.map(({ tenant }) => tenant);
}

async function unmarkedIn(pool: DatabasePool, tenant: string, before: number): Promise<readonly string[]> {
  const statement = `SELECT id FROM appointment WHERE tenant_id = ? AND ${UNMARKED} ORDER BY start_at, id LIMIT ${String(AT_ONCE)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, [tenant, before]));
  return rows.map(({ id }) => id);
}
