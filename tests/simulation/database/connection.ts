import { answerRows, type Header, header, type QueryOptions, type Result } from "./answers.ts";
import type { Plan } from "./blueprint.ts";
import type { Session } from "./environment.ts";
import type { StatementFault, StatementInfo } from "./faults.ts";
import type { LockRequest, Steps } from "./locks.ts";
import {
  deadlock,
  lineClosed,
  lineCut,
  LineError,
  lockTimeout,
  readOnly,
  wrongValue,
  ServerError,
} from "./server-errors.ts";
import type { Storage } from "./storage.ts";
import type { Transaction } from "./transaction.ts";

/** What a connection needs of the database it is one of. */
export interface Server {
  readonly storage: Storage;
  readonly counts: ServerStats;
  now(): number;
  random(): number;
  sleep(ms: number): Promise<void>;
  after(ms: number, action: () => void): () => void;
  faultFor(info: StatementInfo): StatementFault | undefined;
  closed(connection: ModelConnection): void;
  /** told of every transaction that was committed, with the tables it changed */
  committed(tables: ReadonlySet<string>): void;
  /** somebody waits for a lock: transactions that their clients forgot are in the way no longer than they may */
  lockWaited(): void;
  /** told of what the model cannot do: from then on it answers nothing */
  trouble(error: unknown): void;
}

export interface ServerStats {
  statements: number;
  committed: number;
  rolledBack: number;
  connections: number;
}

/** As a server has them before a session says otherwise. */
const DEFAULTS = { lockWaitSeconds: 50, idleSeconds: 28_800, idleTransactionSeconds: Infinity };

/** One line to the model, from both ends: what the driver's connection does, and what the server does for it. */
export class ModelConnection {
  readonly threadId: number;
  readonly owner: string;
  readonly #server: Server;
  #transaction: Transaction | undefined;
  /** of the statement under way, also outside START TRANSACTION */
  #working: Transaction | undefined;
  /** the last of the statements that were sent before the one before them was answered */
  #tail: Promise<unknown> | undefined;
  #underWay: StatementUnderWay | undefined;
  #state: "open" | "left" | "closed" = "open";
  #limits = DEFAULTS;
  /** since when it does nothing, ms */
  #idleSince: number;

