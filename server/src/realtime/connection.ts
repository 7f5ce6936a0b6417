import {
  type DeviceFrame,
  type EntityId,
  formatCursors,
  parseCursors,
  problemDetails,
  REALTIME_LIMITS,
  type ServerFrame,
  type StreamId,
  type SyncFrame,
} from "@healthbridge/schema";
import type { RateLimiter } from "../adapters/rate-limiter.ts";
import { answerFor } from "../http/error-handler.ts";
import { parseJson } from "../http/json-guard.ts";
import { HttpProblem } from "../http/problem.ts";
import { takeOne } from "../http/rate-limits.ts";
import { readSyncRequest } from "../http/sync-route.ts";
import { answerAsJson } from "../http/sync-encoding.ts";
import { SubmissionRefused } from "../operations/submission.ts";
import type { SyncAnswer, SyncService } from "../sync/sync-answer.ts";
import type { MovedFeed } from "../feeds/moved-feed.ts";
import type { Log } from "../telemetry/log.ts";
import type { SocketPush } from "../telemetry/server-metrics.ts";
import type { CallEnd } from "./calls.ts";
import { idOf, readDeviceFrame } from "./device-frames.ts";
import { packed, unpacked } from "./gzip-frames.ts";
import { cursorsAfter, type KnownCursors, pullFrom, saysSomething } from "./known-cursors.ts";
import { CLOSE, CONNECTION } from "./limits.ts";
import type { OpenSocket, SocketUser } from "./open-socket.ts";
import { Spoken, type SpokenParts } from "./spoken.ts";
import { ToldStraight } from "./told-straight.ts";
import type { Wakes } from "./wakes.ts";
import type { WhisperEnd } from "./whispers.ts";

/** What all connections share. */
export interface ConnectionParts extends SpokenParts {
  readonly sync: SyncService;
  readonly wakes: Wakes;
  /** counts syncs of an account, whatever carries them */
  readonly accountLimiter: RateLimiter;
  /** a stream nobody writes: to whoever names it everything is news */
  readonly reader: StreamId;
  readonly log: Log;
  readonly onPush: (what: SocketPush) => void;
  /** the handle of an account's own feed */
  readonly ownFeed: (tenant: string, account: EntityId) => Promise<number | undefined>;
}

const MS = 1_000;

/**
 * A device's line: its syncs, answered as over HTTP, and pages of what its feeds have got since, unasked. Nothing is decided here and nothing is kept: what is lost with the
 * socket comes with the next sync, over whatever carries it.
 */
export class Connection implements SocketUser, WhisperEnd, CallEnd {
  readonly line: string;
  readonly #parts: ConnectionParts;
  readonly #socket: OpenSocket;
  /** where the device stands */
  #known: KnownCursors = new Map();
  #unfollow: () => void = () => undefined;
  /** the account's own feed, of which a device must hear to be told anything straight: what its account may see no longer stands there */
  #ownFeed: number | undefined;
  /** what was committed here a moment ago, and the device has not been told yet */
  readonly #straight = new ToldStraight();
  /** the device takes pages unasked, and packed ones */
  #wishes: Pick<SyncFrame, "gzip" | "push"> = {};
  /** syncs that have come so far, and those of them that are being answered */
  #syncs = 0;
  #asked = 0;
  #underWay = 0;
  /** a feed has moved beyond what the device knows */
  #news = false;
  /** the device will ask by itself: it was told to, or the last answer did not hold everything */
  #willAsk = true;
  #idle: (() => void) | undefined;
  #spoken: Spoken | undefined;

  /** @param line what the line is called by the other ends of a call */
  constructor(parts: ConnectionParts, socket: OpenSocket, line: string) {
    this.line = line;
    this.#parts = parts;
    this.#socket = socket;
  }

  get tenant(): string {
    return this.#socket.holder.tenant;
  }

  get account(): EntityId {
    return this.#socket.holder.account;
  }

