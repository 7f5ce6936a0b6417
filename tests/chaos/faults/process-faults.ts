/**
 * What happens to processes: killed, asked to end, frozen for a while. Always by number, never by name, and a number that was given to another
 * process meanwhile is left alone. Linux only: it looks into /proc.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** One process, for as long as it lives. */
export interface Victim {
  readonly pid: number;
  running(): Promise<boolean>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end (TERM), and kills it if it has not after so long; answers how it went. */
  terminate(patienceMs: number): Promise<"ended" | "killed">;
  /** SIGSTOP; resolves when it stands still. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): void;
  /** Both, with so long in between: long enough to outlive a lease, a lock, somebody's patience. */
  freezeFor(ms: number): Promise<void>;
}

const LOOK_EVERY_MS = 5;

/** Takes hold of a running process; fails when there is none of that number. */
export async function victim(pid: number): Promise<Victim> {
  const first = await look(pid);
  if (first === undefined || first.state === "Z") throw new Error(`There is no process ${String(pid)}.`);
  /** Undefined also when the number belongs to somebody else by now. A zombie is only a name: it has ended. */
  const now = async (): Promise<Look | undefined> => {
    const found = await look(pid);
    return found?.startedAt === first.startedAt && !GONE.has(found.state) ? found : undefined;
  };
  const running = async (): Promise<boolean> => (await now()) !== undefined;
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (await running()) send(pid, name);
  };
  const gone = async (patienceMs: number): Promise<boolean> =>
    until(async () => !(await running()), patienceMs);
  const kill = async (): Promise<void> => {
    await signal("SIGKILL");
    await gone(Number.POSITIVE_INFINITY);
  };
  const freeze = async (): Promise<void> => {
    await signal("SIGSTOP");
    await until(async () => STILL.has((await now())?.state ?? "T"), Number.POSITIVE_INFINITY);
  };
  const thaw = (): void => {
    send(pid, "SIGCONT");
  };
  return {
    pid,
    running,
    kill,
    freeze,
    thaw,
    async terminate(patienceMs) {
      await signal("SIGTERM");
      if (await gone(patienceMs)) return "ended";
      await kill();
      return "killed";
    },
    async freezeFor(ms) {
      await freeze();
      try {
        await sleep(ms);
      } finally {
        if (await running()) thaw();
      }
    },
  };
}

interface Look {
  /** R, S, D, T (stopped), t (traced), Z (zombie) ... */
  readonly state: string;
  /** in ticks since the machine started: with the number, the process's identity */
  readonly startedAt: string;
}

const GONE = new Set(["Z", "X"]);
const STILL = new Set(["T", "t"]);

async function look(pid: number): Promise<Look | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => "");
  // The name stands in brackets and may hold anything, brackets too.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state = "", startedAt = ""] = [fields[0], fields[19]];
  return text === "" ? undefined : { state, startedAt };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended this moment.
  }
}

async function until(look: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!(await look())) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
