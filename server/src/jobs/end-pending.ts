import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { LIMITS } from "@healthbridge/schema";
import type { Outcome } from "../operations/submission.ts";
import { countRows, databaseNow, type Job } from "./job.ts";
import { type JobOperation, type ServerStreamParts, writeAsServer } from "./server-stream.ts";

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
        const over = new Over(parts.pool, tenant, now);
        await writeAsServer(
          parts,
          { job: "end pending", tenant, signal },
          () => over.next(),
          (outcomes, here) => {
            over.told(outcomes);
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

/** What is over of one tenant, batch by batch. Of a batch that cannot be ended each is asked for by itself: one must not keep the others, nor be asked for in this run for ever. */
class Over {
  readonly #pool: DatabasePool;
  readonly #tenant: string;
  readonly #now: number;
  readonly #given = new Set<string>();
  #asked: readonly (readonly string[])[] = [];
  #oneByOne = false;

  constructor(pool: DatabasePool, tenant: string, now: number) {
    this.#pool = pool;
    this.#tenant = tenant;
    this.#now = now;
  }

  async next(): Promise<readonly JobOperation[]> {
    const appointments = await overIn(this.#pool, this.#tenant, this.#now, this.#given);
    if (appointments.length === 0) return [];
    this.#asked = this.#oneByOne ? appointments.map((id) => [id]) : [appointments];
    return this.#asked.map((ids) => ({ type: "appointment.expire", input: { appointments: ids } }));
  }

  told(outcomes: readonly Outcome[]): void {
    const refused = this.#asked.filter((_, at) => outcomes[at]?.status === "rejected");
    for (const [id = "", ...more] of refused) if (more.length === 0) this.#given.add(id);
    this.#oneByOne = refused.some((ids) => ids.length > 1);
  }
}

async function overIn(
  pool: DatabasePool,
  tenant: string,
  now: number,
  given: ReadonlySet<string>,
): Promise<readonly string[]> {
  const others = given.size === 0 ? "" : " AND id NOT IN (?)";
  const statement = `SELECT id FROM appointment WHERE tenant_id = ? AND open_until <= ?${others} ORDER BY open_until, id LIMIT ${String(LIMITS.cleanedAtOnce)}`;
  const values = [tenant, now, ...(given.size === 0 ? [] : [[...given]])];
  const rows = await read(pool, (reader) => reader.query<{ id: string }>(statement, values));
  return rows.map(({ id }) => id);
}
