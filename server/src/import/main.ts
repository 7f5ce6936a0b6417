import { writeFile } from "node:fs/promises";
import { systemClock } from "../adapters/clock.ts";
import { systemRandomness } from "../adapters/randomness.ts";
import type { Setting } from "../config/setting.ts";
import { SETTINGS } from "../config/settings.ts";
import { DatabaseError } from "../database/database-error.ts";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { migrate, MigrationError } from "../database/migrate.ts";
import { openPool } from "../database/pool.ts";
import { createExecutor } from "../operations/executor.ts";
import { openFixedStreams } from "../operations/fixed-streams.ts";
import { IMPORT_HELP, type ImportArguments, readArguments } from "./arguments.ts";
import { importFacilityRegister } from "./facility-register.ts";
import { findingsCsv } from "./findings.ts";
import { ImportError } from "./import-error.ts";
import { createProgressLine } from "./progress-line.ts";
import { reachDatabase } from "./reach-database.ts";
import { reportLines } from "./report-lines.ts";
import { makeTenant, requireTenant } from "./tenants.ts";

/** The exit code when rows were left over. */
const INCOMPLETE = 3;

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked !== "help") return runImport(asked);
  say(IMPORT_HELP);
  return 0;
}

async function runImport({
  file,
  tenant,
  register,
  report: out,
  newTenant,
}: ImportArguments): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const reached = await reachDatabase(setting(SETTINGS.databaseUrl), setting(SETTINGS.dataFolder), say);
  stack.use(reached);
  await migrate({ url: reached.url, say });
  const pool = openPool({ url: reached.url });
  stack.defer(() => pool.close());
  if (newTenant === undefined) await requireTenant(pool, tenant);
  else await makeTenant(pool, tenant, newTenant);
  const executor = createExecutor({ pool });
  stack.defer(() => executor.close());
  const line = createProgressLine(process.stderr, "Importing");
  stack.defer(() => {
    line.end();
  });
  const report = await importFacilityRegister({
    executor,
    streams: await openFixedStreams(pool, systemRandomness),
    clock: systemClock,
    tenant,
    file,
    register,
    signal: stopSignal(),
    progress: (done, all) => {
      line.show(done, all);
    },
  });
  line.end();
  for (const each of reportLines(report)) say(each);
  if (out !== undefined) {
    await writeFile(out, findingsCsv(report.findings));
    say(`All ${String(report.findings.length)} findings are in ${out}.`);
  }
  return report.entered === report.rows ? 0 : INCOMPLETE;
}

function setting<T>({ name, read, expected }: Setting<T>): T {
  const raw = process.env[name];
  const parsed = read.safeParse(raw === "" ? undefined : raw);
  if (!parsed.success) throw new ImportError(`${name}: expected ${expected}.`);
  return parsed.data;
}

/** The first Ctrl-C lets the running batch finish. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const reason = new ImportError("Stopped. The same command goes on from here.");
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      stop.abort(reason);
    });
  return stop.signal;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Why it could not be done, in words; anything unforeseen is told in full. */
function whyNot(error: unknown): string {
  const told =
    error instanceof ImportError ||
    error instanceof DatabaseError ||
    error instanceof LocalServerError ||
    error instanceof MigrationError;
  if (told) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${whyNot(error)}\n`);
  process.exitCode = 1;
}
