import { parseArgs } from "node:util";
import { openAdministrator } from "./accounts/first-administrator.ts";
import { createPasswordHasher } from "./accounts/password-hash.ts";
import { systemRandomness } from "./adapters/randomness.ts";
import { readInstant } from "./backup/instant.ts";
import { beginEpoch, markBackupVerified } from "./backup/marks.ts";
import { CommandError } from "./command/command-error.ts";
import { reachDatabase } from "./command/reach-database.ts";
import { serveUntilStopped } from "./command/serve.ts";
import { whyNot } from "./command/why-not.ts";
import { type Config, ConfigError, readConfig } from "./config/config.ts";
import { describeConfig, helpText } from "./config/describe.ts";
import { type Core, startCore } from "./core.ts";
import { seedDemo } from "./demo/seed-demo.ts";
import { stepProgress } from "./import/progress-line.ts";
import { FEWEST_NODES, MOST_NODES, startNodes } from "./nodes/start-nodes.ts";
import { startServer } from "./server.ts";
import { logFor } from "./telemetry/log-for.ts";

const OPTIONS = {
  demo: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  settings: { type: "boolean", default: false },
  "add-administrator": { type: "string" },
  "backup-verified": { type: "string" },
  restored: { type: "boolean", default: false },
  nodes: { type: "string" },
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
  refuseTwoAtOnce(values);
  const config = readConfig(process.env, { demo: values.demo });
  if (values.settings) for (const line of describeConfig(config)) say(line);
  else if (values["add-administrator"] !== undefined)
    await addAdministrator(config, values["add-administrator"]);
  else if (values["backup-verified"] !== undefined)
    await noteBackup(config, readInstant(values["backup-verified"]));
  else if (values.restored) await noteRestore(config);
  else await serve(config, readNodes(values.nodes));
}

/** What is done once, instead of serving. */
const ONCE = ["settings", "add-administrator", "backup-verified", "restored"] as const;

/** Of two at once one would be left undone, and nobody be told. */
function refuseTwoAtOnce(values: Readonly<Partial<Record<(typeof ONCE)[number], string | boolean>>>): void {
  const given = ONCE.filter((each) => values[each] !== undefined && values[each] !== false);
  if (given.length > 1)
    throw new CommandError(`One at a time: ${given.map((each) => `--${each}`).join(" or ")}.`);
}

/** One server process, or several behind a proxy. */
async function serve(config: Config, nodes: number | undefined): Promise<void> {
  const progress = stepProgress(process.stdout);
  const complain = (line: string): void => {
    console.error(line);
  };
  await serveUntilStopped({ say, complain }, (signal) =>
    nodes === undefined
      ? startServer(config, { say, signal, seedDemo: (parts) => seedDemo({ ...parts, progress }) })
      : startNodes(config, { count: nodes, say, signal, progress, environment: process.env }),
  );
}

/** @throws ConfigError */
function readNodes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= FEWEST_NODES && count <= MOST_NODES) return count;
  const expected = `a whole number from ${String(FEWEST_NODES)} to ${String(MOST_NODES)}`;
  throw new ConfigError([{ name: "--nodes", expected }]);
}

/** What a command works on. */
function coreFor(config: Config, stack: AsyncDisposableStack): Promise<Core> {
  return startCore(config, { say }, stack, logFor(config, {}));
}

/** The same settings with the database named: a private one that the server runs at this moment is used beside it. */
async function besideServer(config: Config, stack: AsyncDisposableStack): Promise<Config> {
  const { url } = stack.use(await reachDatabase(config.databaseUrl, config.dataFolder, say));
  return { ...config, databaseUrl: url };
}

async function addAdministrator(config: Config, login: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { operations } = await coreFor(await besideServer(config, stack), stack);
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
  const { pool } = await coreFor(await besideServer(config, stack), stack);
  const moved = await markBackupVerified(pool, begunAt);
  say(
    `Noted: ${moved} streams are covered further than before. Devices will let go of what the backup holds.`,
  );
}

async function noteRestore(config: Config): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { pool } = await coreFor(config, stack);
  say(`Epoch ${await beginEpoch(pool)} begins. Devices will offer again what they did after the backup.`);
}

try {
  await main();
} catch (error) {
  console.error(whyNot(error));
  process.exit(1);
}
