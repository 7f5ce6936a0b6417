import { type EntityId, type Judged, operationId, type Problem, type Touch } from "@healthbridge/schema";
import { DatabaseError } from "../database/database-error.ts";
import type { DatabasePool } from "../database/pool.ts";
import { inTransaction } from "../database/transaction.ts";
import { settleBatch, type Slice, type SliceResult } from "./batch.ts";
import { FairQueue, type QueueLimits, type Waiting } from "./fair-queue.ts";
import type { MovedFeed } from "../feeds/moved-feed.ts";
import { prepare } from "./judge-submission.ts";
import type { NoticePlan } from "../notices/plan.ts";
import { MoreKeys } from "./more-keys.ts";
import { keysBehind } from "./keys-behind.ts";
import {
  type Decided,
  type Executor,
  type Outcome,
  type Settlement,
  type Submission,
  SubmissionRefused,
} from "./submission.ts";
import type { TenantTouch } from "./tenant-touch.ts";

/** What the executor is made of. */
export interface ExecutorParts {
  readonly pool: DatabasePool;
  /** told of operations that broke the executor: id and what was thrown, never their content */
  readonly onBroken?: ((id: string, error: unknown) => void) | undefined;
  /** told of operations that a unique key refused, as keys are there to: id and the code they are answered with */
  readonly onOvertaken?: ((id: string, code: string) => void) | undefined;
  /** told of what was decided, once that is committed; a commit of which no word came is found settled, and not told of */
  readonly onDecided?: ((decided: readonly Decided[]) => void) | undefined;
  /** told of the feeds that moved, by handle, once that is committed; of a commit of which no word came nobody is told */
  readonly onMoved?: ((feeds: ReadonlyMap<number, MovedFeed>) => void) | undefined;
  readonly limits?: Partial<ExecutorLimits> | undefined;
  /** how patients are told of what happens to their appointments, and who is woken when something is to be told at once; left out: nobody is told */
  readonly notices?: { readonly plan: NoticePlan; readonly onDue: () => void } | undefined;
}

/** Bounds on what waits and what goes together. */
export interface ExecutorLimits extends QueueLimits {
  /** submissions that may wait; the next is refused as `unavailable` */
  readonly queue: number;
  /** of these of one account, which may not fill it for all others */
  readonly queueOfOne: number;
  /** ms after which a device is answered for what of its submission is settled: it sends the rest again */
  readonly answerMs: number;
}

/** Clients give up after half a minute of silence, and the server's own connections after three quarters of one. */
const ANSWER_MS = 20_000;
const LIMITS: ExecutorLimits = {
  batch: 500,
  share: 100,
  queue: 2_000,
  queueOfOne: 200,
  answerMs: ANSWER_MS,
};

/** How often a batch is begun again because a decision asked for more. Each time it knows more keys, so few are needed. */
const MOST_LOOKS = 40;

/** When the database sheds load, try again after (ms). */
const RETRY_AFTER_MS = 2_000;

interface Running extends Waiting {
  /** by when what is settled is answered, whatever is left */
  readonly answerBy: number;
  readonly outcomes: Map<number, Outcome>;
  readonly resolve: (settlement: Settlement) => void;
  readonly reject: (error: unknown) => void;
  fork: boolean;
  anew: boolean;
  knownSince: number | undefined;
}

/** Makes the one door through which everything is written. */
export function createExecutor(parts: ExecutorParts): Executor {
  return new BatchingExecutor(parts, { ...LIMITS, ...parts.limits });
}

/**
 * Natural batching: while one transaction runs, what arrives waits, and goes together in the next. No timer: a lone write never waits.
 */
class BatchingExecutor implements Executor {
  readonly #pool: DatabasePool;
  readonly #onBroken: (id: string, error: unknown) => void;
  readonly #onOvertaken: ExecutorParts["onOvertaken"];
  readonly #onDecided: ExecutorParts["onDecided"];
  readonly #onMoved: ExecutorParts["onMoved"];
  readonly #notices: ExecutorParts["notices"];
  readonly #limits: ExecutorLimits;
  readonly #queue: FairQueue;
  readonly #running = new WeakMap<Waiting, Running>();
  #loop: Promise<void> | undefined;
  #closed = false;

