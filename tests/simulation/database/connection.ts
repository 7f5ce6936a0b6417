import type { Plan } from "./blueprint.ts";
import type { QueryPlan, Session } from "./environment.ts";
import type { StatementFault, StatementInfo } from "./faults.ts";
import type { LockRequest, Steps } from "./locks.ts";
import { deadlock, lineClosed, lineCut, lockTimeout, readOnly, ServerError } from "./server-errors.ts";
import type { Storage } from "./storage.ts";
import type { Value } from "./syntax.ts";
import type { Transaction } from "./transaction.ts";
import type { Row } from "./values.ts";

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
}

export interface ServerStats {
  statements: number;
  committed: number;
  rolledBack: number;
  connections: number;
}

export interface QueryOptions {
  readonly sql: string;
  readonly values?: readonly unknown[];
  readonly rowsAsArray?: boolean;
}

/** The driver's header of a statement without rows. */
export interface Header {
  readonly affectedRows: number;
  readonly changedRows: number;
  readonly insertId: number;
  readonly warningStatus: number;
  /** bit 0: a transaction is open, bit 1: autocommit */
  readonly serverStatus: number;
}

export type Result = readonly unknown[] | Header;

const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;
const DEFAULT_LOCK_WAIT_SECONDS = 50;

/** One line to the model, from both ends: what the driver's connection does, and what the server does for it. */
export class ModelConnection {
  readonly threadId: number;
  readonly owner: string;
  readonly #server: Server;
  #transaction: Transaction | undefined;
  /** of the statement under way, also outside START TRANSACTION */
  #working: Transaction | undefined;
  #busy: Promise<unknown> | undefined;
  #underWay: StatementUnderWay | undefined;
  #state: "open" | "closed" | "vanished" = "open";
  #lockWaitSeconds = DEFAULT_LOCK_WAIT_SECONDS;

  constructor(server: Server, threadId: number, owner: string) {
    this.#server = server;
    this.threadId = threadId;
    this.owner = owner;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** As the driver's `query`: by options, or by text and values. Statements run one after another. */
  query(given: QueryOptions | string, values: readonly unknown[] = []): Promise<[Result, unknown]> {
    const options = typeof given === "string" ? { sql: given, values } : given;
    const before = this.#busy;
    const run = before === undefined ? this.#answer(options) : this.#afterwards(before, options);
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    this.#busy = settled;
    return run;
  }

  /** The client lets go of the line. What the server was doing for it goes on to its end; nobody hears of it. */
  destroy(): void {
    if (this.#state !== "open") return;
    this.#state = "vanished";
    if (this.#underWay === undefined) this.#end();
  }

  /** The line breaks: what is under way is told so, and not done any more. */
  cut(): void {
    if (this.#state === "closed") return;
    const silent = this.#state === "vanished";
    this.#state = "closed";
    this.#stop(silent ? undefined : lineCut());
  }

  /** The process at the other end is gone: what is under way never answers. */
  vanish(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#stop(undefined);
  }

  async #afterwards(before: Promise<unknown>, options: QueryOptions): Promise<[Result, unknown]> {
    await before;
    return this.#answer(options);
  }

  async #answer({ sql, values = [], rowsAsArray = false }: QueryOptions): Promise<[Result, unknown]> {
    if (this.#state !== "open") throw lineClosed();
    const plan = this.#server.storage.blueprint.plan(sql);
    this.#server.counts.statements += 1;
    const underWay: StatementUnderWay = { plan, end: Promise.withResolvers<never>() };
    underWay.end.promise.catch(() => undefined);
    this.#underWay = underWay;
    try {
      const fault = plan.kind === "set" ? undefined : this.#fault(sql, plan.kind);
      // Nothing answers at once: whoever asked goes on first.
      await Promise.resolve();
      if (fault?.fault === "delay") await Promise.race([this.#server.sleep(fault.ms), underWay.end.promise]);
      this.#goOn(underWay);
      const result = await this.#runWith(fault, underWay, values, rowsAsArray);
      return [result, undefined];
    } finally {
      if (this.#underWay === underWay) this.#underWay = undefined;
      this.#endIfVanished();
    }
  }

  #endIfVanished(): void {
    if (this.#state === "vanished") this.#end();
  }

  #fault(sql: string, kind: StatementInfo["kind"]): StatementFault | undefined {
    return this.#server.faultFor({ connection: this.threadId, owner: this.owner, sql, kind });
  }

  async #runWith(
    fault: StatementFault | undefined,
    underWay: StatementUnderWay,
    values: readonly unknown[],
    rowsAsArray: boolean,
  ): Promise<Result> {
    const { plan } = underWay;
    switch (fault?.fault) {
      case "deadlock":
        this.#rollback();
        throw deadlock();
      case "lock-timeout":
        throw lockTimeout();
      case "read-only":
        if (plan.kind === "write" || plan.kind === "commit") throw readOnly();
        break;
      case "lost-before":
        this.cut();
        throw lineCut();
      case "lost-after":
        await this.#execute(underWay, values, rowsAsArray).catch((error: unknown) => {
          if (!(error instanceof ServerError)) throw error;
        });
        this.cut();
        throw lineCut();
      case "delay":
      case undefined:
        break;
    }
    return this.#execute(underWay, values, rowsAsArray);
  }

  async #execute(
    underWay: StatementUnderWay,
    values: readonly unknown[],
    rowsAsArray: boolean,
  ): Promise<Result> {
    const { plan } = underWay;
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
      case "read":
        return this.#read(underWay, plan.query, values, rowsAsArray);
      case "write": {
        const changed = await this.#inTransaction(underWay, (session) => plan.change(session, values));
        return this.#header(changed);
      }
    }
  }

