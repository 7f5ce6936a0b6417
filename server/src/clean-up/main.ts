import { openAttachments } from "../attachments/open-attachments.ts";
import { systemRandomness } from "../adapters/randomness.ts";
import { CommandError } from "../command/command-error.ts";
import { runCommand, say, setting, stopSignal } from "../command/command-line.ts";
import { reachDatabase } from "../command/reach-database.ts";
import { auditFault } from "../config/config.ts";
import { SETTINGS } from "../config/settings.ts";
import { migrate, pendingMigrations } from "../database/migrate.ts";
import { openPool } from "../database/pool.ts";
import { allJobs } from "../jobs/all-jobs.ts";
import type { Job } from "../jobs/job.ts";
import { createExecutor } from "../operations/executor.ts";
import { openFixedStreams } from "../operations/fixed-streams.ts";
import { CLEAN_UP_HELP, type CleanUpArguments, readArguments } from "./arguments.ts";

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === "help") {
    say(CLEAN_UP_HELP);
    return 0;
  }
  const settings = keptFor();
  await using stack = new AsyncDisposableStack();
  const reached = await reachDatabase(setting(SETTINGS.databaseUrl), setting(SETTINGS.dataFolder), say);
  stack.use(reached);
  await bringUpToDate(reached.url, asked);
  const pool = openPool({ url: reached.url });
  stack.defer(() => pool.close());
  const executor = createExecutor({ pool });
  stack.defer(() => executor.close());
  const attachments = openAttachments(
    { attachments: setting(SETTINGS.attachments), dataFolder: setting(SETTINGS.dataFolder) },
    pool,
  );
  const streams = await openFixedStreams(pool, systemRandomness);
  const jobs = allJobs({ pool, executor, streams, settings, attachments });
  if (asked.dryRun) await tellDue(jobs);
  else await runAll(jobs, stopSignal());
  return 0;
}

/**
 * Tables as this version wants them. Who only counts changes nothing: the server that uses the database may be an older one.
 * @throws CommandError where counting needs other tables
 */
async function bringUpToDate(url: string, { dryRun }: CleanUpArguments): Promise<void> {
  if (!dryRun) {
    await migrate({ url, say });
    return;
  }
  if ((await pendingMigrations({ url })).length > 0)
    throw new CommandError(
      "The database is an older version's, and --dry-run changes nothing. Upgrade the server first: its start brings the database up to date.",
    );
}

/**
 * How long things are kept, as the server reads it.
 * @throws CommandError where that contradicts itself
 */
function keptFor() {
  const settings = {
    auditDays: setting(SETTINGS.auditDays),
    sessionDays: setting(SETTINGS.sessionDays),
    missedHours: setting(SETTINGS.missedHours),
    keepDays: setting(SETTINGS.keepDays),
    conversationDays: setting(SETTINGS.conversationDays),
  };
  const fault = auditFault(settings);
  if (fault !== undefined) throw new CommandError(`${fault.name}: expected ${fault.expected}.`);
  return settings;
}

async function tellDue(jobs: readonly Job[]): Promise<void> {
  say("There is to do (nothing is done):");
  for (const job of jobs) say(line(job, String(await job.due())));
}

async function runAll(jobs: readonly Job[], signal: AbortSignal): Promise<void> {
  for (const job of jobs) {
    signal.throwIfAborted();
    const did = Object.entries(await job.run(signal)).map(([what, count]) => `${String(count)} ${what}`);
    say(line(job, did.join(", ")));
  }
}

const NAME_WIDTH = 24;

function line({ name }: Job, what: string): string {
  return `  ${name.padEnd(NAME_WIDTH)}${what}`;
}

await runCommand(main);
