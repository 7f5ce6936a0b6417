import { drawStreamId, type SyncLine } from "@healthbridge/schema/client";
import { type Answer, Cut } from "../carriers/http.ts";
import { answerParts } from "../carriers/lines.ts";
import type { Device } from "../device.ts";
import { Failed, offline } from "../errors.ts";
import { announce } from "../outbox/outcomes.ts";
import { openStream } from "../outbox/outbox.ts";
import type { StreamRow } from "../outbox/rows.ts";
import { endSession, renew } from "../session/session.ts";
import { AnswerReader } from "./answer.ts";
import { type Batch, catchingUp, inDoubt, nextBatch, requestOf, sealForesights } from "./batch.ts";
import { serverNow } from "./clock.ts";
import { Pace } from "./pace.ts";

/** How an exchange with the server went; what did not is thrown, with a word on what to do about it (`Failed`). */
export interface Exchanged {
  readonly more: boolean;
  readonly pace: number | undefined;
}

/** ms before its end from which a token counts as over: an exchange on a slow line takes a while. */
const TOKEN_MARGIN_MS = 5_000;

/** A server that answers and settles nothing is left alone for a while after so many times. */
const MOST_IN_VAIN = 2;

/** So is one by whose answers all is read anew so often before it was read to its end: two servers of which one was restored, for example. */
const MOST_ANEW = 8;

/** A device that always has something to send, and has not read a feed to its end, reads on after so many batches. */
const MOST_PUSHES = 3;

/** One request and its answer: a batch up, outcomes and changes down. */
export class Exchange {
  readonly #device: Device;
  readonly #pace = new Pace();
  /** a stream that is only named, never written: whatever anybody wrote is news to it */
  readonly #readerId: StreamRow["id"];
  /** the server has told its epoch since this instance was opened */
  #epochConfirmed = false;
  /** the token that a renewal brought and that no answer has accepted yet */
  #unproven: string | undefined;
  /** exchanges in a row that brought nothing although there was more */
  #vain = 0;
  /** how often it was begun to read anew since all was read */
  #anew = 0;
  /** the last answer had more to say than fitted */
  #large = true;
  /** exchanges in a row that carried operations */
  #pushes = 0;

  constructor(device: Device) {
    this.#device = device;
    this.#readerId = drawStreamId((count) => device.runtime.randomBytes(count));
  }

