import type { StreamId } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import type { FixedStreams } from "../operations/fixed-streams.ts";
import type { Executor, Outcome, Settlement, Submitter } from "../operations/submission.ts";
import { paceOf } from "./pace.ts";

/** How often a process lets another one go first before it leaves the rest to it. */
const MOST_YIELDS = 20;

export interface ServerStreamParts {
  readonly pool: DatabasePool;
  readonly executor: Executor;
  readonly streams: FixedStreams;
}

/** An operation that a job makes. */
export interface JobOperation {
  readonly type: string;
  readonly input: object;
}

/**
 * Writes a job's operations, small batches one after another, until there is nothing left to do. Each tenant has one stream for them, whose next number is the
 * claim: of two processes that ask for the same at once one is decided and the other recognised as its replay; with other operations it hears that the number
 * is taken, and looks again.
 * @param job name of the job, which names the stream
 * @param next looks for the next batch; none: done
 * @param told what became of a batch, and whether it was decided here: of two processes only one counts it
 */
export async function writeAsServer(
  { pool, executor, streams }: ServerStreamParts,
  { job, tenant, signal }: { readonly job: string; readonly tenant: string; readonly signal: AbortSignal },
  next: () => Promise<readonly JobOperation[]>,
  told: (outcomes: readonly Outcome[], here: boolean) => void,
): Promise<void> {
  const stream: StreamId = streams.of(job, tenant);
  const submitter: Submitter = { tenant, account: undefined, device: undefined, system: true };
  const pace = paceOf(pool, signal);
  for (let yields = 0; yields < MOST_YIELDS && !signal.aborted;) {
    // First the number, then what is to be done: a process in between makes the number taken, never a thing done twice.
    const settled = await streams.settled(stream);
    const operations = await next();
    if (operations.length === 0) return;
    const settlement = await executor.submit({
      submitter,
      stream,
      from: settled + 1,
      heard: settled,
      operations: operations.map((each) => ({ ...each, madeAt: 0 })),
      carrier: "server",
    });
    if (wasTaken(settlement)) yields += 1;
    else told(settlement.outcomes, settlement.knownSince === undefined);
    await pace.rest();
  }
}

function wasTaken({ outcomes, fork }: Settlement): boolean {
  return fork || outcomes.some((each) => each.status === "rejected" && each.problem.code === "key_reused");
}
