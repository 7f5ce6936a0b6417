import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type Program, start } from "../../setup/process.ts";

const MAIN = "examples/clinic-batch/src/main.ts";

/** What `results` writes of a row. */
export type ResultRow = Readonly<
  Record<
    "line" | "request" | "what" | "outcome" | "start" | "id" | "code" | "patient" | "doctor" | "in_words",
    string
  >
>;

/** What `status --json` says. */
export interface StatusFacts {
  readonly waiting: number;
  readonly bookings: Readonly<
    Record<"waiting" | "confirmed" | "moved" | "refused" | "not taken" | "interrupted", number>
  >;
  readonly registrations: Readonly<Record<"waiting" | "registered" | "refused", number>>;
}

/** A clinic's computer: one folder, and the program in processes of its own. */
export interface ClinicComputer extends AsyncDisposable {
  readonly folder: string;
  /** Starts a command. */
  start(...words: readonly string[]): Program;
  /** Runs a command to its end; fails on an exit code that was not expected. */
  run(codes: readonly number[], ...words: readonly string[]): Promise<string>;
  put(name: string, text: string): Promise<string>;
  status(): Promise<StatusFacts>;
  results(): Promise<readonly ResultRow[]>;
  /** Another computer with a copy of the folder. */
  copy(): Promise<ClinicComputer>;
}

export async function clinicComputer(password: string, from?: string): Promise<ClinicComputer> {
  const desk = await mkdtemp(join(tmpdir(), "healthbridge-clinic-"));
  const folder = join(desk, "data");
  if (from !== undefined) await cp(from, folder, { recursive: true });
  const begin = (...words: readonly string[]): Program =>
    start(MAIN, ["--folder", folder, ...words], { CLINIC_BATCH_PASSWORD: password, TZ: "UTC" });
  const clinic: ClinicComputer = {
    folder,
    start: begin,
    async run(codes, ...words) {
      const program = begin(...words);
      const code = await program.ended;
      if (!codes.includes(Number(code)))
        throw new Error(`${words.join(" ")} ended with ${code}:\n${program.said()}`);
      return program.said();
    },
    async put(name, text) {
      const path = join(desk, name);
      await writeFile(path, text);
      return path;
    },
    async status() {
      return JSON.parse(await clinic.run([0], "status", "--json")) as StatusFacts;
    },
    async results() {
      const path = join(desk, "results.csv");
      await clinic.run([0], "results", "--to", path);
      // One stream in 64 begins with a minus: an apostrophe keeps spreadsheets from reading its ids as formulas.
      const text = await readFile(path, "utf8");
      return parse(text, { columns: true, bom: true, cast: (cell) => cell.replace(/^'(?=[-=+@])/, "") });
    },
    copy: () => clinicComputer(password, folder),
    [Symbol.asyncDispose]: () => rm(desk, { recursive: true, force: true }),
  };
  return clinic;
}
