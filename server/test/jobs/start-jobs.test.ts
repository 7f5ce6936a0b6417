import { describe, expect, test } from "vitest";
import { systemCron } from "../../src/adapters/cron.ts";
import type { Job } from "../../src/jobs/job.ts";
import { startJobs } from "../../src/jobs/start-jobs.ts";
import { createLog } from "../../src/telemetry/log.ts";

/** A cron that strikes when the test says so. */
function handCron() {
  const actions = new Map<string, () => void>();
  const schedule = (expression: string, action: () => void) => {
    actions.set(expression, action);
    return () => void actions.delete(expression);
  };
  return { schedule, actions, strike: (expression: string) => actions.get(expression)?.() };
}

const clock = { now: () => 0, monotonic: () => 0 };
const silentLog = createLog({ level: "silent", format: "json" });
const EVERY_HOUR = "7 * * * *";

/** A job that ends when the test lets it. */
function handJob(more: Partial<Job> = {}) {
  const ends: (() => void)[] = [];
  const signals: AbortSignal[] = [];
  const job: Job = {
    name: "by hand",
    schedule: EVERY_HOUR,
    due: () => Promise.resolve(0),
    atStart: false,
    run: (signal) => {
      signals.push(signal);
      const { promise, resolve } = Promise.withResolvers<Record<string, number>>();
      ends.push(() => {
        resolve({ did: 1 });
      });
      return promise;
    },
    ...more,
  };
  return { job, ends, signals };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("jobs", () => {
  test("run when they are due, and not while they still run", async () => {
    const cron = handCron();
    const { job, ends, signals } = handJob();
    const jobs = startJobs([job], { cron, clock, log: silentLog });
    expect(signals).toHaveLength(0);
    cron.strike(EVERY_HOUR);
    cron.strike(EVERY_HOUR);
    expect(signals).toHaveLength(1);
    ends[0]?.();
    await settled();
    cron.strike(EVERY_HOUR);
    expect(signals).toHaveLength(2);
    ends[1]?.();
    await jobs.stop();
  });

  test("catch up at the start where they say so", async () => {
    const { job, ends, signals } = handJob({ atStart: true });
    const jobs = startJobs([job], { cron: handCron(), clock, log: silentLog });
    expect(signals).toHaveLength(1);
    ends[0]?.();
    await jobs.stop();
  });

  test("that fail are told of and tried again", async () => {
    const told: unknown[] = [];
    const cron = handCron();
    let runs = 0;
    const job: Job = { ...handJob().job, run: () => Promise.reject(new Error(`run ${(runs += 1)}`)) };
    const ignore = (): void => undefined;
    const error = (_message: string, what: unknown): void => void told.push(what);
    const log = { debug: ignore, info: ignore, warn: ignore, error };
    const jobs = startJobs([job], { cron, clock, log });
    cron.strike(EVERY_HOUR);
    await settled();
    cron.strike(EVERY_HOUR);
    await settled();
    expect(told).toMatchObject([{ message: "run 1" }, { message: "run 2" }]);
    await jobs.stop();
  });

  test("stop: the running one is asked to end and waited for, no other begins", async () => {
    const cron = handCron();
    const { job, ends, signals } = handJob();
    const jobs = startJobs([job], { cron, clock, log: silentLog });
    cron.strike(EVERY_HOUR);
    let stopped = false;
    const stop = jobs.stop().then(() => (stopped = true));
    expect(signals[0]?.aborted).toBe(true);
    expect(cron.actions.size).toBe(0);
    await settled();
    expect(stopped).toBe(false);
    ends[0]?.();
    await stop;
  });

  test("that are woken run at once, and once more where they ran already; one that is stopped does not", async () => {
    const { job, ends, signals } = handJob();
    const jobs = startJobs([job], { cron: handCron(), clock, log: silentLog });
    jobs.wake("another");
    expect(signals).toHaveLength(0);
    jobs.wake(job.name);
    jobs.wake(job.name);
    jobs.wake(job.name);
    expect(signals).toHaveLength(1);
    ends[0]?.();
    await settled();
    expect(signals).toHaveLength(2);
    jobs.wake(job.name);
    const stop = jobs.stop();
    ends[1]?.();
    await stop;
    expect(signals).toHaveLength(2);
  });

  test("that found nothing to do are no news", async () => {
    const told: string[] = [];
    const ignore = (): void => undefined;
    const info = (message: string): void => void told.push(message);
    const log = { debug: ignore, info, warn: ignore, error: ignore };
    const counts = [{ did: 0 }, { did: 1 }];
    const job: Job = { ...handJob().job, run: () => Promise.resolve(counts.shift() ?? {}) };
    const jobs = startJobs([job], { cron: handCron(), clock, log });
    jobs.wake(job.name);
    await settled();
    expect(told).toEqual([]);
    jobs.wake(job.name);
    await settled();
    expect(told).toEqual(["job done"]);
    await jobs.stop();
  });

  test("are called by the machine's cron", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = systemCron.schedule("* * * * * *", () => {
      resolve();
      return promise;
    });
    // It does not keep the process alive; the test does.
    const alive = setInterval(() => undefined, 100);
    await promise;
    clearInterval(alive);
    expect(end).not.toThrow();
  });
});