  message(data: Buffer, binary: boolean): void {
    // What is packed has to be unpacked before it is known what it is.
    if (binary && this.#underWay >= CONNECTION.underWay) {
      this.#refuse(undefined, busy());
      return;
    }
    void this.#during(() => this.#read(data, binary));
  }

  closed(): void {
    this.#unfollow();
    this.#news = false;
    this.#parts.whispers.leave(this);
    this.#parts.calls.leave(this);
  }

  whisper(frame: ServerFrame): void {
    if (this.#socket.backlog <= CONNECTION.whisperBacklogBytes) this.#say(frame);
  }

  beat(): void {
    this.#say({ beat: true });
  }

  async settled(): Promise<void> {
    if (this.#underWay === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    await promise;
  }

  /** Counts what is under way; when it is through, looks whether there is news. What nobody answers for closes the line. */
  async #during(work: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    try {
      await work();
    } catch (error) {
      this.#parts.log.error("a frame failed", error, { account: this.#socket.holder.account });
      this.#socket.end(CLOSE.fault, "internal");
    }
    this.#underWay -= 1;
    this.#tellGathered();
    this.#tellNews();
    if (this.#underWay === 0) this.#idle?.();
  }

  async #read(data: Buffer, binary: boolean): Promise<void> {
    let value: unknown;
    try {
      value = parseJson(binary ? await unpacked(data) : data.toString());
    } catch (error) {
      const tooLarge = error instanceof HttpProblem && error.problem.code === "too_large";
      this.#socket.end(tooLarge ? CLOSE.tooLarge : CLOSE.policy, "not a frame");
      return;
    }
    try {
      await this.#act(readDeviceFrame(value));
    } catch (error) {
      this.#refuse(idOf(value), error);
    }
  }

  async #act(frame: DeviceFrame): Promise<void> {
    if ("sync" in frame) return this.#sync(frame);
    this.#spoken ??= new Spoken(this.#parts, this);
    await this.#spoken.say(frame);
    // The socket may have closed while it was looked up who hears it.
    if (!this.#socket.isOpen) this.#parts.whispers.leave(this);
    return undefined;
  }

  async #sync(frame: SyncFrame): Promise<void> {
    if (this.#asked >= CONNECTION.underWay) throw busy();
    this.#asked += 1;
    try {
      await this.#answer(frame);
    } finally {
      this.#asked -= 1;
    }
  }

  async #answer(frame: SyncFrame): Promise<void> {
    const { sync, accountLimiter, ownFeed } = this.#parts;
    const { tenant, account, device } = this.#socket.holder;
    this.#syncs += 1;
    await takeOne(accountLimiter, account);
    const request = readSyncRequest(frame.sync);
    const budget = Math.min(request.budget ?? Infinity, REALTIME_LIMITS.answerBytes);
    let told: KnownCursors | undefined;
    const toldAlready = () => {
      // Another of its requests is under way: where the device stands with both nobody knows.
      if (request.follow !== undefined || frame.push !== true || this.#asked > 1) return undefined;
      const already = this.#straight.since(parseCursors(request.cursors ?? ""));
      told = already?.known;
      return already;
    };
    const answer = await sync.answer(
      { ...request, budget },
      { tenant, account, device },
      { told: toldAlready },
    );
    this.#wishes = frame;
    if (frame.push === true) this.#ownFeed ??= await ownFeed(tenant, account);
    if (told === undefined) this.#stands(cursorsAfter(request, answer), answer);
    else this.#known = told;
    await this.#sayLong({ id: frame.id, answer: answerAsJson(answer) });
  }

