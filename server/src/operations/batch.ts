import {
  type Actor,
  type Decision,
  foreseen,
  NotLoaded,
  operationId,
  Problem,
  sheetPlanner,
  type Touch,
  WAITING_LIST,
} from "@healthbridge/schema";
import { makeSheets, refuseZone } from "../availability/make-sheets.ts";
import type { Transaction } from "../database/transaction.ts";
import type { MovedFeed } from "../feeds/moved-feed.ts";
import { writeFeeds } from "../feeds/write-feeds.ts";
import type { NoticePlan } from "../notices/plan.ts";
import { writeNotices } from "../notices/write-notices.ts";
import { flushEntities } from "./flush.ts";
import type { Prepared } from "./judge-submission.ts";
import { loadTouches } from "./load.ts";
import { LoadedState } from "./loaded-state.ts";
import { MoreKeys } from "./more-keys.ts";
import { takeAway } from "./records/removed-conversations.ts";
import type { StreamInBatch } from "./stream-in-batch.ts";
import { type BatchStreams, lockStreams, writeSettled } from "./streams.ts";
import type { Decided, Outcome, Submission, Submitter } from "./submission.ts";
import type { TenantTouch } from "./tenant-touch.ts";

/** What a decision may know that a device cannot. */
const KNOWN = { planSheets: sheetPlanner(makeSheets), refuseZone, waitingList: WAITING_LIST };

/** A part of a submission that goes into one transaction. */
export interface Slice {
  readonly submission: Submission;
  readonly operations: readonly Prepared[];
}

/** What became of a slice. */
export interface SliceResult {
  readonly settled: number;
  readonly durableThrough: number;
  readonly outcomes: readonly Outcome[];
  readonly fork: boolean;
  readonly anew: boolean;
  readonly knownSince: number | undefined;
  /** the whole submission is refused */
  readonly refused: Problem | undefined;
  readonly serverTime: number;
}

/** What a run of a batch is told beside its slices. */
export interface BatchOptions {
  /** keys that an earlier run found missing */
  readonly extra: readonly TenantTouch[];
  /** operations that broke the transaction on their own: rejected with this instead of being decided */
  readonly parked: ReadonlyMap<string, Problem>;
  /** told of a decision that threw */
  readonly onBroken: (id: string, error: unknown) => void;
  /** how patients are told of their appointments; left out: they are not */
  readonly notices?: NoticePlan | undefined;
}

/** What became of a batch. */
export interface BatchResult {
  readonly slices: readonly SliceResult[];
  /** somebody is to be told of something at once */
  readonly noticesDue: boolean;
  /** what was decided and had not been before */
  readonly decided: readonly Decided[];
  /** feeds that moved, by handle */
  readonly moved: ReadonlyMap<number, MovedFeed>;
}

/** One operation that is new, with all that its decision needs. */
interface Pending {
  readonly tenant: string;
  readonly submitter: Submitter;
  readonly actor: Actor | undefined;
  readonly stream: StreamInBatch;
  readonly operation: Prepared;
  readonly id: string;
}

/**
 * Settles a batch in one transaction: lock streams, look at what is settled, lock and load what the rest touches, decide in memory one after another, write set-wise, write
 * outcomes and notices, bump feeds. Running it again after an unknown commit is safe: what was applied is then found settled.
 */
export async function settleBatch(
  tx: Transaction,
  slices: readonly Slice[],
  options: BatchOptions,
): Promise<BatchResult> {
  const streams = await lockStreams(tx, slices);
  const pending = slices.flatMap((slice, at) => newOperations(slice, streams, at));
  let noticesDue = false;
  let moved: BatchResult["moved"] = new Map();
  if (pending.length > 0) {
    const state = new LoadedState();
    await loadTouches(
      tx,
      [
        ...pending
          .filter(({ id }) => !options.parked.has(id))
          .flatMap((each) => touchesOf(each, streams.now)),
        ...options.extra,
      ],
      streams.now,
      state,
    );
    const passwordHashes = decideAll(pending, state, streams, options);
    await flushEntities(tx, state, passwordHashes, streams.now);
    await writeSettled(tx, pending, streams.now);
    if (options.notices !== undefined)
      noticesDue = await writeNotices(tx, state, streams.now, options.notices);
    moved = await writeFeeds(tx, state, streams.now);
    await takeAway(tx, state, streams.now);
  }
  return {
    slices: slices.map((slice, at) => resultOf(slice, streams, at)),
    noticesDue,
    decided: pending.map(decidedOf),
    moved,
  };
}

function decidedOf({ stream, operation: { number, type, verdict } }: Pending): Decided {
  const outcome = stream.decided.get(number);
  const input = "judged" in verdict ? verdict.judged.input : undefined;
  return { type, input, code: outcome?.status === "rejected" ? outcome.problem.code : undefined };
}

