import { addDays, dateFromDays, DAY_MINUTES, type EntityId, LIMITS, MINUTE_MS } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { FixedStreams } from "../operations/fixed-streams.ts";
import type { Executor, Settlement, Submitter } from "../operations/submission.ts";
import { databaseNow, type Job } from "./job.ts";

export interface ExtendParts {
  readonly pool: DatabasePool;
  readonly executor: Executor;
  readonly streams: FixedStreams;
}

/** Doctors in one transaction; each has some fifty sheets looked at and mostly one written. */
const DOCTORS_AT_ONCE = 10;
/** How often a process lets another one go first before it leaves the rest to it. */
const MOST_YIELDS = 20;

/**
 * Makes the day sheets of the days that have come into reach, as operations of the server itself. Each tenant has one stream for them, whose next number is the
 * claim: of two processes that ask for the same doctors at once one is decided and the other recognised as its replay; with other doctors it
 * hears that the number is taken, and looks again.
 */
export function extendSheetsJob(parts: ExtendParts): Job {
  return {
    name: "extend day sheets",
    schedule: "7 * * * *",
    atStart: true,
    async run(signal) {
      const today = dateFromDays(Math.floor((await databaseNow(parts.pool)) / MINUTE_MS / DAY_MINUTES));
      // Sheets made today reach so far: the first of them is yesterday's, which may still be today at the doctor's.
      const reach = addDays(today, LIMITS.sheetDays - 1);
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

async function tenantsInNeed(pool: DatabasePool, reach: string): Promise<readonly string[]> {
  const statement =
    "SELECT DISTINCT tenant_id AS tenant FROM availability WHERE sheets_until IS NULL OR sheets_until < ?";
  const rows = await read(pool, (reader) => reader.query<{ tenant: string }>(statement, [reach]));
  return rows.map(({ tenant }) => tenant);
}

async function extendTenant(
  { pool, executor, streams }: ExtendParts,
  tenant: string,
  reach: string,
  signal: AbortSignal,
): Promise<{ extended: number; refused: number }> {
  const stream = streams.of("extend day sheets", tenant);
  const submitter: Submitter = { tenant, account: undefined, device: undefined, system: true };
  const given = new Set<EntityId>();
  const counts = { extended: 0, refused: 0 };
  for (let yields = 0; yields < MOST_YIELDS && !signal.aborted;) {
    // First the number, then the doctors: a process in between makes the number taken, never a doctor twice.
    const settled = await streams.settled(stream);
    const doctors = await doctorsInNeed(pool, tenant, reach, given);
    if (doctors.length === 0) break;
    const settlement = await executor.submit({
      submitter,
      stream,
      from: settled + 1,
      heard: settled,
      operations: doctors.map((doctor) => ({ type: "availability.extend", input: { doctor }, madeAt: 0 })),
      carrier: "server",
    });
    if (wasTaken(settlement)) {
      yields += 1;
      continue;
    }
    const refused = settlement.outcomes.filter(({ status }) => status === "rejected").length;
    counts.extended += doctors.length - refused;
    counts.refused += refused;
    // A doctor whose plan cannot be extended must not be asked for in this run for ever.
    for (const doctor of doctors) given.add(doctor);
  }
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

function wasTaken({ outcomes, fork }: Settlement): boolean {
  return fork || outcomes.some((each) => each.status === "rejected" && each.problem.code === "key_reused");
}
