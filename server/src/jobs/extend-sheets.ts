import { addDays, dateFromDays, DAY_MINUTES, type EntityId, LIMITS, MINUTE_MS } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { countRows, databaseNow, type Job } from "./job.ts";
import { type ServerStreamParts, writeAsServer } from "./server-stream.ts";

/** Doctors in one transaction; each has some fifty sheets looked at and mostly one written. */
const DOCTORS_AT_ONCE = 10;
/** Makes the day sheets of the days that have come into reach, as operations of the server itself. */
export function extendSheetsJob(parts: ServerStreamParts): Job {
  return {
    name: "extend day sheets",
    schedule: "7 * * * *",
    atStart: true,
    due: async () => countRows(parts.pool, `availability WHERE ${IN_NEED}`, [await reachOf(parts.pool)]),
    async run(signal) {
      const reach = await reachOf(parts.pool);
      const counts = { extended: 0, refused: 0 };
      for (const tenant of await tenantsInNeed(parts.pool, reach)) {
        const done = await extendTenant(parts, tenant, reach, signal);
        counts.extended += done.extended;
        counts.refused += done.refused;
      }
      return counts;
    },
  };
}

const IN_NEED = "(sheets_until IS NULL OR sheets_until < ?)";

/** Sheets made today reach so far: the first of them is yesterday's, which may still be today at the doctor's. */
async function reachOf(pool: DatabasePool): Promise<string> {
  const today = dateFromDays(Math.floor((await databaseNow(pool)) / MINUTE_MS / DAY_MINUTES));
  return addDays(today, LIMITS.sheetDays - 1);
}

async function tenantsInNeed(pool: DatabasePool, reach: string): Promise<readonly string[]> {
  const statement =
    "SELECT DISTINCT tenant_id AS tenant FROM availability WHERE sheets_until IS NULL OR sheets_until < ?";
  const rows = await read(pool, (reader) => reader.query<{ tenant: string }>(statement, [reach]));
  return rows.map(({ tenant }) => tenant);
}

async function extendTenant(
  parts: ServerStreamParts,
  tenant: string,
  reach: string,
  signal: AbortSignal,
): Promise<{ extended: number; refused: number }> {
  const given = new Set<EntityId>();
  const counts = { extended: 0, refused: 0 };
  let doctors: readonly EntityId[] = [];
  await writeAsServer(
    parts,
    { job: "extend day sheets", tenant, signal },
    async () => {
      doctors = await doctorsInNeed(parts.pool, tenant, reach, given);
      return doctors.map((doctor) => ({ type: "availability.extend", input: { doctor } }));
    },
    (outcomes, here) => {
      const refused = outcomes.filter(({ status }) => status === "rejected").length;
      if (here) counts.extended += doctors.length - refused;
      counts.refused += refused;
      // A doctor whose plan cannot be extended must not be asked for in this run for ever.
      for (const doctor of doctors) given.add(doctor);
    },
  );
  return counts;
}

async function doctorsInNeed(
  pool: DatabasePool,
  tenant: string,
  reach: string,
  given: ReadonlySet<EntityId>,
): Promise<readonly EntityId[]> {
  const rows = await read(pool, (reader) =>
    reader.query<{ id: EntityId }>(
      `SELECT id FROM availability WHERE tenant_id = ? AND (sheets_until IS NULL OR sheets_until < ?)${given.size === 0 ? "" : " AND id NOT IN (?)"}
       ORDER BY sheets_until, id LIMIT ${String(DOCTORS_AT_ONCE)}`,
      [tenant, reach, ...(given.size === 0 ? [] : [[...given]])],
    ),
  );
  return rows.map(({ id }) => id);
}
