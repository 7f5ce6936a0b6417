import { existsSync } from "node:fs";
import { type DeviceLine, readLines } from "../history.ts";
import { type DocumentMemory, rememberDocuments } from "./document-memory.ts";
import { COUNTER_VILLAGE, counterText, type PlannedItem } from "./workload.ts";

/** What an app's process finds in its own history when it starts: as a person remembers what she did before the power failed. */
export interface Memory {
  /** how often the device was opened before */
  readonly lives: number;
  readonly batches: number;
  readonly refs: number;
  /** the batch of which it is not known whether it was queued */
  readonly unfinished: readonly PlannedItem[] | undefined;
  readonly counter: { readonly patient: string; readonly last: number } | undefined;
  /** ids of some operations queued before */
  readonly earlier: readonly string[];
  readonly documents: DocumentMemory;
}

export function remember(path: string): Memory {
  const lines = existsSync(path) ? readLines<DeviceLine>(path) : [];
  let unfinished: readonly PlannedItem[] | undefined;
  let lives = 0;
  let batches = 0;
  let refs = 0;
  let counter: Memory["counter"];
  const earlier: string[] = [];
  for (const line of lines) {
    if (line.e === "open") lives += 1;
    if (line.e === "try") {
      batches = line.batch;
      unfinished = line.items as readonly PlannedItem[];
      for (const { ref } of unfinished) refs = Math.max(refs, refNumber(ref));
    }
    if (line.e === "queued") {
      unfinished = undefined;
      earlier.push(...line.operations.map(({ id }) => id));
      for (const operation of line.operations) counter = counterAfter(counter, operation);
    }
    if (line.e === "outcome" && line.outcome.id === counter?.patient && line.outcome.status === "rejected")
      counter = undefined;
  }
  const documents = rememberDocuments(lines);
  return { lives, batches, refs, unfinished, counter, earlier: earlier.slice(-200), documents };
}

/** The counter as it stands once an operation was queued. */
export function counterAfter(
  counter: Memory["counter"],
  { id, input }: { readonly id: string; readonly input: Readonly<Record<string, unknown>> },
): Memory["counter"] {
  if (input["village"] === COUNTER_VILLAGE && input["cardNumber"] === counterText(0))
    return { patient: id, last: 0 };
  if (counter === undefined || input["patient"] !== counter.patient) return counter;
  const card = input["cardNumber"];
  return typeof card === "string" ? { ...counter, last: Number(card.slice(1)) } : counter;
}

function refNumber(ref: string): number {
  return Number(ref.slice(ref.lastIndexOf("-") + 1));
}
