import type { Prepared } from "./judge-submission.ts";
import type { Submission } from "./submission.ts";

/** A submission that waits, with what of it is still to be settled. */
export interface Waiting {
  readonly submission: Submission;
  readonly operations: readonly Prepared[];
  /** how many of its operations have gone into a transaction */
  taken: number;
}

/** What goes together into one transaction, in weight: an ordinary operation weighs 1. */
export interface QueueLimits {
  /** weight of one transaction */
  readonly batch: number;
  /** weight one account gets into a transaction while others wait */
  readonly share: number;
}

/**
 * What arrived while a transaction was running, in lines by account. Each account gets a turn in each transaction, so that a clinic's thousands do not delay a
 * patient's one booking; within an account the order of arrival is kept.
 */
export class FairQueue {
  readonly #lines = new Map<string, Waiting[]>();
  readonly #limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.length, 0);
  }

  /** How many of this account's wait. */
  sizeOf(submission: Submission): number {
    return this.#lines.get(lineOf(submission))?.length ?? 0;
  }

  add(waiting: Waiting): void {
    const key = lineOf(waiting.submission);
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, [waiting]);
    else line.push(waiting);
  }

  /** Takes the next batch: from every line its share, the lines in the order in which they began to wait. */
  take(): { readonly waiting: Waiting; readonly operations: readonly Prepared[] }[] {
    const batch: { waiting: Waiting; operations: readonly Prepared[] }[] = [];
    const share = this.#lines.size > 1 ? this.#limits.share : this.#limits.batch;
    let room = this.#limits.batch;
    // A copy: whoever had a turn is put at the end while this goes round.
    const lines = Array.from(this.#lines);
    for (const [key, line] of lines) {
      let mine = Math.min(share, room);
      while (mine > 0 && line[0] !== undefined) {
        const [waiting] = line;
        const { operations, weight } = cut(waiting, mine);
        waiting.taken += operations.length;
        batch.push({ waiting, operations });
        mine -= weight;
        room -= weight;
        if (waiting.taken < waiting.operations.length) break;
        line.shift();
      }
      this.#lines.delete(key);
      if (line.length > 0) this.#lines.set(key, line);
      if (room <= 0) break;
    }
    return batch;
  }
}

/** The next operations of a submission up to a weight, at least one. */
function cut(
  { operations, taken }: Waiting,
  most: number,
): { operations: readonly Prepared[]; weight: number } {
  let weight = 0;
  let end = taken;
  for (const operation of operations.slice(taken)) {
    if (end > taken && weight + operation.weight > most) break;
    weight += operation.weight;
    end += 1;
  }
  return { operations: operations.slice(taken, end), weight: Math.max(1, weight) };
}

function lineOf({ submitter, stream }: Submission): string {
  return submitter.account ?? submitter.device ?? stream;
}