  constructor(server: Server, threadId: number, owner: string) {
    this.#server = server;
    this.threadId = threadId;
    this.owner = owner;
    this.#idleSince = server.now();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** As the driver's `query`: by options, or by text and values. Statements run one after another. */
  query(given: QueryOptions | string, values: readonly unknown[] = []): Promise<[Result, unknown]> {
    const options = typeof given === "string" ? { sql: given, values } : given;
    if (this.#underWay === undefined && this.#tail === undefined) return this.#answer(options);
    const before = this.#tail ?? (this.#underWay === undefined ? undefined : doneOf(this.#underWay).promise);
    const run = this.#afterwards(before, options);
    const tail = run
      .catch(() => undefined)
      .then(() => {
        if (this.#tail === tail) this.#tail = undefined;
      });
    this.#tail = tail;
    return run;
  }

  /** The client lets go of the line. What the server was doing for it goes on to its end; nobody hears of it. */
  destroy(): void {
    if (this.#state !== "open") return;
    this.#state = "left";
    if (this.#underWay === undefined) this.#end();
  }

  /** The line breaks: what is under way is told so, and not done any more. */
  cut(): void {
    if (this.#state === "closed") return;
    this.#stop()?.reject(lineCut());
  }

  /** The process at the other end is gone: what is under way never answers. */
  vanish(): void {
    if (this.#state !== "closed") this.#stop();
  }

  /** Ends a transaction that its client forgot, when that time comes: others wait for what it has locked. */
  endWhenIdle(): void {
    if (this.#state === "closed" || this.#transaction === undefined || this.#underWay !== undefined) return;
    const since = this.#idleSince;
    this.#server.after(Math.max(0, this.#idleLeft()), () => {
      if (this.#state !== "closed" && this.#underWay === undefined && this.#idleSince === since) this.#end();
    });
  }

  /** ms for which it may go on doing nothing */
  #idleLeft(): number {
    const { idleSeconds, idleTransactionSeconds } = this.#limits;
    const limit = this.#transaction === undefined ? idleSeconds : idleTransactionSeconds;
    return this.#idleSince + limit * 1000 - this.#server.now();
  }

  async #afterwards(before: Promise<unknown> | undefined, options: QueryOptions): Promise<[Result, unknown]> {
    await before;
    return this.#answer(options);
  }

  async #answer({ sql, values = [], rowsAsArray = false }: QueryOptions): Promise<[Result, unknown]> {
    if (this.#state !== "open") throw lineClosed();
    if (this.#idleLeft() <= 0) {
      this.#end();
      throw lineCut();
    }
    this.#server.counts.statements += 1;
    const underWay: StatementUnderWay = {
      plan: undefined,
      done: undefined,
      ended: undefined,
      callOff: undefined,
    };
    this.#underWay = underWay;
    try {
      const plan = this.#server.storage.blueprint.plan(sql);
      underWay.plan = plan;
      const fault = plan.kind === "set" ? undefined : this.#fault(sql, values, plan.kind);
      // Nothing answers at once: whoever asked goes on first.
      await (fault?.fault === "delay"
        ? this.#unlessEnded(underWay, this.#server.sleep(fault.ms))
        : undefined);
      if (this.#underWay !== underWay) await endOf(underWay).promise;
      return [await this.#run(fault, { underWay, plan, values, rowsAsArray }), undefined];
    } catch (error) {
      if (!(error instanceof ServerError || error instanceof LineError)) this.#server.trouble(error);
      throw error;
    } finally {
      if (this.#underWay === underWay) {
        this.#underWay = undefined;
        this.#idleSince = this.#server.now();
        if (this.#hasLeft) this.#end();
      }
      underWay.done?.resolve();
    }
  }

  get #hasLeft(): boolean {
    return this.#state === "left";
  }

  #fault(sql: string, values: readonly unknown[], kind: StatementInfo["kind"]): StatementFault | undefined {
    return this.#server.faultFor({ connection: this.threadId, owner: this.owner, sql, values, kind });
  }

  /** Waits for something, unless the line breaks first. */
  #unlessEnded<T>(underWay: StatementUnderWay, wait: Promise<T>): Promise<T> {
    return Promise.race([wait, endOf(underWay).promise]);
  }

  #run(fault: StatementFault | undefined, sent: Sent): Result | Promise<Result> {
    switch (fault?.fault) {
      case "deadlock":
        this.#rollback();
        throw deadlock();
      case "lock-timeout":
        throw lockTimeout();
      case "read-only":
        if (sent.plan.kind === "write" || sent.plan.kind === "commit") throw readOnly();
        break;
      case "refused-value":
        throw wrongValue("string", "name");
      case "lost-before":
        return this.#lose();
      case "lost-after":
        return this.#executeUnheard(sent);
      case "delay":
      case undefined:
        break;
    }
    return this.#execute(sent);
  }

  #lose(): never {
    this.#underWay = undefined;
    this.#end();
    throw lineCut();
  }

  async #executeUnheard(sent: Sent): Promise<Result> {
    try {
      await this.#execute(sent);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
    return this.#lose();
  }

  #execute({ underWay, plan, values, rowsAsArray }: Sent): Result | Promise<Result> {
    switch (plan.kind) {
      case "begin":
        this.#commit();
        this.#transaction = this.#server.storage.begin();
        return this.#header(NOTHING);
      case "commit":
        this.#commit();
        return this.#header(NOTHING);
      case "rollback":
        this.#rollback();
        return this.#header(NOTHING);
      case "set":
        this.#set(plan.settings);
        return this.#header(NOTHING);
      case "read": {
        const { query } = plan;
        const { steps } = query;
        if (steps === undefined)
          return answerRows(query, query.run(this.#session(this.#reader()), values), rowsAsArray);
        return this.#inTransaction(
          underWay,
          (session) => steps(session, values),
          (rows) => answerRows(query, rows, rowsAsArray),
        );
      }
      case "write":
        break;
    }
    const { change } = plan;
    return this.#inTransaction(
      underWay,
      (session) => change(session, values),
      (changed) => this.#header(changed),
    );
  }

  #reader(): Transaction {
    return this.#transaction ?? this.#server.storage.begin();
  }

  /** Runs a statement in the open transaction, or in one of its own. A statement that fails leaves no trace but its locks. */
  #inTransaction<T>(
    underWay: StatementUnderWay,
    make: (session: Session) => Steps<T>,
    answer: (value: T) => Result,
  ): Result | Promise<Result> {
    const transaction = this.#reader();
    const { mark } = transaction;
    this.#working = transaction;
    try {
      const steps = make(this.#session(transaction));
      const first = steps.next();
      if (first.done === true) return this.#succeeded(transaction, first.value, answer);
      return this.#walk(underWay, transaction, steps, first.value).then(
        (value) => this.#succeeded(transaction, value, answer),
        (error: unknown) => this.#failed(transaction, mark, error),
      );
    } catch (error) {
      return this.#failed(transaction, mark, error);
    }
  }

  #succeeded<T>(transaction: Transaction, value: T, answer: (value: T) => Result): Result {
    this.#working = undefined;
    if (this.#transaction === undefined) this.#settle(transaction);
    return answer(value);
  }

  #failed(transaction: Transaction, mark: number, error: unknown): never {
    this.#working = undefined;
    if (error instanceof ServerError && error.errno === DEADLOCK) this.#rollback();
    else transaction.undoTo(mark);
    if (this.#transaction === undefined) transaction.rollback();
    throw error;
  }

