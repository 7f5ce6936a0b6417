import type { EntityId } from "@healthbridge/schema/client";
import { platformRuntime } from "./adapters/platform-runtime.ts";
import type { Runtime } from "./adapters/runtime.ts";
import { Http } from "./carriers/http.ts";
import { Emitter } from "./events.ts";
import type { OpenOptions, SignInOptions, SignOutReport } from "./health-bridge.ts";
import { Keeper } from "./keeper.ts";
import type { Enqueued, Outcome, Waiting } from "./outbox/operation.ts";
import { type Item, type Kept, Outbox } from "./outbox/outbox.ts";
import { idOfKey, isOutcomeRow, rowKey } from "./outbox/rows.ts";
import { acknowledge, outcomeOf } from "./outbox/settle.ts";
import { release } from "./replica/feeds.ts";
import { Overlay, queueInOrder } from "./replica/overlay.ts";
import { Replica } from "./replica/replica.ts";
import { normalStart } from "./replica/start.ts";
import { discardQueue } from "./session/owners.ts";
import { Sessions } from "./session/session.ts";
import type { Applied } from "./sync/answer.ts";
import { askedFor } from "./sync/batch.ts";
import { serverNow } from "./sync/clock.ts";
import { type Counters, SyncEngine } from "./sync/engine.ts";
import { Exchange } from "./sync/exchange.ts";
import { Pace } from "./sync/pace.ts";

/** The parts of one instance, put together; `HealthBridge` is its face. */
export class Core {
  readonly keeper: Keeper;
  readonly events: Emitter = new Emitter();
  readonly overlay: Overlay;
  readonly replica: Replica;
  readonly outbox: Outbox;
  readonly sessions: Sessions;
  readonly engine: SyncEngine;
  readonly #counters: Counters = { applied: 0, rejected: 0, pulled: 0, bytesSent: 0, bytesReceived: 0 };
  /** those who wait for an outcome in this run of the program, by operation */
  readonly #awaited = new Map<EntityId, PromiseWithResolvers<Outcome>>();
  readonly #stopListening: () => void;