  /** The device stands here now; whatever moves beyond is news. */
  #stands(known: KnownCursors, { head, tail }: SyncAnswer): void {
    const before = this.#unfollow;
    this.#known = known;
    this.#news = false;
    this.#willAsk = tail.more === true;
    // What is committed is told straight to all alike, and not everything is for her.
    const readsAll = this.#socket.holder.role !== "administrator";
    // No feed has the handle 0.
    if (this.#willAsk || !readsAll || !known.has(this.#ownFeed ?? 0)) this.#straight.end();
    else this.#straight.begin(known, head.epoch);
    const through = new Map([...known].map(([feed, { cursor }]) => [feed, cursor]));
    this.#unfollow = this.#parts.wakes.subscribe(through, (feed, number, moved) => {
      if (number <= (this.#known.get(feed)?.cursor ?? Infinity)) return;
      if (moved !== undefined && this.#takeStraight(feed, moved)) return;
      this.#straight.end();
      this.#news = true;
      this.#tellNews();
    });
    before();
    // The socket may have closed while the answer was made.
    if (!this.#socket.isOpen) this.closed();
  }

  /** Gathers what joins up with where the device stands: it goes out at once, or with the answer that is being made. */
  #takeStraight(feed: number, moved: MovedFeed): boolean {
    if (this.#wishes.push !== true || this.#willAsk || this.#news) return false;
    if (!this.#straight.take(feed, moved)) return false;
    this.#tellGathered();
    return true;
  }

  #tellGathered(): void {
    if (this.#underWay > 0) return;
    const told = this.#straight.handOver();
    if (told === undefined) return;
    const since = formatCursors(this.#known);
    this.#known = told.known;
    this.#parts.onPush("page");
    const head = { settled: 0, serverTime: told.at, epoch: told.epoch };
    const page = answerAsJson({ head, pages: told.pages, tail: {} });
    void this.#during(() => this.#sayLong({ page, since }));
  }

  #tellNews(): void {
    if (!this.#news || this.#willAsk || this.#underWay > 0) return;
    this.#news = false;
    if (this.#wishes.push === true) void this.#during(() => this.#push());
    else this.#hint();
  }

  #hint(): void {
    this.#willAsk = true;
    this.#straight.end();
    this.#parts.onPush("moved");
    this.#say({ moved: true });
  }

  /** Sends what the device's feeds have got since. Where that cannot be done now, the device is told to ask. */
  async #push(): Promise<void> {
    const asked = this.#syncs;
    const known = this.#known;
    const since = formatCursors(known);
    const answer = await this.#answerFrom(since);
    // The device has asked meanwhile: its answer says the same, and more.
    if (answer === undefined || asked !== this.#syncs || !saysSomething(answer)) return;
    this.#stands(cursorsAfter({ cursors: since }, answer), answer);
    this.#parts.onPush("page");
    await this.#sayLong({ page: answerAsJson(answer), since });
  }

  async #answerFrom(cursors: string): Promise<SyncAnswer | undefined> {
    const { sync, reader } = this.#parts;
    const { tenant, account, device } = this.#socket.holder;
    try {
      return await sync.answer(pullFrom(cursors, reader), { tenant, account, device });
    } catch (error) {
      if (error instanceof SubmissionRefused && error.problem.code === "device_revoked")
        this.#socket.end(CLOSE.sessionOver, "the session is over");
      else this.#hint();
      return undefined;
    }
  }

  #refuse(id: number | undefined, error: unknown): void {
    const { problem, options } = answerFor(error instanceof Error ? error : new Error(String(error)));
    if (problem.code === "internal")
      this.#parts.log.error("a frame failed", error, { account: this.#socket.holder.account });
    const wait = options.retryAfter === undefined ? {} : { retryAfter: Math.ceil(options.retryAfter * MS) };
    this.#say({ ...(id === undefined ? {} : { id }), problem: problemDetails(problem), ...wait });
  }

  #say(frame: ServerFrame): void {
    this.#socket.send(JSON.stringify(frame));
  }

  async #sayLong(frame: ServerFrame): Promise<void> {
    const text = JSON.stringify(frame);
    this.#socket.send(this.#wishes.gzip === true ? await packed(text) : text);
  }
}

function busy(): SubmissionRefused {
  return new SubmissionRefused({ code: "unavailable" }, MS);
}
