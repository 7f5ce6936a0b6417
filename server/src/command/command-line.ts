import type { Setting } from "../config/setting.ts";
import { DatabaseError } from "../database/database-error.ts";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { MigrationError } from "../database/migrate.ts";
import { CommandError } from "./command-error.ts";

/** What commands at a terminal have in common. */

/**
 * Reads one setting of the server.
 * @throws CommandError where it cannot be meant
 */
export function setting<T>({ name, read, expected }: Setting<T>): T {
  const raw = process.env[name];
  const parsed = read.safeParse(raw === "" ? undefined : raw);
  if (!parsed.success) throw new CommandError(`${name}: expected ${expected}.`);
  return parsed.data;
}

/** The first Ctrl-C lets the running batch finish. */
export function stopSignal(told = "Stopped. The same command goes on from here."): AbortSignal {
  const stop = new AbortController();
  const reason = new CommandError(told);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      stop.abort(reason);
    });
  return stop.signal;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs a command and sets the exit code: what it answers, or 1 with the reason in words; anything unforeseen is told in full. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${whyNot(error)}\n`);
    process.exitCode = 1;
  }
}

function whyNot(error: unknown): string {
  const told =
    error instanceof CommandError ||
    error instanceof DatabaseError ||
    error instanceof LocalServerError ||
    error instanceof MigrationError;
  if (told) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
