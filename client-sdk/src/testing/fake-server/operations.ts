import {
  type Actor,
  canonicalText,
  type Decision,
  drawStreamId,
  type EntityId,
  foreseen,
  inputProblem,
  judge,
  judgeAny,
  type Judgement,
  LIMITS,
  operationId,
  Problem,
  sheetMaker,
  sheetPlanner,
  splitOperationId,
  type StreamId,
  WAITING_LIST,
  wasForeseen,
  type WireOutcome,
  WireOperation,
  zoneCheck,
} from "@healthbridge/schema";
import type { SeededRandom } from "../seeded-random.ts";
import type { Data, Settled, Stream } from "./data.ts";
import type { Feeds } from "./feeds.ts";
import { Refused, refused } from "./refused.ts";
import type { World } from "./world.ts";
import { INTL_ZONES } from "../../schedule/intl-zones.ts";

/** Who submits: an account on a device, whoever opens an account, or the server itself. */
export type Submitter = { readonly account: EntityId; readonly device: EntityId } | "anonymous" | "system";

/** Consecutive operations of one stream. */
export interface Submission {
  readonly submitter: Submitter;
  readonly stream: StreamId;
  /** number of the first */
  readonly from: number;
  /** outcomes up to here have arrived at the device */
  readonly heard: number;
  readonly operations: readonly unknown[];
  /** operations of queueable types only, or all (the server's own routes) */
  readonly carrier: "queue" | "server";
}

/** What became of a submission, or how a stream stands. */
export interface Settlement {
  readonly settled: number;
  /** those that say more than "applied as asked" */
  readonly outcomes: WireOutcome[];
  readonly fork: boolean;
  /** another device has sent the same and foreseen it otherwise */
  readonly anew: boolean;
  /** how many changes stood in all feeds together before the first of the operations that had been settled before */
  readonly knownSince: number | undefined;
  readonly durableThrough: number;
}

/** An operation that is next in its stream, with all that its decision needs. */
interface Fresh extends Judged {
  readonly id: EntityId;
  readonly stream: StreamId;
  readonly actor: Actor | undefined;
}

/** An operation as it was sent, and what its shape came to. */
interface Judged {
  /** `undefined` where it is none */
  readonly operation: WireOperation | undefined;
  readonly content: string;
  readonly verdict: Judgement;
}

const UNTOUCHED: Settlement = {
  settled: 0,
  outcomes: [],
  fork: false,
  anew: false,
  knownSince: undefined,
  durableThrough: 0,
};
const FOREIGN: Settlement = { ...UNTOUCHED, fork: true };
const KNOWN = {
  planSheets: sheetPlanner(sheetMaker(INTL_ZONES)),
  refuseZone: zoneCheck(INTL_ZONES),
  waitingList: WAITING_LIST,
};

/** The one door through which everything is written: every operation once, in the order of its stream, with the outcome kept for ever. */
export class Operations {
  readonly #data: Data;
  readonly #world: World;
  readonly #feeds: Feeds;
  readonly #now: () => number;
  readonly #random: SeededRandom;

  constructor(parts: {
    readonly data: Data;
    readonly world: World;
    readonly feeds: Feeds;
    readonly now: () => number;
    readonly random: SeededRandom;
  }) {
    this.#data = parts.data;
    this.#world = parts.world;
    this.#feeds = parts.feeds;
    this.#now = parts.now;
    this.#random = parts.random;
  }

