import type { Clock } from "../../adapters/clock.ts";
import { ThreadFailure, type ApplyThread } from "./apply-thread.ts";
import type { DocumentLog, StoredUpdate } from "./document-log.ts";
import type { DocumentHints } from "./hints.ts";
import { ROOM_LIMITS, THREAD_LIMITS } from "./limits.ts";
import type { LogWriter } from "./log-writer.ts";
import type { DocumentMetrics } from "./document-metrics.ts";
import type { RefusalReason } from "./thread/guard.ts";
import type { Answer, Ask, JobType, Verdict } from "./thread/jobs.ts";

/** Who sends a change. */
export interface Sender {
  readonly account: string;
  readonly device: string;
  readonly tenant: string;
}

/** Somebody who has the document open here. */
export interface Member extends Sender {
  /** hears of what is written: from the moment on at which it was told everything before */
  listening: boolean;
  /** What it lacked when it asked; `undefined` for a vector that is none. */
  answer(compared: Compared | undefined): void;
  /** Something new that is stored. */
  tell(update: Uint8Array): void;
}

/** What became of a change: all of it is stored where it says `stored`. */
export type Outcome =
  | { readonly status: "stored" }
  | { readonly status: "gap" }
  | { readonly status: "refused"; readonly reason: RefusalReason }
  /** it could not be kept now; send it again */
  | { readonly status: "later" };

/** A change on its way. */
export interface Change {
  readonly sender: Sender;
  /** who is not told of it, having written it */
  readonly from: Member | undefined;
  readonly update: Uint8Array;
  readonly via: "update" | "step";
}

/** What somebody lacks, and how far the document is: all of it stored. */
export interface Compared {
  /** to be taken before it, one after another */
  readonly before: readonly Uint8Array[];
  readonly update: Uint8Array;
  readonly vector: Uint8Array;
}

/** What rooms are made of. */
export interface RoomParts {
  readonly thread: ApplyThread;
  readonly log: DocumentLog;
  readonly writer: LogWriter;
  readonly hints: DocumentHints;
  readonly clock: Clock;
  readonly metrics: DocumentMetrics;
  /** the thread's CPU that somebody used, ms */
  readonly onSpent: (account: string, cpuMs: number) => void;
  /** changes that could not be kept: their senders are told to come again */
  readonly onFailed: (error: unknown) => void;
}

type Task =
  | { readonly type: "change"; readonly change: Change; readonly done: (outcome: Outcome) => void }
  | { readonly type: "work"; readonly work: () => Promise<void> };

type Waiting = Extract<Task, { type: "change" }>;

/**
 * One document that somebody has open here. Everything about it is done one after another: judge, keep, tell. So nobody is told of what is not stored, what is told comes in the
 * order of its numbers, and an answer to "what do I lack" holds all that was told before it.
 */
export class Room {
  readonly document: string;
  readonly members = new Set<Member>();
  readonly #tenant: string;
  readonly #parts: RoomParts;
  readonly #tasks: Task[] = [];
  /** the newest number that was told here; `undefined`: it was never loaded */
  #head: number | undefined;
  #owners = new Map<number, string>();
  /** behind the last snapshot */
  #updates = 0;
  #bytes = 0;
  #running: Promise<void> | undefined;

  constructor(document: string, tenant: string, parts: RoomParts) {
    this.document = document;
    this.#tenant = tenant;
    this.#parts = parts;
  }

  /** Nothing waits and nothing runs. */
  get quiet(): boolean {
    return this.#running === undefined;
  }

  /** The newest number that was told here. */
  get head(): number | undefined {
    return this.#head;
  }

  /** Who writes under an id of Yjs; known once something was answered. */
  ownerOf(client: number): string | undefined {
    return this.#owners.get(client);
  }

  change(change: Change): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    if (this.#tasks.length >= ROOM_LIMITS.queue) resolve({ status: "later" });
    else this.#add({ type: "change", change, done: resolve });
    return promise;
  }

