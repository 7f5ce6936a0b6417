import { readdir, readFile } from "node:fs/promises";
import { runProgram } from "./run-program.ts";

interface Process {
  readonly pid: number;
  readonly command: string;
}

/**
 * The process that was started with exactly this option, if there is one. More to be trusted than a pid file, which
 * may be missing (killed while starting) or name a number that another program has by now.
 */
export async function findProcessWith(option: string): Promise<number | undefined> {
  const processes = process.platform === "linux" ? await fromProc() : await fromPs();
  return processes.find(({ command }) => command.split(SEPARATOR).includes(option))?.pid;
}

/** Whether that process is still the one with this option. A zombie is not: it has no command line any more. */
export async function isProcessWith(pid: number, option: string): Promise<boolean> {
  const found =
    process.platform === "linux" ? await procCommand(pid) : (await findProcessWith(option)) === pid;
  return typeof found === "boolean" ? found : found.split(SEPARATOR).includes(option);
}

const SEPARATOR = "\0";

async function fromProc(): Promise<readonly Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  return await Promise.all(pids.map(async (pid) => ({ pid, command: await procCommand(pid) })));
}

async function procCommand(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${String(pid)}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Without /proc the parts of a command line are told apart by blanks; our option must not hold any there. */
async function fromPs(): Promise<readonly Process[]> {
  const { output } = await runProgram(["ps", "-axww", "-o", "pid=,command="]);
  return output.split("\n").map((line) => {
    const [pid = "", ...rest] = line.trim().split(/ +/);
    return { pid: Number(pid), command: rest.join(SEPARATOR) };
  });
}