  async #walk<T>(
    underWay: StatementUnderWay,
    transaction: Transaction,
    steps: Steps<T>,
    first: LockRequest,
  ): Promise<T> {
    for (let request = first; ;) {
      const refusal = await this.#wait(underWay, transaction, request);
      const step = refusal === undefined ? steps.next() : steps.throw(refusal);
      if (step.done === true) return step.value;
      request = step.value;
    }
  }

  /** Waits for a lock; answers the error if it was not to be had. */
  async #wait(
    underWay: StatementUnderWay,
    transaction: Transaction,
    request: LockRequest,
  ): Promise<ServerError | undefined> {
    const { promise, resolve } = Promise.withResolvers<ServerError | undefined>();
    const { locks } = this.#server.storage;
    this.#server.lockWaited();
    const callOff = this.#server.after(this.#limits.lockWaitSeconds * 1000, () => {
      // Granted in this very moment, but not gone on with yet.
      if (request.state !== "waiting") return;
      locks.giveUp(transaction);
      locks.stats.lockTimeouts += 1;
      resolve(lockTimeout());
    });
    request.wake = () => {
      callOff();
      resolve(undefined);
    };
    underWay.callOff = callOff;
    const refusal = await this.#unlessEnded(underWay, promise);
    // Granted, and then the line went before the statement did.
    if (this.#underWay !== underWay) await endOf(underWay).promise;
    return refusal;
  }

  #session(transaction: Transaction): Session {
    const { storage } = this.#server;
    return {
      tables: storage.tables,
      locks: storage.locks,
      transaction,
      connection: this.threadId,
      now: this.#server.now(),
    };
  }

  #header(changed: Pick<Header, "affectedRows" | "changedRows" | "insertId">): Header {
    return header(changed, this.#transaction !== undefined);
  }

  #commit(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction !== undefined) this.#settle(transaction);
  }

  #settle(transaction: Transaction): void {
    const { tables } = transaction;
    transaction.commit();
    this.#server.counts.committed += 1;
    this.#server.committed(tables);
  }

  #rollback(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction === undefined) return;
    transaction.rollback();
    this.#server.counts.rolledBack += 1;
  }

  #set(settings: ReadonlyMap<string, string>): void {
    const isolation = settings.get("isolation");
    if (isolation !== undefined && isolation !== "READ COMMITTED")
      throw new Error(`the model database knows READ COMMITTED only, not ${isolation}`);
    const seconds = (name: string, before: number): number => Number(settings.get(name) ?? before);
    this.#limits = {
      lockWaitSeconds: seconds("innodb_lock_wait_timeout", this.#limits.lockWaitSeconds),
      idleSeconds: seconds("wait_timeout", this.#limits.idleSeconds),
      idleTransactionSeconds: seconds("idle_transaction_timeout", this.#limits.idleTransactionSeconds),
    };
  }

  /** Takes back what is not committed; a COMMIT that was sent may have got through. Answers how to tell who waits. */
  #stop(): PromiseWithResolvers<never> | undefined {
    const underWay = this.#underWay;
    this.#underWay = undefined;
    underWay?.callOff?.();
    if (underWay?.plan?.kind === "commit" && this.#server.random() < 0.5) this.#commit();
    this.#end();
    return underWay === undefined ? undefined : endOf(underWay);
  }

  #end(): void {
    this.#state = "closed";
    this.#working?.rollback();
    this.#working = undefined;
    this.#rollback();
    this.#server.closed(this);
  }
}

interface StatementUnderWay {
  plan: Plan | undefined;
  /** resolves with the answer; made when the next statement waits for it */
  done: PromiseWithResolvers<void> | undefined;
  /** rejects when the line breaks; made when somebody waits for it */
  ended: PromiseWithResolvers<never> | undefined;
  callOff: (() => void) | undefined;
}

/** A statement as it came, and what is to be done. */
interface Sent {
  readonly underWay: StatementUnderWay;
  readonly plan: Plan;
  readonly values: readonly unknown[];
  readonly rowsAsArray: boolean;
}

const DEADLOCK = 1213;

function doneOf(underWay: StatementUnderWay): PromiseWithResolvers<void> {
  underWay.done ??= Promise.withResolvers<void>();
  return underWay.done;
}

function endOf(underWay: StatementUnderWay): PromiseWithResolvers<never> {
  if (underWay.ended === undefined) {
    underWay.ended = Promise.withResolvers<never>();
    // Nobody may be waiting any more; that is no unhandled rejection.
    underWay.ended.promise.catch(() => undefined);
  }
  return underWay.ended;
}

const NOTHING = { affectedRows: 0, changedRows: 0, insertId: 0 };
