import type { Problem, StreamId } from "@healthbridge/schema";
import { basename } from "node:path";
import type { Clock } from "../adapters/clock.ts";
import type { FixedStreams } from "../operations/fixed-streams.ts";
import type { Executor, Settlement, SubmittedOperation, Submitter } from "../operations/submission.ts";
import { type Country, KENYA } from "./country.ts";
import { type FacilityRow, facilityRows, type Survey, surveyFacilities } from "./facility-rows.ts";
import type { Finding } from "./findings.ts";

/** What an import is given to work with. */
export interface ImportParts {
  readonly executor: Executor;
  readonly streams: FixedStreams;
  readonly clock: Clock;
  readonly tenant: string;
  /** CSV, or CSV compressed (`.gz`) */
  readonly file: string;
  /** what this register is called: under the same name the same row is entered once. Where left out, the file's name without its endings */
  readonly register?: string | undefined;
  readonly country?: Country | undefined;
  /** told after every batch */
  readonly progress?: ((done: number, all: number) => void) | undefined;
  /** stops between two batches; a later run goes on from there */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a register. */
export interface ImportReport extends Survey {
  readonly stream: StreamId;
  /** facilities there are now, of this register */
  readonly entered: number;
  /** of them, those an earlier run had entered */
  readonly recognised: number;
  readonly withPosition: number;
  /** values that lost white space */
  readonly tidied: number;
  readonly findings: readonly Finding[];
}

/** As many as one request may hold: one transaction of a fraction of a second. */
const ROWS_AT_ONCE = 500;

/**
 * Enters a facility register: every row is asked for as `clinic.register`, through the same door as everything else. Row n is operation n of one fixed stream,
 * so a second run, or one after a kill in the middle, recognises what is there and goes on where the other stopped.
 *
 * @throws CommandError for a file that cannot be read as a register
 */
export async function importFacilityRegister(parts: ImportParts): Promise<ImportReport> {
  const country = parts.country ?? KENYA;
  const register = parts.register ?? registerName(parts.file);
  const stream = registerStream(parts.streams, parts.tenant, register);
  const survey = await surveyFacilities(parts.file, country);
  const tally = new Tally(await parts.streams.settled(stream));
  let batch: FacilityRow[] = [];
  for await (const row of facilityRows(parts.file, survey.reading, country)) {
    batch.push(row);
    if (batch.length < ROWS_AT_ONCE) continue;
    await enter(parts, stream, batch, tally);
    parts.progress?.(row.number, survey.rows);
    batch = [];
  }
  if (batch.length > 0) await enter(parts, stream, batch, tally);
  parts.progress?.(survey.rows, survey.rows);
  return { ...survey, ...tally.report(), stream };
}

/** The stream in which a register's rows are entered. */
export function registerStream(streams: FixedStreams, tenant: string, register: string): StreamId {
  return streams.of("facility register", tenant, register);
}

/** `/data/kenya-mfl-2020.csv.gz` is the register `kenya-mfl-2020`. */
export function registerName(file: string): string {
  return basename(file)
    .replace(/\.gz$/u, "")
    .replace(/\.csv$/u, "");
}

async function enter(
  parts: ImportParts,
  stream: StreamId,
  rows: readonly FacilityRow[],
  tally: Tally,
): Promise<void> {
  // Where a row differs from what was entered under its number, nothing behind it is decided: so what is known goes apart from what is new.
  const known = rows.filter(({ number }) => number <= tally.settledBefore);
  for (const some of [known, rows.slice(known.length)]) {
    const [first] = some;
    if (first === undefined) continue;
    parts.signal?.throwIfAborted();
    const madeAt = parts.clock.now();
    const operations = some.map(({ input }) => ({ type: "clinic.register", input, madeAt }));
    const { outcomes, settled } = await submit(parts, stream, first.number, operations);
    const rejected = new Map(
      outcomes.flatMap((each) => (each.status === "rejected" ? [[each.number, each.problem]] : [])),
    );
    for (const row of some) tally.add(row, row.number > settled ? UNDECIDED : rejected.get(row.number));
  }
}

/** Another import of this register is running, with another file, and came first. */
const UNDECIDED: Problem = { code: "key_reused" };

function submit(
  { executor, tenant }: ImportParts,
  stream: StreamId,
  from: number,
  operations: readonly SubmittedOperation[],
): Promise<Settlement> {
  const submitter: Submitter = { tenant, account: undefined, device: undefined, system: true };
  return executor.submit({ submitter, stream, from, heard: from - 1, operations, carrier: "server" });
}

/** Adds up what became of the rows. */
class Tally {
  /** rows up to here were entered, or refused, by an earlier run */
  readonly settledBefore: number;
  readonly #findings: Finding[] = [];
  #entered = 0;
  #recognised = 0;
  #withPosition = 0;
  #tidied = 0;

  constructor(settledBefore: number) {
    this.settledBefore = settledBefore;
  }

  add(row: FacilityRow, problem: Problem | undefined): void {
    this.#findings.push(...row.findings);
    // Entered so long ago that its outcome was cleared away: only that it was the same row can no longer be told.
    const refused = problem?.code === "outcome_pruned" ? undefined : problem;
    if (refused !== undefined) {
      // A row whose cells are wrong has told so itself, better than an operation without input can.
      if (!row.findings.some(({ effect }) => effect === "not entered"))
        this.#findings.push(refusal(row, refused));
      return;
    }
    this.#entered += 1;
    if (row.number <= this.settledBefore) this.#recognised += 1;
    if (row.input["lat"] !== undefined) this.#withPosition += 1;
    this.#tidied += row.tidied;
  }

  report() {
    return {
      entered: this.#entered,
      recognised: this.#recognised,
      withPosition: this.#withPosition,
      tidied: this.#tidied,
      findings: this.#findings,
    };
  }
}

function refusal({ line, input }: FacilityRow, problem: Problem): Finding {
  const name = String(input["name"] ?? "");
  const about = { line, name, effect: "not entered" as const };
  if (problem.code === "key_reused") {
    const why =
      "an earlier import of this register had something else in this row; correct the clinic itself, or give the register another name";
    return { ...about, why };
  }
  const column = problem.path?.replace(/^input\./u, "");
  const value = column === undefined ? undefined : String(input[column] ?? "");
  const why = [problem.code, ...(problem.reasons ?? []).flatMap(({ detail }) => detail ?? [])].join(": ");
  return { ...about, column, value, why: value === "" ? "has no value, and cannot be entered without" : why };
}