  constructor(
    { pool, onBroken = () => undefined, onOvertaken, onDecided, onMoved, notices }: ExecutorParts,
    limits: ExecutorLimits,
  ) {
    this.#pool = pool;
    this.#onBroken = onBroken;
    this.#onOvertaken = onOvertaken;
    this.#onDecided = onDecided;
    this.#onMoved = onMoved;
    this.#notices = notices;
    this.#limits = limits;
    this.#queue = new FairQueue(limits);
  }

  get waiting(): number {
    return this.#queue.size;
  }

  submit(submission: Submission): Promise<Settlement> {
    const full =
      this.#queue.size >= this.#limits.queue || this.#queue.sizeOf(submission) >= this.#limits.queueOfOne;
    if (this.#closed || full)
      return Promise.reject(new SubmissionRefused({ code: "unavailable" }, RETRY_AFTER_MS));
    const { promise, resolve, reject } = Promise.withResolvers<Settlement>();
    const running: Running = {
      submission,
      operations: prepare(submission, this.#onBroken),
      taken: 0,
      // What the server itself submits is answered whole.
      answerBy: submission.carrier === "queue" ? this.#pool.runtime.now() + this.#limits.answerMs : Infinity,
      outcomes: new Map(),
      resolve,
      reject,
      fork: false,
      anew: false,
      knownSince: undefined,
    };
    this.#running.set(running, running);
    this.#queue.add(running);
    this.#loop ??= this.#drain();
    return promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#loop;
  }

  async #drain(): Promise<void> {
    // Everything that arrives in one turn of the event loop goes together.
    await Promise.resolve();
    while (this.#queue.size > 0) await this.#settleNext();
    this.#loop = undefined;
  }

  async #settleNext(): Promise<void> {
    const batch = this.#queue.take();
    const slices = batch.map(({ waiting, operations }): Slice => ({
      submission: waiting.submission,
      operations,
    }));
    try {
      const results = await this.#settle(slices, new Map());
      for (const [at, { waiting }] of batch.entries()) this.#note(waiting, results[at]);
    } catch (error) {
      for (const { waiting } of batch) this.#fail(waiting, error);
    }
  }

  /** Settles slices in one transaction. What breaks it is found by halving, parked, and the others go on. */
  async #settle(
    slices: readonly Slice[],
    parked: ReadonlyMap<string, Problem>,
  ): Promise<readonly SliceResult[]> {
    try {
      return await this.#transact(slices, parked);
    } catch (error) {
      const count = slices.reduce((sum, slice) => sum + slice.operations.length, 0);
      if (!breaksTheBatch(error) && !(tookTooLong(error) && count > 1)) throw error;
      if (count <= 1) return this.#park(slices, parked, error);
      const [first, second] = halves(slices, Math.floor(count / 2));
      const settled = await this.#settle(first, parked);
      // Behind a fork nothing is decided, in this half or the next.
      const rest = second.map((slice, at) =>
        settled[at]?.fork === true ? { ...slice, operations: [] } : slice,
      );
      return merged(settled, await this.#settle(rest, parked));
    }
  }

  async #park(
    slices: readonly Slice[],
    parked: ReadonlyMap<string, Problem>,
    error: unknown,
  ): Promise<readonly SliceResult[]> {
    const slice = slices.find(({ operations }) => operations.length > 0);
    const [operation] = slice?.operations ?? [];
    if (slice === undefined || operation === undefined) throw error;
    const id = operationId(slice.submission.stream, operation.number);
    if (parked.has(id)) throw error;
    const problem = parkedAs(error);
    if (problem.code === "parked") this.#onBroken(id, error);
    else this.#onOvertaken?.(id, problem.code);
    return this.#transact(slices, new Map([...parked, [id, problem]]));
  }

