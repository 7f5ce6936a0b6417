import type { Runtime } from "../adapters/runtime.ts";
import type { Http, Reply } from "../carriers/http.ts";
import { answerParts, Cut } from "../carriers/lines.ts";
import type { Keeper } from "../keeper.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Overlay } from "../replica/overlay.ts";
import type { Sessions } from "../session/session.ts";
import { AnswerReader, type Applied } from "./answer.ts";
import { type Batch, hasSendable, nextBatch, requestOf, sealForesights } from "./batch.ts";
import { serverNow, syncRow } from "./clock.ts";
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

/** One request and its answer: a batch up, outcomes and changes down. */
export class Exchange {
  readonly #parts: ExchangeParts;
  /** the server has told its epoch since this instance was opened */
  #epochConfirmed = false;
  /** the token that a renewal brought and that no answer has accepted yet */
  #unproven: string | undefined;
  /** the last answer had more to say than fitted */
  #large = true;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  async run(budget: number | undefined, signal: AbortSignal): Promise<Exchanged> {
    const { keeper, pace, http, runtime } = this.#parts;
    const session = keeper.mirror.session;
    if (session === undefined || session.ended !== undefined)
      return refused("sign-in", session?.ended ?? "not_signed_in");
    const over = session.expires - TOKEN_MARGIN_MS < serverNow(keeper.mirror, runtime);
    if (over && this.#unproven !== session.accessToken) return refused("expired", "token_expired");
    const batch = await this.#batch();
    const body = requestOf(keeper.mirror, batch, budget ?? pace.budget(), !this.#epochConfirmed);
    const size = batch.rows.length === 0 ? 200 : JSON.stringify(body).length;
    const { accessToken: token } = session;
    const begun = runtime.monotonic();
    const reply = await http.call({
      method: "POST",
      path: "/v1/sync",
      body,
      token,
      lines: this.#large,
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
    const idle = nextBatch(keeper.mirror, 1);
    if (idle !== undefined && idle.rows.length === 0) return idle;
    return keeper.write((writer) => {
      const batch = nextBatch(keeper.mirror, pace.batch()) ?? {
        stream: outbox.openStream(writer, "normal"),
        rows: [],
      };
      return sealForesights(writer, overlay, batch);
    });
  }

  async #take(reply: Extract<Reply, { kind: "answer" }>, { stream, rows }: Batch): Promise<Exchanged> {
    const { keeper, outbox, runtime, onApplied, pace } = this.#parts;
    const reader = new AnswerReader(keeper, outbox, runtime, stream);
    let moved = false;
    try {
      for await (const group of answerParts(reply)) {
        const applied = await reader.take(group);
        this.#epochConfirmed = true;
        if (applied !== undefined) onApplied(applied);
        moved ||=
          applied !== undefined && applied.outcomes.length + applied.moved.length + applied.pulled > 0;
      }
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      // What arrived before the cut is kept. If that was anything, the line carries, and the rest is asked for at once.
      pace.failed();
      if (!moved) return lost("offline", error.message);
      return { ok: true, more: true, pace: reader.pace };
    } finally {
      reply.end();
    }
    this.#large = reader.more === true || syncRow(keeper.mirror)?.refreshing === true;
    const stuck = rows.length > 0 && !moved && (reader.settled ?? 0) <= stream.settled;
    if (stuck && reader.pace === undefined) return lost("unavailable", "the server settled nothing");
    return { ok: true, more: this.#large || hasSendable(keeper.mirror), pace: reader.pace };
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
