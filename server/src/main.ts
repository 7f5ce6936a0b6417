import { parseArgs } from "node:util";
import { openAdministrator } from "./accounts/first-administrator.ts";
import { createPasswordHasher } from "./accounts/password-hash.ts";
import { Refused } from "./accounts/refused.ts";
import { systemRandomness } from "./adapters/randomness.ts";
import { readInstant, WrongInstant } from "./backup/instant.ts";
import { beginEpoch, markBackupVerified } from "./backup/marks.ts";
import { type Config, ConfigError, readConfig } from "./config/config.ts";
import { describeConfig, helpText } from "./config/describe.ts";
import { DatabaseError } from "./database/database-error.ts";
import { LocalServerError } from "./database/local/local-server-error.ts";
import { MigrationError } from "./database/migrate.ts";
import { WrongDatabase } from "./demo/demo-mark.ts";
import { seedDemo } from "./demo/seed-demo.ts";
import { stepProgress } from "./import/progress-line.ts";
import { logFor, type RunningServer, startCore, startServer } from "./server.ts";

const OPTIONS = {
  demo: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  settings: { type: "boolean", default: false },
  "add-administrator": { type: "string" },
  "backup-verified": { type: "string" },
  restored: { type: "boolean", default: false },
} as const;

function say(line: string): void {
  console.log(line);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    say(helpText());
    return;
  }
  const config = readConfig(process.env, { demo: values.demo });
  if (values.settings) for (const line of describeConfig(config)) say(line);
  else if (values["add-administrator"] !== undefined)
    await addAdministrator(config, values["add-administrator"]);
  else if (values["backup-verified"] !== undefined)
    await noteBackup(config, readInstant(values["backup-verified"]));
  else if (values.restored) await noteRestore(config);
  else await serve(config);
}

/** The first signal stops: while it starts, what was started so far; later, once what runs has finished. The second ends at once. */
async function serve(config: Config): Promise<void> {
  const starting = new AbortController();
  const running: { server?: RunningServer } = {};
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    say("Stopping: finishing what runs. Once more ends it at once.");
    if (running.server === undefined) starting.abort();
    else await endAfter(running.server.close(), code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      // Its text may quote what a person wrote.
      console.error(`Something broke that should not: ${whatBroke(error)}. Stopping.`);
      void stop(1);
    });
  }
  const seed: typeof seedDemo = (parts) => seedDemo({ ...parts, progress: stepProgress(process.stdout) });
  running.server = await startServer(config, { say, seedDemo: seed, signal: starting.signal }).catch(
    (error: unknown) => {
      throw starting.signal.aborted ? new Stopped() : error;
    },
  );
  if (starting.signal.aborted) await endAfter(running.server.close(), 0);
}

/** Why a start ended that was called off. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

async function endAfter(closing: Promise<void>, code: number): Promise<void> {
  await closing.catch((error: unknown) => {
    console.error(`Not everything could be closed: ${whatBroke(error)}.`);
  });
  say("Stopped.");
  process.exit(code);
}

async function addAdministrator(config: Config, login: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { operations } = await startCore(config, { say }, stack, logFor(config, {}));
  const parts = {
    operations,
    passwords: createPasswordHasher(systemRandomness),
    randomness: systemRandomness,
  };
  const { password } = await openAdministrator(parts, config.tenant, login);
  say(`Administrator ${login} of ${config.tenant} can sign in. Password, told only now: ${password}`);
}

async function noteBackup(config: Config, begunAt: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { pool } = await startCore(config, { say }, stack, logFor(config, {}));
  const moved = await markBackupVerified(pool, begunAt);
  say(
    `Noted: ${moved} streams are covered further than before. Devices will let go of what the backup holds.`,
  );
}

async function noteRestore(config: Config): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { pool } = await startCore(config, { say }, stack, logFor(config, {}));
  say(`Epoch ${await beginEpoch(pool)} begins. Devices will offer again what they did after the backup.`);
}

function whatBroke(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const [place = ""] = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return `${error.name} ${place.trim()}`;
}

/** Why the start failed, in words; anything unforeseen is told in full, because nobody's data is in play yet. */
function whyNot(error: unknown): string {
  if (error instanceof ConfigError)
    return `These settings cannot be used:\n${error.message}\n--help explains each of them.`;
  if (error instanceof Refused) {
    const { code, path, reasons } = error.problem;
    return `It was refused: ${code} ${path ?? ""} ${(reasons ?? []).map(({ detail }) => detail).join(", ")}`.trim();
  }
  const told =
    error instanceof DatabaseError ||
    error instanceof LocalServerError ||
    error instanceof MigrationError ||
    error instanceof WrongDatabase ||
    error instanceof WrongInstant;
  if (told) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "The port is taken by another program; PORT=0 takes a free one.";
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "HOST is not an address of this machine.";
  if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS")) return `${error.message}\nSee --help.`;
  return error.stack ?? error.message;
}

try {
  await main();
} catch (error) {
  if (error instanceof Stopped) {
    say("Stopped.");
    process.exit(0);
  }
  console.error(whyNot(error));
  process.exit(1);
}