  private constructor(options: OpenOptions, runtime: Runtime) {
    const { url, store, tenant, deviceName = "This device" } = options;
    const name = `healthbridge:${url}`;
    this.keeper = new Keeper(store, runtime, name);
    const { mirror } = this.keeper;
    this.overlay = new Overlay(mirror, () => serverNow(mirror, runtime));
    this.replica = new Replica(mirror, this.overlay);
    this.outbox = new Outbox(
      this.keeper,
      this.overlay,
      () => runtime.now(),
      (count) => runtime.randomBytes(count),
    );
    const http = new Http(runtime, url, {
      sent: (bytes) => (this.#counters.bytesSent += bytes),
      received: (bytes) => (this.#counters.bytesReceived += bytes),
    });
    this.sessions = new Sessions(this.keeper, http, runtime, { tenant, device: deviceName });
    const { keeper, overlay, outbox, sessions } = this;
    const exchange = new Exchange({
      keeper,
      overlay,
      outbox,
      sessions,
      http,
      runtime,
      pace: new Pace(),
      onApplied: (applied) => this.#applied(applied),
    });
    this.engine = new SyncEngine({
      keeper,
      exchange,
      sessions,
      runtime,
      counters: this.#counters,
      lockName: name,
      onSignInNeeded: (code) => this.events.emit("signInNeeded", { code }),
    });
    keeper.onPoke = () => this.engine.dispatch({ type: "queued" });
    keeper.onCommit = (changes) => {
      this.replica.changed();
      this.engine.publish();
      const entities = changes.filter(([table]) => table === "entity").length;
      if (entities > 0) this.events.emit("changed", { entities });
    };
    this.#stopListening = runtime.onOnline(() => this.engine.dispatch({ type: "poked" }));
  }

  static async open(options: OpenOptions): Promise<Core> {
    const core = new Core(options, options.runtime ?? platformRuntime());
    await core.keeper.refresh();
    if (options.autoSync !== false) core.engine.dispatch({ type: "started" });
    return core;
  }

  async signIn({ login, password, signal }: SignInOptions): ReturnType<Sessions["signIn"]> {
    const account = await this.sessions.signIn(login, password, signal);
    this.engine.dispatch({ type: "signedIn" });
    return account;
  }

  async signOut(discardQueued: boolean): Promise<SignOutReport> {
    const { mirror } = this.keeper;
    let waiting = 0;
    await this.sessions.signOut((writer) => {
      waiting = queueInOrder(mirror).length;
      if (discardQueued) discardQueue(writer, mirror);
    });
    void this.sessions.sayGoodbye().catch(() => undefined); // told at the next chance
    return discardQueued ? { waiting: 0, discarded: waiting } : { waiting, discarded: 0 };
  }

  async enqueue(items: readonly Item[]): Promise<readonly Enqueued[]> {
    const kept = await this.outbox.add(items);
    if (kept.some(({ known }) => !known)) this.engine.dispatch({ type: "queued" });
    return kept.map((each) => this.#enqueued(each));
  }

  async outcomes(): Promise<readonly Outcome[]> {
    const streams = this.keeper.mirror.ownStreams();
    const found = await this.keeper.read(async (tx) => {
      const rows = [];
      for (const stream of streams) {
        for (const [key, row] of await tx.list("outcome", { prefix: `${stream.id}.` })) {
          if (isOutcomeRow(row) && row.acknowledged !== true)
            rows.push({ order: row.order, outcome: outcomeOf(idOfKey(key), row, stream) });
        }
      }
      return rows;
    });
    return found.toSorted((left, right) => left.order - right.order).map(({ outcome }) => outcome);
  }

  acknowledge(ids: readonly EntityId[]): Promise<void> {
    return this.keeper.write((writer) => acknowledge(writer, this.keeper.mirror, ids));
  }

  waiting(): readonly Waiting[] {
    const { mirror } = this.keeper;
    return queueInOrder(mirror).map(([id, { type, input, madeAt, ref }]) => {
      const { forecast, problem } = this.overlay.foresight(id);
      const lane = mirror.streams.get(id.slice(0, id.indexOf(".")))?.lane ?? "normal";
      return {
        id,
        type,
        input,
        lane,
        madeAt,
        forecast,
        ...(ref === undefined ? {} : { ref }),
        ...(problem === undefined ? {} : { problem }),
      };
    });
  }

  async follow(feeds: readonly string[]): Promise<void> {
    const { mirror } = this.keeper;
    await this.keeper.write((writer) => {
      writer.put("meta", "follow", [...new Set([...askedFor(mirror), ...feeds])]);
    });
    this.engine.dispatch({ type: "queued" });
  }

  unfollow(feeds: readonly string[]): Promise<void> {
    const { mirror } = this.keeper;
    return this.keeper.write((writer) => {
      writer.put(
        "meta",
        "follow",
        askedFor(mirror).filter((name) => !feeds.includes(name)),
      );
      for (const name of feeds) {
        const handle = mirror.feedNamed(name);
        if (handle !== undefined) release(writer, mirror, handle, true);
      }
    });
  }

  startOf(doctor: EntityId | undefined, start: string | Date): string {
    return normalStart(doctor, start, (id) => this.overlay.held("sheet", id));
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.engine.close();
    await this.keeper.close();
  }

  #enqueued({ id, foresight: { forecast, problem }, known }: Kept): Enqueued {
    return {
      id,
      number: Number(id.slice(id.indexOf(".") + 1)),
      forecast,
      ...(problem === undefined ? {} : { problem }),
      ...(known ? { known: true as const } : {}),
      outcome: () => this.#outcome(id),
    };
  }

  async #outcome(id: EntityId): Promise<Outcome> {
    const dot = id.indexOf(".");
    const stream = this.keeper.mirror.streams.get(id.slice(0, dot));
    const awaited = this.#awaited.get(id) ?? Promise.withResolvers<Outcome>();
    this.#awaited.set(id, awaited);
    const row = await this.keeper.read((tx) =>
      tx.get("outcome", rowKey(id.slice(0, dot), Number(id.slice(dot + 1)))),
    );
    if (stream !== undefined && isOutcomeRow(row) && !this.keeper.mirror.isWaiting(id))
      this.#tell(outcomeOf(id, row, stream));
    return awaited.promise;
  }

  #applied({ outcomes, moved, restored, pulled }: Applied): void {
    this.#counters.pulled += pulled;
    if (moved.length > 0) {
      for (const { from, to } of moved) {
        const awaited = this.#awaited.get(from);
        if (awaited !== undefined) this.#awaited.set(to, awaited);
        this.#awaited.delete(from);
      }
      this.events.emit("moved", moved);
    }
    for (const outcome of outcomes) {
      this.#counters[outcome.status] += 1;
      this.#tell(outcome);
      this.events.emit("outcome", outcome);
    }
    if (restored !== undefined) this.events.emit("restored", restored);
  }

  #tell(outcome: Outcome): void {
    this.#awaited.get(outcome.id)?.resolve(outcome);
    this.#awaited.delete(outcome.id);
  }
}
