import { drawStreamId } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Http, Reply } from "../carriers/http.ts";
import { answerParts, Cut } from "../carriers/lines.ts";
import type { Keeper } from "../keeper.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { StreamRow } from "../outbox/rows.ts";
import type { Overlay } from "../replica/overlay.ts";
import type { Sessions } from "../session/session.ts";
import { AnswerReader, type Applied } from "./answer.ts";
import {
  type Batch,
  catchingUp,
  hasSendable,
  inDoubt,
  nextBatch,
  requestOf,
  sealForesights,
} from "./batch.ts";
import { serverNow } from "./clock.ts";
import type { Failure } from "./machine.ts";
import type { Pace } from "./pace.ts";

/** How one exchange with the server ended. */
export type Exchanged =
  | { readonly ok: true; readonly more: boolean; readonly pace: number | undefined }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly code: string;
      readonly detail?: string | undefined;
    };

/** What an exchange works with. */
export interface ExchangeParts {
  readonly keeper: Keeper;
  readonly overlay: Overlay;
  readonly outbox: Outbox;
  readonly sessions: Sessions;
  readonly http: Http;
  readonly runtime: Runtime;
  readonly pace: Pace;
  /** told of everything that became durable, as it comes */
  readonly onApplied: (applied: Applied) => void;
}

/** ms before its end from which a token counts as over: an exchange on a slow line takes a while. */
const TOKEN_MARGIN_MS = 5_000;

/** A server that answers and settles nothing is left alone for a while after so many times. */
const MOST_IN_VAIN = 2;

