import type { EnqueueItem, Enqueued } from "@healthbridge/client-sdk";
import type { EntityId } from "@healthbridge/schema";
import type { BadRow, Table, TableRow } from "./csv/table.ts";
import type { Device } from "./device.ts";
import type { Entry, LedgerRow, RefUse } from "./ledger.ts";
import { PlainError } from "./plain-error.ts";
import { Progress } from "./progress.ts";
import { contentSum, rowRef } from "./rows/keys.ts";
import { Fault } from "./rows/fault.ts";
import type { Terminal } from "./terminal.ts";
import { storeErrorOf } from "./trouble.ts";
import { several } from "./words.ts";

/** What came of reading a file. */
export interface Intake {
  /** rows that are queued now and were not before */
  readonly taken: number;
  /** rows that were taken by an earlier run, that stand twice in the file, or whose patient was registered already */
  readonly known: number;
  readonly bad: readonly BadRow[];
  /** operations that will probably be refused, by what this computer knows */
  readonly doubtful: number;
  /** operations that this computer has confirmed by itself */
  readonly certain: number;
  /** operations nothing is known about here */
  readonly unforeseen: number;
  /** the person pressed Ctrl-C */
  readonly stopped: boolean;
}

/** What a row becomes. */
export interface Plan {
  /** operations, the row's own last; `at`: how many are queued before them in the same go */
  readonly items: (at: number) => readonly EnqueueItem[];
  /** what the ledger shows of the row */
  readonly shown: Pick<LedgerRow, "patient" | "doctor" | "asked">;
}

/** How one kind of rows is read. */
export interface Reader {
  readonly kind: LedgerRow["kind"];
  /** what a row is called in messages */
  readonly noun: string;
  /**
   * @returns `undefined` where nothing is left to do
   * @throws Fault
   */
  read(cells: ReadonlyMap<string, string>, ref: string): Plan | undefined;
  /** told the ids of what was queued in one go */
  settle(ids: readonly EntityId[]): void;
}

/**
 * Rows that are queued in one go. Each go is one transaction of the store (the SDK's own bound is 250 operations, and a row has at most two), so a patient is
 * never without her booking; small enough that a power cut costs nothing to speak of.
 */
const GO = 100;

/** Takes the rows of a file, one bad row harming no other; safe to run again after any end. */
export async function takeRows(
  device: Device,
  reader: Reader,
  table: Table,
  file: string,
  terminal: Terminal,
): Promise<Intake> {
  const intake = new RowTaker(device, reader, file);
  await intake.prepare();
  using progress = new Progress(terminal, `Reading ${reader.noun}s`);
  const { rows } = table;
  await device.ledger.begin(file, rows.length);
  let stopped = false;
  for (let at = 0; at < rows.length && !stopped; at += GO) {
    const reached = Math.min(at + GO, rows.length);
    await kept(intake.take(rows.slice(at, reached), { file, rows: rows.length, reached }), at, reader.noun);
    progress.show(reached, rows.length);
    stopped = terminal.signal.aborted && reached < rows.length;
  }
  return { ...intake.counted(), stopped };
}

class RowTaker {
  readonly #device: Device;
  readonly #reader: Reader;
  readonly #file: string;
  readonly #owner: string | undefined;
  /** references of operations this device holds */
  #queued: Set<string> = new Set();
  #uses: Map<string, RefUse> = new Map();
  /** rows of this file with the same content or reference that came before */
  readonly #earlier = new Map<string, number>();
  readonly #bad: BadRow[] = [];
  #taken = 0;
  #known = 0;
  #doubtful = 0;
  #certain = 0;
  #unforeseen = 0;

  constructor(device: Device, reader: Reader, file: string) {
    this.#device = device;
    this.#reader = reader;
    this.#file = file;
    this.#owner = device.hb.status.get().account?.login;
  }

  async prepare(): Promise<void> {
    const { hb, ledger } = this.#device;
    const operations = [...hb.waiting(), ...(await hb.outcomes())];
    this.#queued = new Set(operations.flatMap(({ ref }) => ref ?? []));
    this.#uses = new Map(await ledger.uses());
  }

  counted(): Omit<Intake, "stopped"> {
    return {
      taken: this.#taken,
      known: this.#known,
      bad: this.#bad,
      doubtful: this.#doubtful,
      certain: this.#certain,
      unforeseen: this.#unforeseen,
    };
  }

