import { LIMITS } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { Outcome } from "../operations/submission.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { type ServerStreamParts, writeAsServer } from "./server-stream.ts";

export interface ArchiveParts extends ServerStreamParts {
  readonly pool: DatabasePool;
}

const FINISHED = "status IN ('fulfilled','cancelled','noshow','expired')";

/**
 * Puts away what is finished for so many days: it goes from the feeds of devices as anything does that they see no longer, and its row makes room for those that are
 * worked with. Small batches: a booking waits for one of them at most.
 */
export function archiveAppointmentsJob(parts: ArchiveParts, keepDays: number): Job {
  return {
    name: "archive appointments",
    schedule: "10 2 * * *",
    atStart: false,
    due: async () =>
      countRows(parts.pool, `appointment WHERE ${FINISHED} AND start_at < ?`, [
        await longAgo(parts.pool, keepDays),
      ]),
    async run(signal) {
      const before = await longAgo(parts.pool, keepDays);
      let archived = 0;
      for (const tenant of await tenantsWith(parts.pool, before)) {
        let last = 0;
        await writeAsServer(
          parts,
          { job: "archive appointments", tenant, signal },
          async () => {
            // Where nothing of a batch could be put away, the next would be the same.
            if (last < 0) return [];
            const appointments = await finishedIn(parts.pool, tenant, before);
            return appointments.length === 0
              ? []
              : [{ type: "appointment.archive", input: { appointments } }];
          },
          (outcomes, here) => {
            last = outcomes.reduce((sum, outcome) => sum + archivedBy(outcome), 0) || -1;
            if (here) archived += Math.max(last, 0);
          },
        );
      }
      return { archived };
    },
  };
}

async function longAgo(pool: DatabasePool, keepDays: number): Promise<number> {
  return (await databaseNow(pool)) - Math.max(keepDays, LIMITS.shownDays + 1) * DAY_MS;
}

function archivedBy(outcome: Outcome): number {
  if (outcome.status === "rejected" || typeof outcome.output !== "object" || outcome.output === null)
    return 0;
  return "archived" in outcome.output ? Number(outcome.output.archived) : 0;
}

async function tenantsWith(pool: DatabasePool, before: number): Promise<readonly string[]> {
  const statement = `SELECT DISTINCT tenant_id AS tenant FROM appointment WHERE ${FINISHED} AND start_at < ?`;
  const rows = await read(pool, (reader) => reader.query<{ tenant: string }>(statement, [before]));
  return rows.map(({ tenant }) => tenant);
}

async function finishedIn(pool: DatabasePool, tenant: string, before: number): Promise<readonly string[]> {
  const statement = `SELECT id FROM appointment WHERE tenant_id = ? AND ${FINISHED} AND start_at < ? LIMIT ${String(LIMITS.cleanedAtOnce)}`;
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, [tenant, before]));
  return rows.map(({ id }) => id);
}