/** The operations of a slice that are next in their stream. What is settled already is compared; what comes after a gap waits. */
function newOperations(slice: Slice, streams: BatchStreams, at: number): readonly Pending[] {
  const { refused, stream, actor } = streams.of(at);
  if (refused !== undefined || stream === undefined) return [];
  const fresh: Pending[] = [];
  const { submitter } = slice.submission;
  for (const operation of slice.operations) {
    // A copy of the device went another way here: what follows may speak of things that the other one made.
    if (stream.differs(operation)) break;
    if (operation.number !== stream.claimed + 1) continue;
    stream.claimed += 1;
    stream.claims.set(operation.number, operation);
    const id = operationId(stream.id, operation.number);
    fresh.push({ tenant: submitter.tenant, submitter, actor, stream, operation, id });
  }
  return fresh;
}

function touchesOf({ operation, tenant, id }: Pending, now: number): readonly TenantTouch[] {
  return "judged" in operation.verdict
    ? operation.verdict.judged.touches(id, now).map((touch) => ({ ...touch, tenant }))
    : [];
}

/** Decides one after another, each on top of those before it. Everything a decision asks for in vain is gathered, then the batch begins again. */
function decideAll(
  pending: readonly Pending[],
  state: LoadedState,
  streams: BatchStreams,
  options: BatchOptions,
) {
  const passwordHashes = new Map<string, string>();
  const missing: TenantTouch[] = [];
  for (const each of pending) {
    const { tenant, stream, operation, id } = each;
    try {
      const decision = decideOne(each, state, streams, options);
      stream.decided.set(operation.number, outcomeOf(operation.number, decision));
      if (decision.status === "applied") {
        const { changes } = decision;
        const { number, sum } = operation;
        const part = foreseen(sum, changes, state.view(tenant, id));
        if (part !== "nothing" && sum !== undefined) stream.foreseen.set(number, sum);
        state.apply(tenant, changes, { stream: stream.id, part });
        if (operation.passwordHash !== undefined) passwordHashes.set(id, operation.passwordHash);
      }
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      missing.push(...missedBy(each, state, streams.now));
    }
  }
  if (missing.length > 0) throw new MoreKeys(missing);
  return passwordHashes;
}

/** Everything an operation would ask for in vain, found by one more decision that takes it for absent. */
function missedBy(
  { tenant, actor, operation, id }: Pending,
  state: LoadedState,
  now: number,
): readonly TenantTouch[] {
  const missed: Touch[] = [];
  if ("judged" in operation.verdict)
    operation.verdict.judged.decide(state.view(tenant, id, missed), {
      actor,
      now,
      id,
      ...KNOWN,
    });
  return missed.map((touch) => ({ ...touch, tenant }));
}

function decideOne(
  { tenant, actor, operation, id }: Pending,
  state: LoadedState,
  streams: BatchStreams,
  options: BatchOptions,
): Decision<unknown> {
  const parked = options.parked.get(id);
  if (parked !== undefined) return { status: "rejected", problem: parked };
  if ("problem" in operation.verdict) return { status: "rejected", problem: operation.verdict.problem };
  const failed = operation.after.find((needed) => !streams.wasApplied(needed, tenant, actor));
  if (failed !== undefined)
    return { status: "rejected", problem: { code: "dependency_failed", path: "after", detail: failed } };
  try {
    return operation.verdict.judged.decide(state.view(tenant, id), {
      actor,
      now: streams.now,
      id,
      ...KNOWN,
    });
  } catch (error) {
    if (error instanceof NotLoaded) throw error;
    options.onBroken(id, error);
    return { status: "rejected", problem: { code: "parked" } };
  }
}

/** As it is read back from the audit trail: who asks again gets the same bytes. */
function outcomeOf(number: number, decision: Decision<unknown>): Outcome {
  if (decision.status === "rejected")
    return { number, status: "rejected", problem: Problem.parse(decision.problem) };
  return decision.output === undefined
    ? { number, status: "applied" }
    : { number, status: "applied", output: decision.output };
}

function resultOf(slice: Slice, streams: BatchStreams, at: number): SliceResult {
  const { refused, stream } = streams.of(at);
  if (refused !== undefined || stream === undefined) {
    return {
      settled: 0,
      durableThrough: 0,
      outcomes: [],
      fork: refused?.code === "key_reused",
      anew: false,
      knownSince: undefined,
      refused: refused?.code === "key_reused" ? undefined : refused,
      serverTime: streams.now,
    };
  }
  return {
    ...stream.answer(slice),
    durableThrough: stream.durableThrough,
    refused: undefined,
    serverTime: streams.now,
  };
}
