import type { ClinicComputer } from "./clinic.ts";
import type { House } from "./house.ts";
import { type Program, until } from "../../setup/process.ts";

/** One clinic that syncs until everything is settled, however often it or the server is killed. */
export interface Persistence {
  /** kill -9 for the program, if it runs just now; it is started again at once. */
  kill(): boolean;
  /** Resolves when `sync` has ended with 0. */
  readonly settled: Promise<void>;
  readonly kills: () => number;
  /** The exit codes of all runs. */
  readonly codes: () => readonly (number | string)[];
}

/** Codes after which a person would run it again: no connection, not finished, killed. */
const AGAIN = new Set<number | string>([3, 5, "SIGKILL"]);

export function syncUntilSettled(clinic: ClinicComputer): Persistence {
  let program: Program | undefined;
  let kills = 0;
  const codes: (number | string)[] = [];
  const go = async (): Promise<void> => {
    for (;;) {
      program = clinic.start("sync", "--try-for", "30");
      const code = await program.ended;
      codes.push(code);
      if (code === 0) return;
      if (!AGAIN.has(code)) throw new Error(`sync ended with ${code}:\n${program.said()}`);
    }
  };
  return {
    settled: go(),
    codes: () => codes,
    kills: () => kills,
    kill() {
      if (program?.running() !== true) return false;
      program.kill("SIGKILL");
      kills += 1;
      return true;
    },
  };
}

/** What is killed when so many operations are settled. */
export type Blow = readonly [settled: number, what: string, strike: () => unknown];

/** Waits for each mark in turn and strikes; answers what was struck. Gives up the rest once everything is settled. */
export async function strikeAt(
  house: House,
  blows: readonly Blow[],
  over: () => boolean,
): Promise<readonly string[]> {
  const struck: string[] = [];
  for (const [mark, what, strike] of blows) {
    await until(`${mark} operations to be settled`, async () => over() || (await settledNow(house)) >= mark);
    if (over()) break;
    await strike();
    struck.push(what);
  }
  return struck;
}

/** Operations that devices sent and that are settled; 0 while the database is down. */
export async function settledNow(house: House): Promise<number> {
  return (
    (await house.side.number(
      "SELECT COUNT(*) FROM operation o JOIN stream s ON s.id = o.stream_id WHERE s.device_id IS NOT NULL AND o.type <> 'device.add'",
    )) ?? 0
  );
}
