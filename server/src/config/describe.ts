import { MAKE_A_KEY } from "../accounts/signing-keys.ts";
import type { Config } from "./config.ts";
import type { Setting } from "./setting.ts";
import { SETTINGS } from "./settings.ts";

/** What the server was started with, one setting per line, secrets hidden. */
export function describeConfig(config: Config): readonly string[] {
  const values: Readonly<Record<string, unknown>> = { ...config };
  return Object.entries<Setting<unknown>>(SETTINGS).map(
    ([key, one]) => `${one.name}=${shown(one, values[key])}`,
  );
}

function shown(one: Setting<unknown>, value: unknown): string {
  if (one.show !== undefined) return one.show(value);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

const WIDTH = 100;

/** The text of `--help`. */
export function helpText(): string {
  const settings = Object.values<Setting<unknown>>(SETTINGS).map((one) =>
    [
      `  ${one.name}`,
      ...wrap(one.help, WIDTH - 6).map((line) => `      ${line}`),
      `      Standard: ${one.standard}. Example: ${one.name}=${one.example}`,
    ].join("\n"),
  );
  return [
    "HealthBridge server",
    "",
    "  node --conditions=@healthbridge/source server/src/main.ts [--demo] [--nodes N] [--help]",
    "",
    "  --demo    Starts with made-up data, keys of its own and an account for each role. For trying out.",
    "  --help    Tells this and ends.",
    "",
    "  --nodes N                   Starts N server processes (2 to 4) over one database, with Redis between them and a small proxy",
    "                              in front, on the one address. Without REDIS_URL a private Redis is started as well.",
    "                              Example: npm start -- --nodes 2",
    "",
    "  --settings                  Tells the settings it would start with, secrets hidden, and ends.",
    "  --add-administrator NAME    Opens an administrator's account, tells its password once, and ends.",
    "  --backup-verified TIME      Notes that a backup begun at TIME (2026-11-22T01:00Z) was restored elsewhere and looked at,",
    "                              so that devices may let go of what it holds, and ends.",
    "  --restored                  Run once after restoring a backup, before the start: devices will offer again what came later.",
    "",
    "Settings are read from the environment:",
    "",
    settings.join("\n\n"),
    "",
    "To make a key:",
    `  ${MAKE_A_KEY}`,
    "",
    "Ctrl-C (or SIGTERM) stops the server once what is running has finished; a second one stops it at once.",
    "",
  ].join("\n");
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