/** One request and its answer: a batch up, outcomes and changes down. */
export class Exchange {
  readonly #parts: ExchangeParts;
  /** the server has told its epoch since this instance was opened */
  #epochConfirmed = false;
  /** the token that a renewal brought and that no answer has accepted yet */
  #unproven: string | undefined;
  /** exchanges in a row that brought nothing although there was more */
  #vain = 0;
  readonly #readerId: StreamRow["id"];
  /** the last answer had more to say than fitted */
  #large = true;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#readerId = drawStreamId((count) => parts.runtime.randomBytes(count));
  }

  async run(budget: number | undefined, signal: AbortSignal): Promise<Exchanged> {
    const { keeper, pace, http, runtime } = this.#parts;
    const session = keeper.mirror.session;
    if (session === undefined || session.ended !== undefined)
      return refused("sign-in", session?.ended ?? "not_signed_in");
    const over = session.expires - TOKEN_MARGIN_MS < serverNow(keeper.mirror, runtime);
    if (over && this.#unproven !== session.accessToken) return refused("expired", "token_expired");
    const batch = await this.#batch();
    const pulls = (batch.rows.length === 0 || !catchingUp(keeper.mirror)) && !inDoubt(keeper.mirror, batch);
    const body = requestOf(keeper.mirror, batch, {
      budget: pulls ? (budget ?? pace.budget()) : 0,
      confirmEpoch: !this.#epochConfirmed,
    });
    const size = batch.rows.length === 0 ? 200 : JSON.stringify(body).length;
    const { accessToken: token } = session;
    const begun = runtime.monotonic();
    const reply = await http.call({
      method: "POST",
      path: "/v1/sync",
      body,
      token,
      lines: this.#large && pulls,
      patience: pace.patience(size),
      signal,
    });
    if (reply.kind !== "answer") return this.#refusal(reply, batch, token);
    this.#unproven = undefined;
    pace.measured(size / 3, batch.rows.length, runtime.monotonic() - begun);
    return this.#take(reply, batch);
  }

  /** Exchanges the token that ran out. */
  async renew(): Promise<Exchanged | undefined> {
    const { sessions, keeper } = this.#parts;
    const renewal = await sessions.renew();
    if (renewal.kind === "renewed") {
      this.#unproven = keeper.mirror.session?.accessToken;
      return undefined;
    }
    if (renewal.kind === "ended") return refused("sign-in", renewal.code);
    if (renewal.kind === "elsewhere") return lost("offline", renewal.detail, renewal.retryAfter);
    return waiting(renewal);
  }

  async #batch(): Promise<Batch> {
    const { keeper, overlay, outbox, pace } = this.#parts;
    const { mirror } = keeper;
    if (nextBatch(mirror, 1) === undefined) {
      const idle = mirror.ownStreams().find((stream) => stream.open && stream.next === stream.settled + 1);
      if (idle !== undefined && !catchingUp(mirror)) return { stream: idle, rows: [] };
      return { stream: this.#reader(mirror.owner), rows: [] };
    }
    return keeper.write((writer) => {
      const batch = nextBatch(mirror, pace.batch()) ?? {
        stream: outbox.openStream(writer, "normal"),
        rows: [],
      };
      return sealForesights(writer, overlay, batch);
    });
  }

  /** A stream that is only named, never written: whatever anybody wrote is news to it. */
  #reader(owner: string): StreamRow {
    return { id: this.#readerId, owner, lane: "normal", born: 0, next: 1, settled: 0, open: false };
  }

  async #take(reply: Extract<Reply, { kind: "answer" }>, { stream, rows }: Batch): Promise<Exchanged> {
    const { keeper, outbox, runtime, onApplied, pace } = this.#parts;
    const reader = new AnswerReader(keeper, outbox, runtime, { stream, rows });
    let kept = false;
    try {
      for await (const group of answerParts(reply)) {
        const applied = await reader.take(group);
        this.#epochConfirmed = true;
        if (applied !== undefined) onApplied(applied);
        kept ||= applied !== undefined;
      }
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      // What arrived before the cut is kept. If that was anything, the line carries, and the rest is asked for at once.
      pace.failed();
      if (!kept) return lost("offline", error.message);
      return { ok: true, more: true, pace: reader.pace };
    } finally {
      reply.end();
    }
    this.#large = reader.more === true || catchingUp(keeper.mirror);
    const more = this.#large || hasSendable(keeper.mirror);
    const settled =
      stream.next === 1 ||
      rows.length === 0 ||
      keeper.mirror.streams.get(stream.id)?.settled !== stream.settled;
    this.#vain = more && !(kept && settled) ? this.#vain + 1 : 0;
    if (this.#vain > MOST_IN_VAIN && reader.pace === undefined)
      return lost("unavailable", "the server settles nothing");
    return { ok: true, more, pace: reader.pace };
  }

  async #refusal(reply: Exclude<Reply, { kind: "answer" }>, batch: Batch, token: string): Promise<Exchanged> {
    const { pace, sessions, keeper } = this.#parts;
    if (reply.kind === "elsewhere") {
      if (batch.rows.length > 0) pace.failed();
      return lost("offline", reply.detail, reply.retryAfter);
    }
    const { status, code, detail } = reply.problem;
    const isNew = this.#unproven === token;
    if (status === 401 && code !== "device_revoked" && !isNew) return refused("expired", code);
    // A token that was renewed a moment ago and ran out already is the server's clock, not the account.
    if (code === "token_expired") return lost(code, detail);
    if (status === 401) {
      const { session } = keeper.mirror;
      if (session?.accessToken === token) await sessions.end(session, code);
      return refused("sign-in", code);
    }
    if (status === 426) return refused("upgrade", code);
    const divisible = batch.rows.length > 1;
    if ((status === 413 || status === 400) && divisible) {
      pace.tooLarge(batch.rows.length);
      return refused("too-large", code);
    }
    if (status === 429 || status === 503) return waiting(reply);
    return lost(
      status < 500 ? "protocol_error" : code,
      `${code}${detail === undefined ? "" : `: ${detail}`}`,
      reply.retryAfter,
    );
  }
}

function refused(why: "sign-in" | "expired" | "upgrade" | "too-large", code: string): Exchanged {
  return { ok: false, failure: { why }, code };
}

function lost(code: string, detail?: string, retryAfter?: number): Exchanged {
  return { ok: false, failure: { why: "lost", retryAfter }, code, detail };
}

function waiting({ problem, retryAfter }: Extract<Reply, { kind: "problem" }>): Exchanged {
  return { ok: false, failure: { why: "wait", retryAfter }, code: problem.code, detail: problem.detail };
}