  /**
   * Settles a submission. What is settled already is recognised, what comes after a gap waits.
   * @throws Refused `device_revoked`
   */
  submit({ submitter, stream: id, from, heard, operations, carrier }: Submission): Settlement {
    const actor = this.#actorOf(submitter);
    const stream = this.#streamOf(id, submitter);
    if (stream === undefined) return FOREIGN;
    const outcomes = told(stream, heard, from - 1);
    let [fork, anew] = [false, false];
    let knownSince: number | undefined;
    for (const [at, raw] of operations.entries()) {
      const number = from + at;
      const judged = judgedAs(raw, carrier);
      const known = stream.settled[number - 1];
      knownSince ??= known?.written;
      if (known !== undefined && known.content !== judged.content) {
        outcomes.push({ number, problem: { code: "key_reused" } });
        fork = true;
        continue;
      }
      if (known === undefined) {
        // Where a copy of the device went another way, what follows may speak of things that the other one made.
        if (fork || number !== stream.settled.length + 1) break;
        stream.settled.push(this.#settle({ ...judged, id: operationId(id, number), stream: id, actor }));
      }
      const sum = judged.operation?.sum;
      const came = stream.settled[number - 1]?.sum;
      outcomes.push(...told(stream, number - 1, number, sum));
      // The same operation, foreseen otherwise than before: a copy of the device, which is not sent what the other one foresaw.
      anew ||= came !== undefined && sum !== came;
    }
    const settled = Math.min(stream.settled.length, from + operations.length - 1);
    const { durableThrough } = stream;
    return { settled, outcomes, fork, anew, knownSince, durableThrough };
  }

  /** How far a stream is settled, whosever it is. */
  settledOf(stream: StreamId): number {
    return this.#data.streams.get(stream)?.settled.length ?? 0;
  }

  /** How a stream stands, without writing to it. */
  standing({ submitter, stream: id, from, heard, operations }: Omit<Submission, "carrier">): Settlement {
    const stream = this.#data.streams.get(id);
    if (stream === undefined) return UNTOUCHED;
    if (stream.account !== accountOf(submitter)) return FOREIGN;
    const { length } = stream.settled;
    return {
      settled: Math.min(length, from - 1),
      outcomes: told(stream, heard, from - 1),
      // Operations that were not looked at may be what is known under their numbers.
      fork: from <= length && operations.length === 0,
      anew: false,
      knownSince: undefined,
      durableThrough: stream.durableThrough,
    };
  }

  /**
   * Settles one operation in a stream of its own, as the server's own routes do.
   * @returns its id, and the id of what it created
   * @throws Refused where it was rejected
   */
  submitOne(submitter: Submitter, type: string, input: object): EntityId {
    const stream = this.freshStream();
    const operations = [{ type, input, madeAt: this.#now() }];
    const { outcomes } = this.submit({ submitter, stream, from: 1, heard: 0, operations, carrier: "server" });
    const problem = outcomes[0]?.problem;
    if (problem !== undefined) throw new Refused(problem);
    return operationId(stream, 1);
  }

  /** A stream nobody has written to. */
  freshStream(): StreamId {
    return drawStreamId((count) => this.#random.bytes(count));
  }

  #settle(parts: Fresh): Settled {
    const { operation, content, stream } = parts;
    const decision = this.#decide(parts);
    const { written } = this.#feeds;
    const kept = { type: operation?.type ?? "?", content, decidedAt: this.#now(), written };
    if (decision.status === "rejected") return { ...kept, problem: Problem.parse(decision.problem) };
    const { changes, output } = decision;
    const sum = operation?.sum;
    const part = foreseen(sum, changes, this.#world);
    for (const change of changes) this.#world.apply(change);
    this.#feeds.show(changes, ({ kind }) => (wasForeseen(part, kind) ? stream : undefined));
    const seen = part !== "nothing" && sum !== undefined;
    return { ...kept, ...(seen && { sum }), ...(output !== undefined && { output }) };
  }

  #decide({ id, actor, operation, verdict }: Fresh): Decision<unknown> {
    if ("problem" in verdict) return { status: "rejected", problem: verdict.problem };
    const failed = operation?.after?.find((needed) => !this.#wasApplied(needed, actor));
    if (failed !== undefined)
      return { status: "rejected", problem: { code: "dependency_failed", path: "after", detail: failed } };
    return verdict.judged.decide(this.#world, {
      actor,
      now: this.#now(),
      id,
      ...KNOWN,
    });
  }

  /** A patient builds on her own account's operations alone. */
  #wasApplied(id: EntityId, actor: Actor | undefined): boolean {
    const { stream: name, number } = splitOperationId(id);
    const stream = this.#data.streams.get(name);
    const settled = stream?.settled[number - 1];
    const hers = actor?.role !== "patient" || stream?.account === actor.account;
    return hers && settled !== undefined && settled.problem === undefined;
  }

  #streamOf(id: StreamId, submitter: Submitter): Stream | undefined {
    const account = accountOf(submitter);
    const stream = this.#data.streams.get(id) ?? { account, settled: [], durableThrough: 0 };
    this.#data.streams.set(id, stream);
    return stream.account === account ? stream : undefined;
  }

  #actorOf(submitter: Submitter): Actor | undefined {
    if (submitter === "system") return { account: "system", role: "system", clinics: [] };
    if (submitter === "anonymous") return undefined;
    const account = this.#world.get("account", submitter.account);
    const device = this.#world.get("device", submitter.device);
    if (account?.status !== "active" || device?.status !== "active") throw refused("device_revoked");
    return {
      account: account.id,
      role: account.role,
      clinics: account.clinics,
      device: device.id,
      ...(account.doctor === undefined ? {} : { doctor: account.doctor }),
    };
  }
}

function accountOf(submitter: Submitter): string {
  return typeof submitter === "string" ? submitter : submitter.account;
}

/**
 * Outcomes after one number up to another that say more than "applied as asked".
 * @param sum what the device foresaw of a single one
 */
function told({ settled }: Stream, after: number, through: number, sum?: string): WireOutcome[] {
  return settled.slice(after, Math.max(after, through)).flatMap((each, at): WireOutcome[] => {
    const number = after + at + 1;
    const { problem, output } = each;
    if (problem !== undefined) return [{ number, problem }];
    const echo = sum !== undefined && sum !== each.sum ? true : undefined;
    return output === undefined && echo === undefined ? [] : [{ number, output, echo }];
  });
}

/** Judges an operation's shape. What is wrong with one costs the others nothing. */
function judgedAs(raw: unknown, carrier: Submission["carrier"]): Judged {
  const parsed = WireOperation.safeParse(raw);
  if (!parsed.success) {
    const problem = inputProblem(parsed.error.issues, "operation");
    return { operation: undefined, content: canonicalText(raw), verdict: { problem } };
  }
  const operation = parsed.data;
  const { type, input, after } = operation;
  const tooLarge = new TextEncoder().encode(canonicalText(input)).length > LIMITS.inputBytes;
  const verdict: Judgement = tooLarge
    ? { problem: { code: "too_large", path: "input" } }
    : (carrier === "queue" ? judge : judgeAny)(type, input);
  return { operation, content: canonicalText({ type, input, after }), verdict };
}
