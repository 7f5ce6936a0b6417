import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** The program in a process of its own, with pipes for a terminal. */
export interface Running {
  /** everything it has written so far */
  said(): string;
  type(line: string): void;
  /** its exit code, once it has ended by itself */
  readonly ended: Promise<number>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
  /** Ends the input; answers the exit code. */
  leave(): Promise<number>;
}

export function startProgram(password: string, ...words: readonly string[]): Running {
  const child = spawn(process.execPath, ["--conditions=@healthbridge/source", MAIN, ...words], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, CHAT_PASSWORD: password },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  child.stdin.on("error", () => undefined); // it may be dead already
  const ended = once(child, "close").then(() => child.exitCode ?? -1);
  return {
    said: () => said,
    ended,
    type: (line) => child.stdin.write(`${line}\n`),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    leave() {
      child.stdin.end();
      return ended;
    },
  };
}
