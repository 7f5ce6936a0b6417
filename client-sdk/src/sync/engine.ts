import { ENOUGH } from "../adapters/runtime.ts";
import type { Device } from "../device.ts";
import { Failed, HealthBridgeError } from "../errors.ts";
import { Value } from "../observable.ts";
import { sayGoodbye } from "../session/session.ts";
import { Callers } from "./callers.ts";
import { Exchange } from "./exchange.ts";
import { Lease } from "./lease.ts";
import { AT_REST, isBarred, next, type SyncEffect, type SyncEvent } from "./machine.ts";
import type { SyncOptions, SyncReport, SyncState, SyncStatus } from "./status.ts";

/** Does what the machine says: takes the sender's lock, exchanges, waits, and tells callers and the status how it went. */
export class SyncEngine {
  readonly status: Value<SyncStatus>;
  readonly #device: Device;
  readonly #exchange: Exchange;
  readonly #callers: Callers;
  readonly #lease: Lease;
  readonly #closing = new AbortController();
  #machine = AT_REST;
  /** the status as it was told last */
  #shown = "";
  #timer = new AbortController();
  #nextAttempt: number | undefined;
  /** whoever sends was asked to, and this tab has not been the sender since */
  #poked = false;
  #lastSuccess: number | undefined;
  #problem: SyncStatus["lastProblem"];
  /** gives the sender's lock back */
  #release: () => void = () => undefined;
  /** settles once a lock that was given back is free */
  #free: Promise<unknown> = Promise.resolve();

  constructor(device: Device) {
    this.#device = device;
    this.#exchange = new Exchange(device);
    this.#callers = new Callers(device);
    this.#lease = new Lease(device);
    this.status = new Value(this.#status());
  }

  readonly dispatch = (event: SyncEvent): void => {
    if (this.#closing.signal.aborted) return this.#callers.endAll({ code: "closed" });
    const step = next(this.#machine, event);
    this.#machine = step.state;
    for (const effect of step.effects) this.#run(effect);
    this.publish();
  };

  /** Brings the status up to date. */
  publish(): void {
    const status = this.#status();
    const text = JSON.stringify(status);
    if (text !== this.#shown) this.status.set(status);
    this.#shown = text;
  }

  async sync(options: SyncOptions): Promise<SyncReport> {
    const answer = this.#callers.add(options, () => this.dispatch({ type: "left" }));
    this.dispatch({ type: "called" });
    const problem = await answer.ended;
    const waiting = this.#waiting().total;
    return { done: !problem && waiting === 0, waiting, ...answer.counted(), problem };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#timer.abort(ENOUGH);
    this.#release();
    this.dispatch({ type: "stopped" });
    await this.#free;
  }

  #run(effect: SyncEffect): void {
    switch (effect.do) {
      case "lock":
        this.#free = this.#guarded(this.#lock(this.#machine.callers > 0));
        break;
      case "unlock":
        this.#release();
        break;
      case "exchange":
        void this.#guarded(this.#send());
        break;
      case "renew":
        void this.#guarded(this.#renew());
        break;
      case "timer":
        void this.#wake(effect.ms);
        break;
      case "cancelTimer":
        this.#timer.abort(ENOUGH);
        this.#nextAttempt = undefined;
        break;
      case "poke":
        this.#device.keeper.poke();
        break;
      case "report":
        this.#report(effect.failed);
    }
  }

  async #lock(wait: boolean): Promise<void> {
    const { runtime, keeper, name } = this.#device;
    const { signal } = this.#closing;
    await this.#free; // ours, if it was given back a moment ago
    const sent = await runtime.withLock(name, { wait, signal }, async () => {
      if (signal.aborted || !(await this.#lease.take(wait, signal))) return false;
      await keeper.refresh();
      const isOpen = !signal.aborted; // closed meanwhile, nobody would let go of the lock
      if (isOpen) {
        this.#poked = false;
        const released = Promise.withResolvers<void>();
        this.#release = released.resolve;
        this.dispatch({ type: "mine" });
        await released.promise;
      }
      await this.#lease.giveBack();
      return isOpen;
    });
    if (sent) return;
    // Once: asked at every look, a sender on a slow line would never come to an end.
    if (!this.#poked) keeper.poke();
    this.#poked = true;
    this.dispatch({ type: "others" });
  }

  async #send(): Promise<void> {
    const { signal } = this.#closing;
    await this.#lease.take(true, signal);
    const exchanged = await this.#exchange.run(this.#callers.budget(), signal);
    this.#lastSuccess = this.#device.runtime.now();
    this.#problem = undefined;
    // Once all is said: where the server cannot hear it, it is not said again after each of many answers.
    if (!exchanged.more) await sayGoodbye(this.#device);
    if (this.#waiting().total === 0) this.#callers.endAll(undefined, ({ until }) => until === "settled");
    this.dispatch({ type: "fine", ...exchanged });
  }

  async #renew(): Promise<void> {
    await this.#exchange.renew();
    this.dispatch({ type: "renewed" });
  }

  /** What must not happen (a store that fails) is a problem to show and to try again, not the end of syncing. */
  async #guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (this.#closing.signal.aborted) return; // cut by us
      const code = error instanceof HealthBridgeError ? error.code : "internal";
      this.#failed(error instanceof Failed ? error : new Failed("lost", code, { detail: String(error) }));
    }
  }

  #failed(failure: Failed): void {
    const { runtime, events } = this.#device;
    const { why, code, detail, retryAfter } = failure;
    if (why !== "expired" && why !== "too-large") {
      this.#problem = { code, detail, retryAfter, at: runtime.now() };
    }
    if (why === "sign-in") events.emit("signInNeeded", { code });
    this.dispatch({ type: "failed", failure, random: runtime.random() });
  }

  #report(failed: boolean): void {
    if (!failed) return this.#callers.endAll();
    this.#callers.endAll(
      this.#problem ?? { code: "unavailable" },
      ({ deadline }) => isBarred(this.#machine) || deadline <= this.#device.runtime.monotonic(),
    );
  }

  async #wake(ms: number): Promise<void> {
    const { runtime } = this.#device;
    this.#timer.abort(ENOUGH);
    const timer = (this.#timer = new AbortController());
    // After a failure a caller's time may be over earlier; the server's pace is kept whoever calls.
    const patience = this.#machine.failures && this.#callers.longestPatience();
    const wait = Math.min(ms, patience || ms);
    this.#nextAttempt = Math.round(runtime.now() + wait);
    try {
      await runtime.sleep(wait, timer.signal);
    } catch {
      return; // replaced or no longer needed
    }
    this.#nextAttempt = undefined;
    this.dispatch({ type: "timer" });
  }

  #waiting(): SyncStatus["waiting"] {
    const waiting = { urgent: 0, normal: 0, bulk: 0, total: 0 };
    for (const { lane, next: upcoming, settled } of this.#device.keeper.mirror.ownStreams()) {
      const count = upcoming - 1 - settled;
      waiting[lane] += count;
      waiting.total += count;
    }
    return waiting;
  }

  #status(): SyncStatus {
    const { keeper, counters } = this.#device;
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
      ahead: keeper.mirror.meta.get("sync")?.ahead ?? 0,
    };
  }

  #state(): SyncState {
    const { phase } = this.#machine;
    const { session } = this.#device.keeper.mirror;
    if (phase === "exchanging" || phase === "renewing") return "sending";
    if (!session || session.ended) return "needs-sign-in";
    if (phase === "upgrade") return "upgrade-needed";
    return this.#lastSuccess !== undefined && !this.#problem ? "online" : "offline";
  }
}
