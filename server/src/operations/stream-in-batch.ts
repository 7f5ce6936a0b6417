import type { StreamId } from "@healthbridge/schema";
import type { Slice } from "./batch.ts";
import type { Prepared } from "./judge-submission.ts";
import type { KnownOperation } from "./known-operations.ts";
import { contradicts } from "./pruned-marks.ts";
import type { Outcome } from "./submission.ts";

/** A stream's row. */
export interface StreamRow {
  readonly id: StreamId;
  readonly tenant: string;
  readonly account: string;
  readonly settled: number;
  readonly prunedThrough: number;
  readonly durableThrough: number;
  readonly now: number;
}

/** One stream while its batch runs. Its row is locked: nobody else settles it meanwhile. */
export class StreamInBatch {
  readonly id: StreamId;
  readonly tenant: string;
  readonly account: string;
  readonly durableThrough: number;
  readonly prunedThrough: number;
  /** settled numbers that the batch's submissions speak of, as found */
  readonly known = new Map<number, KnownOperation>();
  /** operations this batch settles */
  readonly claims = new Map<number, Prepared>();
  readonly decided = new Map<number, Outcome>();
  /** sums of those that came to what their device foresaw */
  readonly foreseen = new Map<number, string>();
  /** settled up to here once the batch commits */
  claimed: number;
  /** what is left of operations that were pruned, where the batch speaks of such */
  marks = "";

  constructor(row: StreamRow) {
    this.id = row.id;
    this.tenant = row.tenant;
    this.account = row.account;
    this.durableThrough = row.durableThrough;
    this.prunedThrough = row.prunedThrough;
    this.claimed = row.settled;
  }

  /** What a submission hears: the outcomes of what it sent, and those it has not heard of. */
  answer({ submission, operations }: Slice): {
    settled: number;
    outcomes: readonly Outcome[];
    fork: boolean;
    anew: boolean;
    knownSince: number | undefined;
  } {
    const outcomes: Outcome[] = [];
    for (const [number, { outcome, spelledOut }] of this.known) {
      if (number > submission.heard && number < submission.from && spelledOut) outcomes.push(outcome);
    }
    let fork = submission.operations.length === 0 && submission.from <= this.claimed;
    let anew = false;
    let knownSince: number | undefined;
    for (const { number, fingerprint, sum } of operations) {
      if (number > this.claimed) break;
      const outcome = this.#outcomeFor(number, fingerprint);
      knownSince ??= this.known.get(number)?.decidedAt;
      const came = this.foreseen.get(number) ?? this.known.get(number)?.sum;
      const echo = sum !== undefined && sum !== came && outcome.status === "applied";
      outcomes.push(echo ? { ...outcome, echo } : outcome);
      // The same operation, foreseen otherwise than before: a copy of the device, which is not sent what the other one foresaw.
      anew ||= came !== undefined && sum !== came;
      // Nor is it known any more what was foreseen of what was pruned.
      anew ||= this.forgot(number);
      fork ||= outcome.status === "rejected" && outcome.problem.code === "key_reused";
    }
    // A copy hears of no number it did not send, nor of one that was not looked at behind a fork: what the other device made there is not its own.
    const last = operations.at(-1)?.number ?? submission.from - 1;
    return { settled: Math.min(this.claimed, last), outcomes, fork, anew, knownSince };
  }

  /** Whether this number was settled so long ago that its row is gone. */
  forgot(number: number): boolean {
    return number <= this.prunedThrough && !this.known.has(number);
  }

  /** Whether this number was settled, or is about to be, with other content. */
  differs({ number, fingerprint }: Pick<Prepared, "number" | "fingerprint">): boolean {
    const first = this.claims.get(number)?.fingerprint ?? this.known.get(number)?.fingerprint;
    return first === undefined ? contradicts(this.marks, number, fingerprint) : first !== fingerprint;
  }

  #outcomeFor(number: number, fingerprint: string): Outcome {
    if (this.differs({ number, fingerprint }))
      return { number, status: "rejected", problem: { code: "key_reused" } };
    const outcome = this.decided.get(number) ?? this.known.get(number)?.outcome;
    return outcome ?? { number, status: "rejected", problem: { code: "outcome_pruned" } };
  }
}
