import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");

/** A Node process of the project, run from source. */
export interface Program {
  readonly pid: number;
  /** everything it has written so far */
  readonly said: () => string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly running: () => boolean;
  kill(signal: NodeJS.Signals): void;
  /** Sends a message to a program that was started with `onMessage`; one that is gone hears nothing. */
  tell(message: object): void;
}

/** What else can be said about how a program is started. */
export interface StartOptions {
  /** modules that are loaded before the program */
  readonly preload?: readonly string[];
  /** Hears what the program sends with `process.send`. */
  readonly onMessage?: (message: unknown) => void;
}

/** What a child inherits: nothing that would let the test's own settings into the product. */
const ENVIRONMENT = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];

export function start(
  file: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { preload = [], onMessage }: StartOptions = {},
): Program {
  const inherited = ENVIRONMENT.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  const loaded = preload.flatMap((path) => ["--import", path]);
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=@healthbridge/source", ...loaded, join(ROOT, file), ...words],
    {
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ["ignore", "pipe", "pipe", ...(onMessage === undefined ? [] : ["ipc" as const])],
      cwd: ROOT,
    },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  if (onMessage !== undefined) child.on("message", onMessage);
  const ended = once(child, "close").then(([code, signal]) => (code as number | null) ?? String(signal));
  return {
    pid: child.pid ?? 0,
    said: () => said,
    ended,
    running: () => child.exitCode === null && child.signalCode === null,
    kill: (signal) => {
      child.kill(signal);
    },
    tell: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
  };
}

/** Waits for something to become so; asks often, sleeps never longer than between two looks. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  limitMs = 120_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Waited in vain for: ${what}`);
    await pause(20);
  }
}
