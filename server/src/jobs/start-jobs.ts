import type { Cron } from "../adapters/cron.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Job } from "./job.ts";

export interface JobsParts {
  readonly cron: Cron;
  readonly clock: Clock;
  readonly log: Log;
  /** told of each run what its line in the log says: how long it took, ms, and what it did; nothing where it failed */
  readonly onRun?: ((job: string, ms: number, did?: Readonly<Record<string, number>>) => void) | undefined;
}

/** Jobs that run when they are due. */
export interface RunningJobs {
  /** Runs a job now; where it runs already, once more after that: what it is woken for may have come too late for this run. */
  wake(name: string): void;
  /** Starts no more, and waits until what runs has come to the end of its small transaction. */
  stop(): Promise<void>;
}

/** Runs each job when it is due, and never twice at once in this process. A job that fails is told in the log and tried again when it is due next. */
export function startJobs(jobs: readonly Job[], { cron, clock, log, onRun }: JobsParts): RunningJobs {
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();

  const runOnce = async (job: Job): Promise<void> => {
    const started = clock.monotonic();
    try {
      const did = await job.run(stopping.signal);
      const ms = Math.round(clock.monotonic() - started);
      const facts = { job: job.name, ms, ...did };
      onRun?.(job.name, ms, did);
      // What runs every minute and finds nothing to do is no news.
      if (Object.values(did).some((count) => count > 0)) log.info("job done", facts);
      else log.debug("job done", facts);
    } catch (error) {
      if (stopping.signal.aborted) return;
      onRun?.(job.name, Math.round(clock.monotonic() - started));
      log.error("job failed", error, { job: job.name });
    }
  };
  const run = async (job: Job): Promise<void> => {
    if (stopping.signal.aborted || running.has(job.name)) return;
    const done = runOnce(job).finally(() => {
      running.delete(job.name);
      if (again.delete(job.name)) void run(job);
    });
    running.set(job.name, done);
    await done;
  };

  const ends = jobs.map((job) => cron.schedule(job.schedule, () => run(job)));
  for (const job of jobs) if (job.atStart) void run(job);
  return {
    wake(name) {
      if (running.has(name)) again.add(name);
      else for (const job of jobs) if (job.name === name) void run(job);
    },
    async stop() {
      stopping.abort();
      for (const end of ends) end();
      await Promise.all(running.values());
    },
  };
}
