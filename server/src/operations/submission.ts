import type { EntityId, Problem, StreamId } from "@healthbridge/schema";

/** Who submits, as the carrier verified it. What she may do is read from the database inside the transaction. */
export interface Submitter {
  readonly tenant: string;
  /** `undefined`: nobody signed in (opening an account) */
  readonly account: EntityId | undefined;
  readonly device: EntityId | undefined;
  /** the server itself: its jobs, and an operator's imports */
  readonly system?: true;
}

/** One operation as a carrier hands it over, its outer shape not yet judged. */
export interface SubmittedOperation {
  readonly type: string;
  readonly input: unknown;
  /** the device's clock, ms since 1970 */
  readonly madeAt: number;
  readonly after?: readonly EntityId[] | undefined;
  /** sum of the changes the device foresees */
  readonly sum?: string | undefined;
  /** facts only the server's own routes add and no feed shows, such as a password's hash */
  readonly secrets?: { readonly passwordHash?: string | undefined } | undefined;
}

/** Consecutive operations of one stream. */
export interface Submission {
  readonly submitter: Submitter;
  readonly stream: StreamId;
  /** number of the first operation, or of the next one where there are none */
  readonly from: number;
  /** outcomes up to here have arrived at the device */
  readonly heard: number;
  /** `unknown` entries are judged one by one: a bad one costs the others nothing */
  readonly operations: readonly unknown[];
  /** operations of queueable types only (a device's queue), or all (the server's own routes) */
  readonly carrier: "queue" | "server";
}

/** What became of one operation. */
export type Outcome =
  | {
      readonly number: number;
      readonly status: "applied";
      readonly output?: unknown;
      /** it came to something else than the device said it foresaw */
      readonly echo?: true;
    }
  | { readonly number: number; readonly status: "rejected"; readonly problem: Problem };

/** An operation that was decided just now, for whoever counts. */
export interface Decided {
  readonly type: string;
  /** as it was checked; absent: its shape was wrong */
  readonly input?: object | undefined;
  /** the problem's, where it was rejected */
  readonly code: string | undefined;
}

/** The answer to a submission. */
export interface Settlement {
  /** every operation of the stream up to here has an outcome */
  readonly settled: number;
  /** outcomes after `heard` up to `settled`, and of submitted numbers; those that say no more than "applied as asked" may be missing */
  readonly outcomes: readonly Outcome[];
  /** the stream is written by another device too */
  readonly fork: boolean;
  /** another device has sent the same and foreseen it otherwise: what it foresaw is left out for this one too, which therefore has to read its feeds anew */
  readonly anew: boolean;
  /** when the first of the operations submitted was settled that had been before, ms by the database's clock */
  readonly knownSince: number | undefined;
  readonly durableThrough: number;
  /** the database's clock, ms */
  readonly serverTime: number;
}

/** Thrown for a submission as a whole; nothing of it happened. `code` is a problem's code. */
export class SubmissionRefused extends Error {
  override readonly name = "SubmissionRefused";
  readonly problem: Problem;
  /** ms after which to try again, where that helps */
  readonly retryAfter: number | undefined;
  constructor(problem: Problem, retryAfter?: number) {
    super(problem.code);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** The one door through which everything is written. */
export interface Executor {
  /** submissions that wait for their turn */
  readonly waiting: number;
  /**
   * Settles as much of a submission as it can: of a device's, as much as it comes to while the device waits. Also for whoever hangs up meanwhile: what has come over a bad line is done, and recognised when it comes again.
   * Rejects with `SubmissionRefused` (`device_revoked`, `unavailable`) or a `DatabaseError`.
   */
  submit(submission: Submission): Promise<Settlement>;
  /** Waits for what was accepted, then refuses everything. */
  close(): Promise<void>;
}