  async #read(
    underWay: StatementUnderWay,
    query: QueryPlan,
    values: readonly unknown[],
    rowsAsArray: boolean,
  ): Promise<Result> {
    const { steps } = query;
    const rows =
      steps === undefined
        ? query.run(this.#session(this.#transaction ?? this.#server.storage.begin()), values)
        : await this.#inTransaction(underWay, (session) => steps(session, values));
    return answerRows(query, rows, rowsAsArray);
  }

  /** Runs a statement in the open transaction, or in one of its own. A statement that fails leaves no trace but its locks. */
  async #inTransaction<T>(underWay: StatementUnderWay, steps: (session: Session) => Steps<T>): Promise<T> {
    const transaction = this.#transaction ?? this.#server.storage.begin();
    const { mark } = transaction;
    this.#working = transaction;
    try {
      const result = await this.#walk(underWay, transaction, steps(this.#session(transaction)));
      if (this.#transaction === undefined) this.#settle(transaction);
      return result;
    } catch (error) {
      if (isDeadlock(error)) this.#rollback();
      else transaction.undoTo(mark);
      if (this.#transaction === undefined) transaction.rollback();
      throw error;
    } finally {
      this.#working = undefined;
    }
  }

  async #walk<T>(underWay: StatementUnderWay, transaction: Transaction, steps: Steps<T>): Promise<T> {
    let step = steps.next();
    while (step.done !== true) {
      const outcome = await this.#wait(underWay, transaction, step.value);
      step = outcome === undefined ? steps.next() : steps.throw(outcome);
    }
    return step.value;
  }

  /** Waits for a lock; answers the error if it was not to be had. */
  async #wait(
    underWay: StatementUnderWay,
    transaction: Transaction,
    request: LockRequest,
  ): Promise<ServerError | undefined> {
    const { promise, resolve } = Promise.withResolvers<ServerError | undefined>();
    request.wake = () => {
      resolve(undefined);
    };
    const { locks } = this.#server.storage;
    const callOff = this.#server.after(this.#lockWaitSeconds * 1000, () => {
      locks.giveUp(transaction);
      locks.stats.lockTimeouts += 1;
      resolve(lockTimeout());
    });
    try {
      return await Promise.race([promise, underWay.end.promise]);
    } finally {
      callOff();
    }
  }

  /** Between a wait and what comes after it the line may have gone. */
  #goOn(underWay: StatementUnderWay): void {
    if (this.#underWay !== underWay) throw lineClosed();
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

  #header(changed: { affectedRows: number; changedRows: number; insertId: number }): Header {
    const open = this.#transaction === undefined ? 0 : IN_TRANSACTION;
    return { ...changed, warningStatus: 0, serverStatus: AUTOCOMMIT | open };
  }

  #commit(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction !== undefined) this.#settle(transaction);
  }

  #settle(transaction: Transaction): void {
    transaction.commit();
    this.#server.counts.committed += 1;
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
    const wait = settings.get("innodb_lock_wait_timeout");
    if (wait !== undefined) this.#lockWaitSeconds = Number(wait);
  }

  /** Ends what is under way with an error, or without a word, and takes everything back. A COMMIT that waits may have got through. */
  #stop(error: Error | undefined): void {
    const underWay = this.#underWay;
    this.#underWay = undefined;
    if (underWay?.plan.kind === "commit" && this.#server.random() < 0.5) this.#commit();
    this.#end();
    if (underWay !== undefined && error !== undefined) underWay.end.reject(error);
  }

  #end(): void {
    this.#state = "closed";
    this.#working?.rollback();
    this.#rollback();
    this.#server.closed(this);
  }
}

interface StatementUnderWay {
  readonly plan: Plan;
  /** rejects when the line breaks */
  readonly end: PromiseWithResolvers<never>;
}

const NOTHING = { affectedRows: 0, changedRows: 0, insertId: 0 };

function isDeadlock(error: unknown): boolean {
  return error instanceof ServerError && error.errno === 1213;
}

function answerRows(query: QueryPlan, rows: readonly Row[], rowsAsArray: boolean): readonly unknown[] {
  const { columns } = query;
  const asText = columns.map(({ type }) => type === "decimal");
  const ready = (value: Value, at: number): Value =>
    asText[at] === true && typeof value === "number" ? decimalText(value) : value;
  if (rowsAsArray) return rows.map((row) => row.map(ready));
  return rows.map((row) => {
    const object: Record<string, Value> = {};
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column !== undefined) object[column.name] = ready(row[at] ?? null, at);
    }
    return object;
  });
}

/** The driver hands DECIMAL on as text. */
function decimalText(value: number): string {
  if (!Number.isInteger(value)) throw new Error("the model database answers no DECIMAL with a fraction");
  return String(value);
}