  /**
   * What somebody lacks of all that is stored by now, on whatever server, in base64; `undefined` for a vector that is none. Where nobody is on a socket nobody looks now and then what
   * other servers wrote, so it is looked for when somebody asks.
   */
  compare(account: string, vector: Uint8Array): Promise<Compared | undefined> {
    return this.#inTurn(async () => {
      if (this.#head !== undefined) await this.#learn();
      return this.#compare(account, { vector, written: "base64" });
    });
  }

  /** How far the document is: all of it stored. */
  async vector(account: string): Promise<Uint8Array> {
    const compared = await this.#inTurn(() =>
      this.#compare(account, { vector: undefined, written: "plain" }),
    );
    if (compared === undefined) throw new Error("a document has a vector");
    return compared.vector;
  }

  /** Answers a member what it lacks. From then on it hears of everything. */
  answer(member: Member, vector: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      member.answer(await this.#compare(member.account, { vector, written: "plain" }));
      member.listening = true;
    });
  }

  /** Runs once everything before it is done, and the document is known. */
  soon(work: () => void): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#head === undefined) await this.#load();
      work();
    });
  }

  /** Another server wrote up to this number, or so it is said. */
  catchUp(seq: number): void {
    if (this.#head === undefined || seq <= this.#head) return;
    void this.#inTurn(async () => {
      if (this.#head !== undefined && seq > this.#head) await this.#learn();
    }).catch(() => undefined); // the next look finds it again
  }

  /** Keeps a snapshot of what is behind the last one, and lets the thread forget the document. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#updates > 0) await this.#snapshot();
      await this.#parts.thread.ask("forget", this.document, {});
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#add({ type: "work", work: () => work().then(resolve, reject) });
    return promise;
  }

  #add(task: Task): void {
    this.#tasks.push(task);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      const changes = this.#takeChanges();
      if (changes.length > 0) await this.#keepAll(changes);
      else {
        const next = this.#tasks.shift();
        if (next?.type !== "work") break;
        await next.work();
      }
      if (this.#updates >= ROOM_LIMITS.snapshotUpdates || this.#bytes >= ROOM_LIMITS.snapshotBytes)
        await this.#snapshot();
    }
    this.#running = undefined;
  }

  /** What stands first in the line and can be kept together. */
  #takeChanges(): readonly Waiting[] {
    const taken: Waiting[] = [];
    let bytes = 0;
    for (const task of this.#tasks) {
      if (task.type !== "change" || taken.length === ROOM_LIMITS.batch) break;
      bytes += task.change.update.length;
      if (taken.length > 0 && bytes > ROOM_LIMITS.batchBytes) break;
      taken.push(task);
    }
    this.#tasks.splice(0, taken.length);
    return taken;
  }

  /** Whatever goes wrong, everybody is told: who sent it comes again, and nothing is taken for stored that is not. */
  async #keepAll(waiting: readonly Waiting[]): Promise<void> {
    const changes = waiting.map(({ change }) => change);
    const outcomes = await this.#keep(changes).catch(async (error: unknown): Promise<readonly Outcome[]> => {
      this.#parts.onFailed(error);
      // What was applied and not kept must not be told to anybody.
      await this.#parts.thread.ask("forget", this.document, {}).catch(() => undefined);
      return changes.map(() => ({ status: "later" }));
    });
    for (const [at, { done }] of waiting.entries()) done(outcomes[at] ?? { status: "later" });
  }

  async #keep(changes: readonly Change[]): Promise<readonly Outcome[]> {
    for (let attempt = 0; attempt < ROOM_LIMITS.tries; attempt += 1) {
      const verdicts = await this.#judgeAll(changes);
      if (await this.#store(changes, verdicts)) return verdicts.map(outcomeOf);
      // Another server's updates and these cannot stand side by side: judged anew behind them.
      await this.#load();
    }
    throw new Error("other servers write this document all the time");
  }

  /** Judges each over a document that is exactly what is stored; where the thread lost it meanwhile, all of them anew. */
  async #judgeAll(changes: readonly Change[]): Promise<readonly Verdict[]> {
    const atFault = new Map<Change, Verdict>();
    for (let attempt = 0; attempt < ROOM_LIMITS.tries; attempt += 1) {
      if (this.#head === undefined || attempt > 0) await this.#load();
      const verdicts = await this.#judgeOnce(changes, atFault);
      if (verdicts !== undefined) return verdicts;
    }
    throw new Error("the thread is ended again and again");
  }

  async #judgeOnce(
    changes: readonly Change[],
    atFault: Map<Change, Verdict>,
  ): Promise<readonly Verdict[] | undefined> {
    const verdicts: Verdict[] = [];
    for (const change of changes) {
      const known = atFault.get(change);
      if (known !== undefined) {
        verdicts.push(known);
        continue;
      }
      const verdict = await this.#judge(change);
      if (verdict === undefined) return undefined;
      if (verdict.status === "refused" && ENDS_DOCUMENT.has(verdict.reason)) {
        atFault.set(change, verdict);
        // What was applied before it went with the document.
        return undefined;
      }
      verdicts.push(verdict);
    }
    return verdicts;
  }

  async #judge({ sender, update, via }: Change): Promise<Verdict | undefined> {
    const { thread, clock, onSpent } = this.#parts;
    try {
      const { account } = sender;
      const ask = { update, via, account, now: clock.now() };
      const { answer, cpuMs } = await thread.ask("judge", this.document, ask);
      onSpent(account, cpuMs);
      return answer.status === "unknown" ? undefined : answer;
    } catch (error) {
      if (!(error instanceof ThreadFailure) || error.code === "closed") throw error;
      if (error.code === "restarted") return undefined;
      if (error.code === "too_slow") onSpent(sender.account, THREAD_LIMITS.jobMs.judge);
      return { status: "refused", reason: error.code };
    }
  }

  /** Keeps what was accepted and tells it. Answers false where it has to be judged anew. */
  async #store(changes: readonly Change[], verdicts: readonly Verdict[]): Promise<boolean> {
    const rows = changes.flatMap((change, at) => addedBy(change, verdicts[at]));
    const clients = changes.flatMap(({ sender }, at) => freshOf(sender, verdicts[at]));
    if (rows.length === 0) return true;
    for (let attempt = 0; attempt < ROOM_LIMITS.tries; attempt += 1) {
      const from = (this.#head ?? 0) + 1;
      const kept = await this.#parts.writer.keep({
        document: this.document,
        tenant: this.#tenant,
        from,
        updates: rows.map(({ bytes, change: { sender } }) => ({ bytes, ...sender })),
        clients,
        at: this.#parts.clock.now(),
      });
      if (kept === "kept") {
        for (const [client, account] of clients) this.#owners.set(client, account);
        for (const { bytes, change } of rows) this.#tell(bytes, change.from);
        this.#head = from + rows.length - 1;
        this.#parts.hints.tell({ type: "updated", document: this.document, seq: this.#head });
        return true;
      }
      if (!(await this.#learn())) return false;
    }
    return false;
  }

  /** Takes what other servers wrote. Answers false where the document had to be given up, and is loaded anew by whoever needs it. */
  async #learn(): Promise<boolean> {
    const rows = await this.#parts.log.behind(this.document, this.#head ?? 0);
    if (rows.length === 0) return true;
    const asked = rows.map(({ update, account, since }) => ({ update, account, since }));
    const answer = await this.#patiently("learn", { rows: asked });
    if (answer.status !== "learnt") {
      await this.#load();
      return false;
    }
    for (const [client, account] of answer.fresh) this.#owners.set(client, account);
    this.#tellStored(rows);
    return true;
  }

  /** Gives the thread what is stored, and tells what of it was not told yet. */
  async #load(): Promise<void> {
    const stored = await this.#parts.log.load(this.document, this.#head);
    const behind = stored.updates.filter(({ seq }) => seq > stored.snapshotSeq);
    const { snapshot, owners } = stored;
    await this.#patiently("load", {
      snapshot,
      updates: behind.map(({ update }) => update),
      owners,
    });
    this.#owners = new Map(owners.map(([client, account]) => [client, account] as const));
    const newest = stored.updates.at(-1)?.seq ?? stored.snapshotSeq;
    if (this.#head === undefined) this.#head = newest;
    else this.#tellStored(stored.updates.filter(({ seq }) => seq > (this.#head ?? 0)));
    this.#updates = behind.length;
    this.#bytes = behind.reduce((sum, { update }) => sum + update.length, 0);
  }

  /** A job that was ended with another one's is asked again: it is not this room's fault. */
  async #patiently<T extends JobType>(type: T, ask: Ask<T>): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.#parts.thread.ask(type, this.document, ask)).answer;
      } catch (error) {
        const again = error instanceof ThreadFailure && error.code === "restarted";
        if (!again || attempt === ROOM_LIMITS.tries) throw error;
      }
    }
  }

  #tellStored(rows: readonly StoredUpdate[]): void {
    for (const { seq, update } of rows) {
      this.#tell(update, undefined);
      this.#head = seq;
    }
  }

  #tell(update: Uint8Array, from: Member | undefined): void {
    this.#updates += 1;
    this.#bytes += update.length;
    for (const member of this.members) if (member !== from && member.listening) member.tell(update);
  }

  async #compare(account: string, ask: Ask<"compare">): Promise<Compared | undefined> {
    const answer = await this.#ask("compare", ask, account);
    return answer.status === "compared" ? answer : undefined;
  }

  /** A job that finds the document gone gives it anew. */
  async #ask<T extends JobType>(
    type: T,
    ask: Ask<T>,
    account: string,
  ): Promise<Exclude<Answer<T>, { status: "unknown" }>> {
    const { thread, onSpent } = this.#parts;
    for (let attempt = 0; attempt < ROOM_LIMITS.tries; attempt += 1) {
      if (this.#head === undefined || attempt > 0) await this.#load();
      const worked = await thread.ask(type, this.document, ask).catch((error: unknown) => {
        if (error instanceof ThreadFailure && error.code === "restarted") return undefined;
        throw error;
      });
      if (worked === undefined) continue;
      onSpent(account, worked.cpuMs);
      if (isKnown<T>(worked.answer)) return worked.answer;
    }
    throw new Error("the thread is ended again and again");
  }

  /** Worth trying again later, and nothing more, where it does not work. */
  async #snapshot(): Promise<void> {
    const { thread, log, metrics } = this.#parts;
    this.#updates = 0;
    this.#bytes = 0;
    try {
      const { answer } = await thread.ask("snapshot", this.document, {});
      if (answer.status !== "taken" || this.#head === undefined) return;
      await log.keepSnapshot(this.#tenant, this.document, this.#head, answer.bytes);
      metrics.snapshotTaken();
    } catch {
      metrics.snapshotFailed();
    }
  }
}

/** Refusals after which the thread holds the document no longer. */
const ENDS_DOCUMENT: ReadonlySet<RefusalReason> = new Set<RefusalReason>(["broke", "too_slow"]);

function isKnown<T extends JobType>(answer: Answer<T>): answer is Exclude<Answer<T>, { status: "unknown" }> {
  return answer.status !== "unknown";
}

function addedBy(change: Change, verdict: Verdict | undefined) {
  return verdict?.status === "applied" ? verdict.added.map((bytes) => ({ bytes, change })) : [];
}

function freshOf({ account }: Sender, verdict: Verdict | undefined) {
  return verdict?.status === "applied" ? verdict.fresh.map((client) => [client, account] as const) : [];
}

function outcomeOf(verdict: Verdict): Outcome {
  return verdict.status === "applied" || verdict.status === "nothing" ? { status: "stored" } : verdict;
}