  async #transact(
    slices: readonly Slice[],
    parked: ReadonlyMap<string, Problem>,
  ): Promise<readonly SliceResult[]> {
    let extra: readonly TenantTouch[] = await keysBehind(this.#pool, touchesOf(slices));
    for (let look = 1; ; look += 1) {
      try {
        const options = { extra, parked, onBroken: this.#onBroken, notices: this.#notices?.plan };
        const batch = await inTransaction(this.#pool, (tx) => settleBatch(tx, slices, options));
        this.#onDecided?.(batch.decided);
        if (batch.moved.size > 0) this.#onMoved?.(batch.moved);
        if (batch.noticesDue) this.#notices?.onDue();
        return batch.slices;
      } catch (error) {
        if (!(error instanceof MoreKeys) || look >= MOST_LOOKS) throw error;
        extra = [...extra, ...error.touches, ...(await keysBehind(this.#pool, error.touches))];
      }
    }
  }

  #note(waiting: Waiting, result: SliceResult | undefined): void {
    const running = this.#running.get(waiting);
    if (running === undefined) return;
    if (result === undefined) return running.reject(new SubmissionRefused({ code: "internal" }));
    if (result.refused !== undefined) return running.reject(new SubmissionRefused(result.refused));
    for (const outcome of result.outcomes) running.outcomes.set(outcome.number, outcome);
    running.fork ||= result.fork;
    running.anew ||= result.anew;
    running.knownSince ??= result.knownSince;
    // What follows in the submission may speak of things the other copy made.
    if (running.fork || this.#pool.runtime.now() >= running.answerBy)
      running.taken = running.operations.length;
    if (running.taken < running.operations.length) return undefined;
    const { settled, durableThrough, serverTime } = result;
    const outcomes = [...running.outcomes.values()].toSorted((left, right) => left.number - right.number);
    const { fork, anew, knownSince } = running;
    return running.resolve({
      settled,
      outcomes,
      fork,
      anew,
      knownSince,
      durableThrough,
      serverTime,
    });
  }

  #fail(waiting: Waiting, error: unknown): void {
    // What is left of it shall not run behind the caller's back.
    waiting.taken = waiting.operations.length;
    this.#running.get(waiting)?.reject(error);
  }
}

function touchesOf(slices: readonly Slice[]): readonly TenantTouch[] {
  return slices.flatMap(({ submission: { stream, submitter }, operations }) =>
    operations.flatMap(({ verdict, number }) =>
      "judged" in verdict
        ? touchesOfOne(verdict.judged, operationId(stream, number)).map((touch) => ({
            ...touch,
            tenant: submitter.tenant,
          }))
        : [],
    ),
  );
}

/** What breaks this breaks the transaction of that operation too, where it is parked; here it would take everybody's with it. */
function touchesOfOne(judged: Judged, id: EntityId): readonly Touch[] {
  try {
    return judged.touches(id, 0);
  } catch {
    return [];
  }
}

/** Errors of a statement's content, which come again however often it is tried; the database being away is not one. */
function breaksTheBatch(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.retry === "never";
}

/** More than fits the time a transaction may hold its locks. */
function tookTooLong(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "transaction_too_long";
}

/** What a unique key refused although the decision found it free: another process, or a door that is not ours, was first. */
function parkedAs(error: unknown): Problem {
  if (!(error instanceof DatabaseError) || error.code !== "duplicate") return { code: "parked" };
  if (error.key === "account_login") return { code: "login_taken", path: "input.login" };
  if (error.key === "calendar_link_digest") return { code: "conflict", path: "input.digest" };
  if (error.key === "account_doctor") return { code: "conflict", path: "input.doctor" };
  return { code: (error.statement ?? "").includes("busy_time") ? "slot_taken" : "parked" };
}

/** Cuts a batch in two at an operation; every slice stays in both halves, so that each has a result. */
function halves(slices: readonly Slice[], at: number): [readonly Slice[], readonly Slice[]] {
  let left = at;
  const first: Slice[] = [];
  const second: Slice[] = [];
  for (const slice of slices) {
    const here = Math.min(left, slice.operations.length);
    left -= here;
    first.push({ ...slice, operations: slice.operations.slice(0, here) });
    second.push({ ...slice, operations: slice.operations.slice(here) });
  }
  return [first, second];
}

function merged(first: readonly SliceResult[], second: readonly SliceResult[]): readonly SliceResult[] {
  return second.map((result, at) => ({
    ...result,
    settled: Math.max(result.settled, first[at]?.settled ?? 0),
    outcomes: [...(first[at]?.outcomes ?? []), ...result.outcomes],
    fork: result.fork || (first[at]?.fork ?? false),
    anew: result.anew || (first[at]?.anew ?? false),
    knownSince: first[at]?.knownSince ?? result.knownSince,
  }));
}
