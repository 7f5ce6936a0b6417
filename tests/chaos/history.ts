import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * What happened, line by line, as each side saw it. Files are only ever appended to, each line by one write that the kernel has when it returns: so what a
 * killed process has written stays. `at` is this machine's clock in ms, the same for all processes; devices' own clocks are wrong on purpose.
 */

/** One operation as a device queued it. */
export interface QueuedOperation {
  readonly id: string;
  /** unique in the run; also stands in the row the operation makes */
  readonly ref: string;
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly lane: string;
  /** the device has confirmed it by itself */
  readonly promised?: true;
  readonly after?: readonly string[];
}

/** What became of one operation, as the app heard it. */
export interface HeardOutcome {
  readonly id: string;
  readonly ref: string;
  readonly type: string;
  readonly status: "applied" | "rejected";
  readonly code?: string;
  readonly output?: unknown;
}

/** What an entity looked like to somebody at a moment; `waiting` where the device's own unsettled work shows through. */
export interface Glimpse {
  readonly kind: "patient" | "appointment";
  readonly id: string;
  /** a patient's counter, or an appointment's status */
  readonly shows: string;
  readonly waiting: boolean;
}

/** Where a mark stands in a document: a field of a form, a line of a list, a word of a text. */
export type Place = "field" | "line" | "word";

/** What somebody does in a document: writes a mark that is unique in the run, or strikes one out. */
export interface Edit {
  readonly does: "writes" | "strikes";
  readonly mark: string;
  readonly place: Place;
}

/** What somebody has of a document. */
export interface DocumentCopy {
  /** how far it is: clients of Yjs with their clocks */
  readonly vector: string;
  /** marks of the form, sorted */
  readonly fields: readonly string[];
  readonly lines: readonly string[];
  readonly text: string;
}

/** A document, named `<conversation>.<kind>`, as one device knows it at the end. */
export interface DocumentView {
  readonly document: string;
  /** what a reader that has nothing of it is given by each server; a status where it is given nothing */
  readonly fresh: ReadonlyArray<DocumentCopy | number>;
  /** where the device has it open */
  readonly shown?: DocumentCopy;
  /** something was written here that the SDK says is not at the server */
  readonly waiting: boolean;
}

export type DeviceLine = { readonly at: number } & (
  | {
      /** a process opened the device's store: what it found there */
      readonly e: "open";
      readonly life: number;
      readonly clock: number;
      readonly waiting: readonly string[];
      readonly outcomes: readonly HeardOutcome[];
    }
  /** about to queue: from here on these may exist, but need not */
  | { readonly e: "try"; readonly batch: number; readonly items: readonly object[] }
  /** the SDK said that these are durable on the device */
  | { readonly e: "queued"; readonly batch: number; readonly operations: readonly QueuedOperation[] }
  | { readonly e: "outcome"; readonly outcome: HeardOutcome }
  /** the SDK said that these outcomes will not be told again */
  | { readonly e: "acknowledged"; readonly ids: readonly string[] }
  | { readonly e: "moved"; readonly moves: ReadonlyArray<{ readonly from: string; readonly to: string }> }
  | { readonly e: "glimpse"; readonly glimpses: readonly Glimpse[] }
  | { readonly e: "status"; readonly state: string; readonly waiting: number; readonly problem?: string }
  /** everything queued has its outcome and everything new was pulled, so many ms after the calm began */
  | { readonly e: "drained"; readonly ms: number; readonly done: boolean; readonly problem?: string }
  /** so many characters of answers were searched for words of other organisations since the last such line; `found`: those that were there */
  | { readonly e: "searched"; readonly characters: number; readonly found: readonly string[] }
  /** an old operation sent again by hand: what the server answered about it, twice */
  | { readonly e: "replay"; readonly id: string; readonly answers: readonly string[] }
  | DocumentLine
);

/** What a device did in documents, and was told of them. */
type DocumentLine =
  /** about to edit: from here on these may exist, but need not; `visitor`: on a phone that is used once and never comes back */
  | {
      readonly e: "editing";
      readonly document: string;
      readonly edits: readonly Edit[];
      readonly visitor?: true;
    }
  /** the SDK said that these are durable on the device */
  | { readonly e: "kept"; readonly document: string; readonly edits: readonly Edit[] }
  /** the SDK said that the server has these */
  | { readonly e: "stored"; readonly document: string; readonly edits: readonly Edit[] }
  /** the SDK threw where these were made */
  | {
      readonly e: "refused";
      readonly document: string;
      readonly edits: readonly Edit[];
      readonly code: string;
    }
  /** opened again by another process, before it asked any server: the marks that the device's own store had */
  | { readonly e: "reopened"; readonly document: string; readonly marks: readonly string[] }
  /** a mark that somebody who may not write is about to send past the SDK, and whether a server said that it has it */
  | { readonly e: "forcing"; readonly document: string; readonly mark: string }
  | { readonly e: "forced"; readonly document: string; readonly mark: string; readonly taken: boolean }
  /** after the calm began: what still waits and why, and what went only when somebody opened the document again */
  | {
      readonly e: "documentsDrained";
      readonly ms: number;
      readonly left: ReadonlyArray<{ readonly document: string; readonly problem: string }>;
      readonly byHand: readonly string[];
    };

/** What a device shows at the end, with who it is. */
export interface DeviceView {
  readonly device: string;
  readonly tenant: string;
  readonly account: {
    readonly id: string;
    readonly role: string;
    readonly clinics: readonly string[];
    readonly doctor?: string;
  };
  readonly follows: readonly string[];
  readonly waiting: readonly string[];
  readonly entities: Readonly<Record<string, readonly object[]>>;
  readonly documents: readonly DocumentView[];
}

export type RigLine = { readonly at: number } & (
  | { readonly e: "phase"; readonly phase: "storm" | "calm" | "drained" }
  /** a fault, from `at` until `until` */
  | {
      readonly e: "fault";
      readonly kind: string;
      readonly target: string;
      readonly until: number;
      readonly count: number;
    }
  /** looked at the database from the side */
  | {
      readonly e: "poll";
      readonly overlaps: number;
      /** counters of the patients that only one device changes */
      readonly counters: Readonly<Record<string, string>>;
    }
  /** the database is back after a kill: so many operations were acknowledged before, and these of them are gone */
  | { readonly e: "restarted"; readonly acknowledged: number; readonly lost: readonly string[] }
  /** looked at documents from the side: so many edits were said to be at the server before, and these of them are not there */
  | { readonly e: "documents"; readonly told: number; readonly lost: readonly string[] }
  /** what a server said when it was asked */
  | { readonly e: "get"; readonly server: string; readonly glimpses: readonly Glimpse[] }
);

/** Appends lines to a file. */
export class Journal<Line extends { readonly at: number }> {
  readonly #file: number;

  constructor(path: string) {
    const cut = existsSync(path) && !/\n$|^$/.test(readFileSync(path, "utf8").slice(-1));
    this.#file = openSync(path, "a");
    if (cut) writeSync(this.#file, "\n");
  }

  write(line: Line extends unknown ? Omit<Line, "at"> : never, at: number = Date.now()): void {
    writeSync(this.#file, `${JSON.stringify({ at, ...line })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Reads a file of lines; a line that a kill cut short is left out. */
export function readLines<Line>(path: string): Line[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as Line);
}
