import { sqliteStore } from "@healthbridge/client-sdk/node";
import type { Store } from "@healthbridge/client-sdk";

/** Stands for the file of what was typed as options of a command. */
export const COMMAND_LINE = "command line";

/** What this program remembers of a row of a file: enough to say later what became of it. */
export interface LedgerRow {
  readonly kind: "booking" | "registration" | "message";
  /** the file's path */
  readonly file: string;
  /** 0 for what was typed */
  readonly line: number;
  /** when the row was read, ms since 1970 by this computer's clock */
  readonly readAt: number;
  /** under which the operation is queued; absent for a row that could not be taken */
  readonly ref?: string;
  /** what is wrong with the row */
  readonly fault?: string;
  /** the patient was registered already: nothing is queued for the row */
  readonly known?: true;
  /** the sign-in name of whose work this is; absent where nobody had signed in yet */
  readonly owner?: string;
  /** the clinic's own reference */
  readonly request?: string;
  readonly patient?: string;
  readonly doctor?: string;
  /** the start as it was asked for */
  readonly asked?: string;
}

/** What a reference was used for: the sum of the row's content, and whose work it is. */
export interface RefUse {
  readonly sum: string;
  readonly owner?: string;
}

/** A file as it was last read. */
export interface FileNote {
  readonly file: string;
  readonly rows: number;
  /** rows that were gone through; less than `rows` where the program was stopped */
  readonly reached: number;
}

/** A row to be noted, and the sum of its content where it has a reference that must not be used for anything else. */
export interface Entry {
  readonly row: LedgerRow;
  readonly sum?: string;
  /** how many rows with the same reference came before it in the file */
  readonly copy?: number;
}

/**
 * The rows that were read, beside the device's own store. A row is noted here first and queued then, so the queue alone says what is taken: a row that is
 * noted but not queued was cut off by a power cut, and is taken when its file is run again.
 */
export class Ledger {
  readonly #store: Store;

  constructor(path: string) {
    this.#store = sqliteStore(path);
  }

  /** Begins a reading of a file: what was wrong with it before does not count any more. */
  begin(file: string, rows: number): Promise<void> {
    return this.#store.transaction("write", async (tx) => {
      await tx.clear("entity", badKey(file, ""));
      await tx.put("meta", `file:${file}`, { file, rows, reached: 0 } satisfies FileNote);
    });
  }

  note(file: FileNote, entries: readonly Entry[]): Promise<void> {
    return this.#store.transaction("write", async (tx) => {
      for (const { row, sum, copy } of entries) {
        const key =
          row.ref === undefined
            ? badKey(row.file, pad(row.line))
            : `${row.file}\nrow\n${row.ref}\n${copy ?? 0}`;
        await tx.put("entity", key, row);
        if (row.ref !== undefined && sum !== undefined) {
          const use: RefUse = { sum, ...(row.owner === undefined ? {} : { owner: row.owner }) };
          await tx.put("meta", `use:${row.ref}`, use);
        }
      }
      await tx.put("meta", `file:${file.file}`, file);
    });
  }

  /** What each reference was used for. */
  async uses(): Promise<ReadonlyMap<string, RefUse>> {
    const rows = await this.#store.transaction("read", (tx) => tx.list("meta", { prefix: "use:" }));
    return new Map(rows.flatMap(([key, use]) => (isRefUse(use) ? [[key.slice("use:".length), use]] : [])));
  }

  /** Notes when the server was last heard of. */
  noteContact(at: number): Promise<void> {
    return this.#store.transaction("write", (tx) => tx.put("meta", "contact", at));
  }

  async lastContact(): Promise<number | undefined> {
    const at = await this.#store.transaction("read", (tx) => tx.get("meta", "contact"));
    return typeof at === "number" ? at : undefined;
  }

  async files(): Promise<readonly FileNote[]> {
    const rows = await this.#store.transaction("read", (tx) => tx.list("meta", { prefix: "file:" }));
    return rows.flatMap(([, value]) => (isFileNote(value) ? [value] : []));
  }

  /** All rows, by file, day and line. */
  async rows(): Promise<readonly LedgerRow[]> {
    const rows = await this.#store.transaction("read", (tx) => tx.list("entity"));
    return rows.flatMap(([, value]) => (isLedgerRow(value) ? [value] : [])).toSorted(inOrder);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

const DAY_MS = 86_400_000;

function inOrder(left: LedgerRow, right: LedgerRow): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  const days = Math.floor(left.readAt / DAY_MS) - Math.floor(right.readAt / DAY_MS);
  return days || left.line - right.line || left.readAt - right.readAt;
}

function badKey(file: string, line: string): string {
  return `${file}\nbad\n${line}`;
}

function pad(line: number): string {
  return String(line).padStart(8, "0");
}

// Written by this program only, so reading checks no more than which row it is.
function isRefUse(value: unknown): value is RefUse {
  return typeof value === "object" && value !== null && "sum" in value;
}

function isFileNote(value: unknown): value is FileNote {
  return typeof value === "object" && value !== null && "reached" in value;
}

function isLedgerRow(value: unknown): value is LedgerRow {
  return typeof value === "object" && value !== null && "readAt" in value;
}