  /** Notes rows, then queues them: what is noted and not queued is seen, and taken when the file is run again. */
  async take(
    rows: ReadonlyArray<TableRow | BadRow>,
    reached: Parameters<Device["ledger"]["note"]>[0],
  ): Promise<void> {
    const items: EnqueueItem[] = [];
    const own = new Set<number>();
    const entries = rows.map((row) => {
      const { entry, plan } = this.#look(row);
      if (plan !== undefined) {
        items.push(...plan.items(items.length));
        own.add(items.length - 1);
      }
      return entry;
    });
    await this.#device.ledger.note(reached, entries);
    const queued = await this.#device.hb.enqueueMany(items);
    this.#reader.settle(queued.map(({ id }) => id));
    for (const [place, each] of queued.entries()) if (own.has(place)) this.#count(each);
  }

  #count({ known, forecast }: Enqueued): void {
    if (known === true) {
      this.#known += 1;
      return;
    }
    this.#taken += 1;
    if (forecast === "rejected") this.#doubtful += 1;
    if (forecast === "confirmed") this.#certain += 1;
    if (forecast === "unknown") this.#unforeseen += 1;
  }

  #look(row: TableRow | BadRow): { readonly entry: Entry; readonly plan?: Plan } {
    const owner = this.#owner === undefined ? {} : { owner: this.#owner };
    const base = { kind: this.#reader.kind, file: this.#file, line: row.line, readAt: Date.now(), ...owner };
    if ("fault" in row) {
      this.#bad.push(row);
      return { entry: { row: { ...base, fault: row.fault } } };
    }
    const request = row.cells.get("request");
    const shown = { ...base, ...(request === undefined ? {} : { request }), ...shownOf(row.cells) };
    try {
      const { ref, sum, copy } = this.#identify(row);
      const noted = { ref, ...shown };
      if (this.#queued.has(ref)) {
        this.#known += 1;
        return { entry: { row: noted, sum, copy } };
      }
      const plan = this.#reader.read(row.cells, ref);
      if (plan === undefined) {
        this.#known += 1;
        return { entry: { row: { ...noted, known: true }, copy } };
      }
      this.#queued.add(ref);
      this.#uses.set(ref, { sum, ...owner });
      return { entry: { row: { ...noted, ...plan.shown }, sum, copy }, plan };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#bad.push({ line: row.line, fault: error.message });
      return { entry: { row: { ...shown, fault: error.message } } };
    }
  }

  /** The row's reference. @throws Fault where it was used for something else */
  #identify({ cells }: TableRow): { readonly ref: string; readonly sum: string; readonly copy: number } {
    const request = cells.get("request");
    const sum = contentSum(cells);
    const like = this.#earlier.get(request ?? sum) ?? 0;
    this.#earlier.set(request ?? sum, like + 1);
    const ref = rowRef(this.#reader.kind, request, sum, like);
    const use = this.#uses.get(ref);
    if (this.#queued.has(ref)) {
      const other = request !== undefined && use !== undefined && use.sum !== sum;
      if (other)
        throw new Fault(
          `the reference ${request} was already used for another ${this.#reader.noun}; give this one its own`,
        );
    } else refuseSealed(use, this.#owner);
    return { ref, sum, copy: like };
  }
}

/**
 * What waits is sealed for its owner: seen by another it is not there, and would be taken a second time.
 * @throws Fault
 */
export function refuseSealed(use: RefUse | undefined, login: string | undefined): void {
  const owner = use?.owner;
  if (owner === undefined || owner === login) return;
  throw new Fault(`it was taken when ${owner} was signed in; sign in as ${owner} to go on with it`);
}

/** What a row says about itself before it was understood. */
function shownOf(cells: ReadonlyMap<string, string>): Pick<LedgerRow, "patient" | "doctor" | "asked"> {
  const patient =
    cells.get("patient_name") ?? cells.get("name") ?? cells.get("patient_card") ?? cells.get("patient");
  const doctor = cells.get("doctor");
  const asked = cells.get("start") ?? [cells.get("date"), cells.get("time")].join(" ").trim();
  return {
    ...(patient === undefined ? {} : { patient }),
    ...(doctor === undefined ? {} : { doctor }),
    ...(asked === "" ? {} : { asked }),
  };
}

async function kept(work: Promise<void>, before: number, noun: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (storeErrorOf(error)?.code !== "store_full") throw error;
    throw new PlainError(
      `The disk is full. ${several(before, noun)} were gone through and are kept; make room and run the same command again.`,
    );
  }
}
