import type { Runtime } from "../adapters/runtime.ts";
import type { Keeper } from "../keeper.ts";
import { Value } from "../observable.ts";
import { LANES } from "../outbox/operation.ts";
import type { Sessions } from "../session/session.ts";
import { Callers } from "./callers.ts";
import type { Exchange, Exchanged } from "./exchange.ts";
import { Lease } from "./lease.ts";
import { AT_REST, next, type SyncEffect, type SyncEvent, type SyncMachine } from "./machine.ts";
import type { SyncOptions, SyncReport, SyncState, SyncStatus } from "./status.ts";

/** What the engine counts while it runs. */
export interface Counters {
  applied: number;
  rejected: number;
  pulled: number;
  bytesSent: number;
  bytesReceived: number;
}

/** What the engine works with. */
export interface EngineParts {
  readonly keeper: Keeper;
  readonly exchange: Exchange;
  readonly sessions: Sessions;
  readonly runtime: Runtime;
  readonly counters: Counters;
  readonly lockName: string;
  readonly onSignInNeeded: (code: string) => void;
}

/** Does what the machine says: takes the sender's lock, exchanges, waits, and tells callers and the status how it went. */
export class SyncEngine {
  readonly status: Value<SyncStatus>;
  readonly #parts: EngineParts;
  readonly #callers: Callers;
  readonly #lease: Lease;
  readonly #closing = new AbortController();
  #machine: SyncMachine = AT_REST;
  #timer = new AbortController();
  #nextAttempt: number | undefined;
  #lastSuccess: number | undefined;
  #problem: SyncStatus["lastProblem"];
  #retryAfter: number | undefined;
  /** gives the sender's lock back */
  #release: () => void = () => undefined;
  /** settles once a lock that was given back is free */
  #free: Promise<unknown> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#callers = new Callers(parts.runtime, parts.counters);
    this.#lease = new Lease(parts.keeper, parts.runtime);
    this.status = new Value(this.#status());
  }

  dispatch(event: SyncEvent): void {
    if (this.#closing.signal.aborted) return;
    const step = next(this.#machine, event);
    this.#machine = step.state;
    for (const effect of step.effects) this.#run(effect);
    this.publish();
  }

  /** Brings the status up to date. */
  publish(): void {
    const status = this.#status();
    if (JSON.stringify(status) !== JSON.stringify(this.status.get())) this.status.set(status);
  }

  async sync(options: SyncOptions): Promise<SyncReport> {
    const answer = this.#callers.add(options, this.#left);
    this.dispatch({ type: "called" });
    const { problem, done } = await answer.ended;
    const waiting = this.#waiting().total;
    return {
      done: done && waiting === 0,
      waiting,
      ...answer.counted(),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async close(): Promise<void> {
    this.dispatch({ type: "stopped" });
    this.#closing.abort();
    this.#timer.abort();
    this.#release();
    this.#callers.endAll({ code: "closed" }, () => true);
    await this.#free.catch(() => undefined);
  }

  readonly #left = (): void => {
    this.dispatch({ type: "left" });
  };

  #run(effect: SyncEffect): void {
    switch (effect.do) {
      case "lock":
        this.#free = this.#lock(this.#machine.callers > 0).catch((error: unknown) => {
          this.#broken(error);
        });
        break;
      case "unlock":
        this.#release();
        break;
      case "exchange":
        void this.#guarded(() => this.#exchange());
        break;
      case "renew":
        void this.#guarded(() => this.#renew());
        break;
      case "timer":
        this.#wake(effect.ms);
        break;
      case "cancelTimer":
        this.#timer.abort();
        this.#nextAttempt = undefined;
        break;
      case "report":
        this.#report(effect.failed);
        break;
    }
  }

