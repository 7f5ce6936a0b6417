import { spawn } from "node:child_process";

export interface ProgramResult {
  /** 0 when all went well, -1 when the program could not be started or was killed. */
  readonly code: number;
  /** What it said, both outputs together. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** the name it is called by; some programs are several, told apart by it */
  readonly argv0?: string;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end. Never throws: a program that is not there is a result too. */
export async function runProgram(
  command: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const [program = "", ...argumentList] = command;
  const { promise, resolve } = Promise.withResolvers<ProgramResult>();
  const child = spawn(program, argumentList, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const output = (): string => Buffer.concat(chunks).toString("utf8");
  child.once("error", (error) => {
    resolve({ code: -1, output: `${output()}${error.message}` });
  });
  child.once("close", (code) => {
    resolve({ code: code ?? -1, output: output() });
  });
  return await promise;
}

/** The last lines, where the reason usually is. */
export function lastLines(text: string, count = 8): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
