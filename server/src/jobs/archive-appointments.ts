import { LIMITS } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import type { Outcome } from "../operations/submission.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { type ServerStreamParts, writeAsServer } from "./server-stream.ts";

/** Appointments in one transaction: their patients' rows are locked with them, and whoever books for one of these waits. */
const AT_ONCE = 15;
/** Rows in which doctors are looked for. */
const LOOKED_AT = 1_000;
const FINISHED = "status IN ('fulfilled','cancelled','noshow','expired')";

/**
 * Puts away what is finished for so many days: it goes from the feeds of devices as anything does that they see no longer, and its row makes room for those that are
 * worked with. One doctor's after another's: what lies together in the database is worked on together, and a batch is in the way of one clinic's bookings, not of all.
 */
export function archiveAppointmentsJob(parts: ServerStreamParts, keepDays: number): Job {
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
      const done = new Set<string>();
      let archived = 0;
      while (!signal.aborted) {
        const found = (await doctorsWith(parts.pool, before)).filter(({ doctor }) => !done.has(doctor));
        if (found.length === 0) break;
        for (const { tenant, doctor } of found) {
          if (done.has(doctor)) continue;
          done.add(doctor);
          archived += await archiveOf(parts, { tenant, doctor, before, signal });
        }
      }
      return { archived };
    },
  };
}

interface DoctorsPast {
  readonly tenant: string;
  readonly doctor: string;
  readonly before: number;
  readonly signal: AbortSignal;
}

/** Puts away what is finished of one doctor; answers how many this process put away. */
async function archiveOf(
  parts: ServerStreamParts,
  { tenant, doctor, before, signal }: DoctorsPast,
): Promise<number> {
  let archived = 0;
  let last = 0;
  await writeAsServer(
    parts,
    { job: "archive appointments", tenant, signal },
    async () => {
      // Where nothing of a batch could be put away, the next would be the same.
      if (last < 0) return [];
      const appointments = await finishedOf(parts.pool, tenant, doctor, before);
      return appointments.length === 0 ? [] : [{ type: "appointment.archive", input: { appointments } }];
    },
    (outcomes, here) => {
      last = outcomes.reduce((sum, outcome) => sum + archivedBy(outcome), 0) || -1;
      if (here) archived += Math.max(last, 0);
    },
  );
  return archived;
}

async function longAgo(pool: DatabasePool, keepDays: number): Promise<number> {
  return (await databaseNow(pool)) - Math.max(keepDays, LIMITS.shownDays + 1) * DAY_MS;
}

function archivedBy(outcome: Outcome): number {
  if (outcome.status === "rejected" || typeof outcome.output !== "object" || outcome.output === null)
    return 0;
  return "archived" in outcome.output ? Number(outcome.output.archived) : 0;
}

/** Doctors some of whose appointments are to be put away, by the first that are found. */
async function doctorsWith(
  pool: DatabasePool,
  before: number,
): Promise<readonly { readonly tenant: string; readonly doctor: string }[]> {
  const statement = `SELECT tenant_id AS tenant, doctor_id AS doctor FROM appointment WHERE ${FINISHED} AND start_at < ? LIMIT ${String(LOOKED_AT)}`;
  return read(pool, (reader) => reader.query<{ tenant: string; doctor: string }>(statement, [before]));
}

async function finishedOf(
  pool: DatabasePool,
  tenant: string,
  doctor: string,
  before: number,
): Promise<readonly string[]> {
  const statement = `SELECT id FROM appointment WHERE tenant_id = ? AND doctor_id = ? AND ${FINISHED} AND start_at < ? ORDER BY start_at, id LIMIT ${String(AT_ONCE)}`;
  const rows = await read(pool, (reader) =>
    reader.query<{ id: string }>(statement, [tenant, doctor, before]),
  );
  return rows.map(({ id }) => id);
}