  async #lock(wait: boolean): Promise<void> {
    const { runtime, keeper, lockName } = this.#parts;
    const { signal } = this.#closing;
    await this.#free; // ours, if it was given back a moment ago
    let asked = false;
    await runtime.withLock(lockName, { wait, signal }, async () => {
      if (signal.aborted || !(await this.#lease.take(wait, signal))) return;
      await keeper.refresh();
      asked = true;
      const released = Promise.withResolvers<void>();
      this.#release = released.resolve;
      this.dispatch({ type: "mine" });
      await released.promise;
      await this.#lease.giveBack();
    });
    if (asked) return;
    keeper.poke();
    this.dispatch({ type: "others" });
  }

  async #exchange(): Promise<void> {
    const { exchange, runtime, sessions } = this.#parts;
    await this.#lease.take(true, this.#closing.signal);
    const result = await exchange.run(this.#callers.budget(), this.#closing.signal);
    if (result.ok) {
      this.#lastSuccess = runtime.now();
      this.#problem = undefined;
      await sessions.sayGoodbye();
      if (this.#waiting().total === 0) this.#callers.endAll(undefined, ({ until }) => until === "settled");
      this.dispatch({ type: "fine", more: result.more, pace: result.pace });
    } else this.#failed(result);
  }

  async #renew(): Promise<void> {
    const result = await this.#parts.exchange.renew();
    if (result === undefined || result.ok) this.dispatch({ type: "renewed" });
    else this.#failed(result);
  }

  #failed({ failure, code, detail }: Extract<Exchanged, { ok: false }>): void {
    const { runtime } = this.#parts;
    if (failure.why !== "expired" && failure.why !== "too-large") {
      this.#problem = { code, at: runtime.now(), ...(detail === undefined ? {} : { detail }) };
      this.#retryAfter = "retryAfter" in failure ? failure.retryAfter : undefined;
    }
    if (failure.why === "sign-in" && this.#machine.phase !== "blocked") this.#parts.onSignInNeeded(code);
    this.dispatch({ type: "failed", failure, random: runtime.random() });
  }

  /** What must not happen (a store that fails) is a problem to show and to try again, not the end of syncing. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#broken(error);
    }
  }

  #broken(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const code =
      error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "internal";
    this.#failed({
      ok: false,
      failure: { why: "lost" },
      code,
      detail: error instanceof Error ? error.message : undefined,
    });
  }

  #report(failed: boolean): void {
    if (!failed) this.#callers.endAll(undefined, () => true);
    else {
      const { code, detail } = this.#problem ?? { code: "offline" };
      const retryAfter = this.#retryAfter;
      const hopeless = this.#machine.phase === "blocked";
      const problem = {
        code,
        ...(detail === undefined ? {} : { detail }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
      this.#callers.endAll(
        problem,
        ({ deadline }) => hopeless || deadline <= this.#parts.runtime.monotonic(),
      );
    }
  }

  #wake(ms: number): void {
    const { runtime } = this.#parts;
    this.#timer.abort();
    this.#timer = new AbortController();
    const wait = this.#machine.auto ? ms : Math.min(ms, this.#callers.longestPatience());
    this.#nextAttempt = Math.round(runtime.now() + wait);
    runtime.sleep(wait, this.#timer.signal).then(
      () => {
        this.#nextAttempt = undefined;
        this.dispatch({ type: "timer" });
      },
      () => undefined, // replaced or no longer needed
    );
  }

  #waiting(): SyncStatus["waiting"] {
    const waiting = { urgent: 0, normal: 0, bulk: 0, total: 0 };
    for (const { lane, next: upcoming, settled } of this.#parts.keeper.mirror.ownStreams()) {
      waiting[lane] += upcoming - 1 - settled;
    }
    waiting.total = LANES.reduce((sum, lane) => sum + waiting[lane], 0);
    return waiting;
  }

  #status(): SyncStatus {
    const { keeper, counters } = this.#parts;
    return {
      state: this.#state(),
      started: this.#machine.auto,
      account: keeper.mirror.account,
      waiting: this.#waiting(),
      lastSuccess: this.#lastSuccess,
      lastProblem: this.#problem,
      bytesSent: counters.bytesSent,
      bytesReceived: counters.bytesReceived,
      nextAttempt: this.#nextAttempt,
    };
  }

  #state(): SyncState {
    const { phase } = this.#machine;
    const { session } = this.#parts.keeper.mirror;
    if (phase === "exchanging" || phase === "renewing") return "sending";
    if (session === undefined || session.ended !== undefined) return "needs-sign-in";
    if (phase === "blocked") return "upgrade-needed";
    return this.#lastSuccess !== undefined && this.#problem === undefined ? "online" : "offline";
  }
}