  async run(budget: number | undefined, signal: AbortSignal): Promise<Exchanged> {
    const { keeper, http, runtime } = this.#device;
    const { mirror } = keeper;
    const { session } = mirror;
    if (!session || session.ended) throw new Failed("sign-in", session?.ended ?? "not_signed_in");
    const { accessToken: token, expires } = session;
    if (expires - TOKEN_MARGIN_MS < serverNow(mirror, runtime) && this.#unproven !== token)
      throw new Failed("expired", "token_expired");
    const batch = await this.#batch();
    // Whoever signed in meanwhile is not to be sent for in the name of who was here before.
    if (batch.stream.owner !== session.account.id) throw offline("owner");
    const count = batch.rows.length;
    const pulls = (count === 0 || !catchingUp(mirror)) && !inDoubt(mirror, batch);
    const wanted = pulls ? (budget ?? this.#pace.budget()) : 0;
    const body = requestOf(mirror, batch, wanted, !this.#epochConfirmed);
    const size = count === 0 ? 200 : JSON.stringify(body).length;
    const begun = runtime.monotonic();
    const patience = this.#pace.patience(size);
    const lines = this.#large && pulls;
    const answer = await http({ path: "sync", body, token, lines, patience, signal }).catch(
      async (error: unknown) => {
        throw await this.#refusal(error, count, token);
      },
    );
    this.#unproven = undefined;
    this.#pace.measured(size / 3, count, runtime.monotonic() - begun);
    return this.#take(answer, batch);
  }

  /** Exchanges the token that ran out. */
  async renew(): Promise<void> {
    await renew(this.#device);
    this.#unproven = this.#device.keeper.mirror.session?.accessToken;
  }

  async #batch(): Promise<Batch> {
    const { keeper, view, runtime } = this.#device;
    const { mirror } = keeper;
    const newsFirst = this.#pushes >= MOST_PUSHES && catchingUp(mirror) && !inDoubt(mirror);
    if (newsFirst || !nextBatch(mirror, 1)) {
      const idle = mirror.ownStreams().find(({ open, next, settled }) => open && next === settled + 1);
      if (idle && !catchingUp(mirror)) return { stream: idle, rows: [] };
      return {
        stream: {
          id: this.#readerId,
          owner: mirror.owner,
          lane: "normal",
          born: 0,
          next: 1,
          settled: 0,
          open: false,
        },
        rows: [],
      };
    }
    return keeper.write((writer) => {
      const batch = nextBatch(mirror, this.#pace.batch());
      return sealForesights(
        writer,
        view,
        batch ?? { stream: openStream(writer, runtime, "normal"), rows: [] },
      );
    });
  }

  async #take(answer: Answer, batch: Batch): Promise<Exchanged> {
    const { runtime, keeper } = this.#device;
    const { mirror } = keeper;
    const { stream, rows } = batch;
    this.#pushes = rows.length === 0 ? 0 : this.#pushes + 1;
    const begun = runtime.monotonic();
    const reader = new AnswerReader(this.#device, batch);
    let kept = false;
    const take = async (parts: readonly SyncLine[]): Promise<void> => {
      const applied = await reader.take(parts);
      this.#epochConfirmed = true;
      announce(this.#device, applied);
      kept ||= applied.kept;
    };
    try {
      for await (const group of answerParts(answer))
        await take(group).catch(async () => {
          // On a device that is full, what became of operations may still fit where what is new does not.
          for (const part of group) await take([part]);
        });
      if (reader.more && rows.length === 0) this.#pace.filled(runtime.monotonic() - begun);
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      // What arrived before the cut is kept. If that was anything, the line carries, and the rest is asked for at once.
      this.#pace.failed();
      if (!kept) throw offline(error.message);
      reader.more = true;
    } finally {
      answer.end();
    }
    this.#large = reader.more || catchingUp(mirror);
    const more = this.#large || nextBatch(mirror, 1) !== undefined;
    const settled =
      stream.next === 1 || rows.length === 0 || mirror.streams.get(stream.id)?.settled !== stream.settled;
    this.#vain = more && !(kept && settled) ? this.#vain + 1 : 0;
    this.#anew = more ? this.#anew + reader.anew : 0;
    if ((this.#vain > MOST_IN_VAIN || this.#anew > MOST_ANEW) && !reader.pace)
      throw new Failed("lost", "unavailable");
    return { more, pace: reader.pace };
  }

  /** What is thrown for what was thrown when a request with so many operations was sent. */
  async #refusal(error: unknown, count: number, token: string): Promise<unknown> {
    if (!(error instanceof Failed)) return error;
    const { status, code, message: detail, retryAfter } = error;
    if (status === 0 && count > 0) this.#pace.failed();
    if (status === 401) {
      const { session } = this.#device.keeper.mirror;
      if (code !== "device_revoked" && this.#unproven !== token) return new Failed("expired", code);
      // A token that was renewed a moment ago and ran out already is the server's clock, not the account. Where that moment is long past, the next attempt renews it.
      if (code === "token_expired") {
        this.#unproven = undefined;
        return error;
      }
      // Said to whoever was signed in when it was sent: the one who is here now tries again.
      if (session?.accessToken !== token) return error;
      await endSession(this.#device, session, code);
      return new Failed("sign-in", code);
    }
    if (status === 426) return new Failed("upgrade", code);
    if ((status === 413 || status === 400) && count > 1) {
      this.#pace.tooLarge(count);
      return new Failed("too-large", code);
    }
    if (status === 0 || status === 429 || status === 503) return error;
    return new Failed("lost", status < 500 ? "protocol_error" : code, { detail, retryAfter });
  }
}
