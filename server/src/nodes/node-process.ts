import { spawn } from "node:child_process";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type NodeWord, nodeWord } from "./node-words.ts";

export interface NodeProcessOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly words: readonly string[];
  /** hears what it says, until it is ready and after */
  readonly onWord: (word: NodeWord) => void;
  /** a line of its log, or of whatever else it wrote */
  readonly onOutput: (line: string) => void;
}

/** A node's process. */
export interface NodeProcess {
  readonly pid: number;
  /** Resolves when it is gone, with a word on how. */
  readonly ended: Promise<string>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/** Built, it has another ending, as this module has. */
const PROGRAM = join(import.meta.dirname, `node-main${extname(import.meta.filename)}`);

/**
 * Starts a node as a process of its own, in a group of its own: Ctrl-C in the terminal reaches the one that started it, which lets the nodes finish. When that one is killed the
 * channel between them closes, and the node stops by itself.
 */
export function startNodeProcess({ environment, words, onWord, onOutput }: NodeProcessOptions): NodeProcess {
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, ...words], {
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.on("message", (message) => {
    const word = nodeWord.safeParse(message);
    if (word.success) onWord(word.data);
  });
  for (const stream of [child.stdout, child.stderr]) lines(stream, onOutput);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => {
    resolve(error.message);
  });
  child.once("exit", (code, signal) => {
    resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

function lines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream }).on("line", onLine);
}
