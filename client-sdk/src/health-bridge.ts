import {
  type Account,
  type EntityId,
  type InputOf,
  type Kind,
  type Problem,
  phoneProblemOf,
  type QueueableType,
  type RegisterRequest,
} from "@healthbridge/schema/client";
import { type Device, openDevice } from "./device.ts";
import { HealthBridgeError } from "./errors.ts";
import type { Events } from "./events.ts";
import type { Observable } from "./observable.ts";
import type {
  BookInput,
  FollowedFeed,
  OpenOptions,
  RescheduleInput,
  SignInOptions,
  SignOutReport,
} from "./options.ts";
import type { EnqueueItem, Enqueued, EnqueueOptions, Outcome, Waiting } from "./outbox/operation.ts";
import { addToOutbox, type Item } from "./outbox/outbox.ts";
import { enqueued, hear, outcomes, waiting } from "./outbox/outcomes.ts";
import { acknowledge } from "./outbox/settle.ts";
import { release } from "./replica/feeds.ts";
import type { Filter, Held, Query } from "./replica/query.ts";
import { Replica } from "./replica/replica.ts";
import { normalStart } from "./replica/start.ts";
import { isComplete, type OpenView, plainView, queueInOrder } from "./replica/view.ts";
import { discardQueue } from "./session/owners.ts";
import { register, sayGoodbye, signIn, signOut } from "./session/session.ts";
import { SyncEngine } from "./sync/engine.ts";
import type { SyncOptions, SyncReport, SyncStatus } from "./sync/status.ts";

export type {
  BookInput,
  FollowedFeed,
  OpenOptions,
  RescheduleInput,
  SignInOptions,
  SignOutReport,
} from "./options.ts";

/**
 * One device's door to HealthBridge: writes are queued here and settle when a network appears; reads answer from what the device holds.
 *
 * Every method that writes resolves once the operation is durable on this device, and rejects with a `HealthBridgeError` if it could not be kept
 * (see `enqueue`). What became of it later is an `Outcome`, never an error.
 *
 * @example
 * const hb = await HealthBridge.open({ url: "https://health.example", store: indexedDbStore({ name: "clinic" }) });
 * await hb.signIn({ login: "amina", password: "a sentence that only I know" });
 * hb.on("outcome", ({ id, status, problem }) => show(id, status, problem?.code));
 * const { id } = await hb.book({ doctor, patient, start: "2026-11-23T09:20+03:00", ifTaken: [{ wish: "sameDay" }] });
 * hb.waiting(); // holds it from this moment, network or not
 */
export class HealthBridge {
  /** How things stand with the server; `describeStatus` says it in words. */
  readonly status: Observable<SyncStatus>;
  readonly #device: Device;
  readonly #engine: SyncEngine;
  readonly #replica: Replica;
  readonly #stopListening: () => void;

  protected constructor(options: OpenOptions, openView: OpenView = plainView) {
    const device = openDevice(options, openView);
    const engine = new SyncEngine(device);
    const { keeper, view, runtime, events } = device;
    this.#device = device;
    this.#engine = engine;
    this.#replica = new Replica(keeper.mirror, view);
    this.status = engine.status;
    keeper.onPoke = () => engine.dispatch({ type: "asked" });
    keeper.onCommit = (changes) => {
      this.#replica.changed();
      engine.publish();
      if (changes[0]?.[1] === "") hear(device); // all was read anew: another tab has written
      const entities = changes.filter(([table]) => table === "entity").length;
      if (entities > 0) events.emit("changed", { entities });
    };
    this.#stopListening = runtime.onOnline(() => engine.dispatch({ type: "poked" }));
  }

  /**
   * Opens a device's store. Needs no network and no session.
   * @throws HealthBridgeError `store_blocked`, `store_failed`
   */
  static open(options: OpenOptions): Promise<HealthBridge> {
    return new this(options).begun(options);
  }

  /** The instance once its store is open. */
  protected async begun({ autoSync }: OpenOptions): Promise<this> {
    const { keeper } = this.#device;
    await keeper.refresh().catch((error: unknown) => {
      // The store is the app's: it may open it again.
      this.#stopListening();
      keeper.leave();
      throw error;
    });
    if (autoSync !== false) this.start();
    return this;
  }

  /**
   * Checks an operation's input without queueing it. In the core what only a clinic's desk asks for (`clinic.`, `doctor.`, `availability.`, `appointment.walkIn`) is
   * left to the server, which says the same later, as an outcome.
   * @returns the problem (`malformed`, `unknown_field`, `unsupported`) with the paths of all fields at fault, or `undefined`
   */
  static check(type: string, input: unknown): Problem | undefined {
    return phoneProblemOf(type, input);
  }

  // Who is here

  /**
   * Opens an account (a patient's, unless an administrator is signed in). Needs the network; does not sign in.
   * @returns the account where an administrator or clinic staff opened it; `undefined` where nobody is signed in: whether the name was free is not told to strangers
   * (OWASP ASVS 6.3.8), and the next step is `signIn`, which fails with `credentials_wrong` if it was not
   * @throws HealthBridgeError `login_taken`, `password_weak`, `malformed`, `unknown_field`, `forbidden`, `not_found`, `offline`, `rate_limited`, `unavailable`,
   * `internal`; where somebody is signed in also `token_expired`, `token_invalid`, `device_revoked`
   */
  register(request: Omit<RegisterRequest, "tenant">): Promise<Account | undefined> {
    return register(this.#device, request);
  }

  /**
   * Signs in on this device. Needs the network. What was queued while nobody was signed in becomes this account's; what another account queued stays
   * sealed for that account.
   * @throws HealthBridgeError `credentials_wrong`, `malformed`, `offline`, `rate_limited`, `unavailable`, `internal`; `store_full`, `store_closed`,
   * `store_blocked`, `store_failed`. With the signal's own reason where that ended it
   */
  async signIn({ login, password, signal }: SignInOptions): Promise<Account> {
    const account = await signIn(this.#device, login, password, signal);
    this.#engine.dispatch({ type: "signedIn" });
    this.#device.keeper.poke(); // tabs in which nobody was signed in go on as well
    return account;
  }

  /**
   * Signs out, with or without a network; the server is told when it can be reached. What is queued is kept, sealed for its owner: nobody else can see or
   * send it, and it goes on when she signs in again. What the device had read is deleted, and what it followed is followed no longer.
   * @param options `discardQueued: true` throws the queue away instead
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`: nobody was signed out
   */
  async signOut({
    discardQueued = false,
  }: { readonly discardQueued?: boolean | undefined } = {}): Promise<SignOutReport> {
    let waiting = 0;
    await signOut(this.#device, (writer) => {
      waiting = queueInOrder(writer.mirror).length;
      if (discardQueued) discardQueue(writer);
    });
    void sayGoodbye(this.#device).catch(() => undefined); // told at the next chance
    return discardQueued ? { waiting: 0, discarded: waiting } : { waiting, discarded: 0 };
  }

  // What is asked for

  /** Books a patient at a doctor's time, or at the first of the wishes in `ifTaken` that can be had. */
  book(input: BookInput, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue(
      "appointment.book",
      { ...input, start: this.startOf(input?.doctor, input?.start) },
      options,
    );
  }

  /** Moves an appointment to another time of the same doctor; if none can be had it stays where it is. */
  reschedule(input: RescheduleInput, options?: EnqueueOptions): Promise<Enqueued> {
    const doctor = this.get("appointment", input?.appointment)?.doctor;
    return this.enqueue(
      "appointment.reschedule",
      { ...input, start: this.startOf(doctor, input?.start) },
      options,
    );
  }

  /** Cancels an appointment and frees its time. */
  cancel(input: InputOf<"appointment.cancel">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.cancel", input, options);
  }

  /** Notes that the patient is here. */
  checkIn(input: InputOf<"appointment.checkIn">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.checkIn", input, options);
  }

  /** Notes that the consultation took place. */
  complete(input: InputOf<"appointment.complete">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.complete", input, options);
  }

  /** Notes that the patient did not come. */
  markMissed(input: InputOf<"appointment.markMissed">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.markMissed", input, options);
  }

  /** Registers a patient; the id of the operation is the patient's, so she can be booked for at once. */
  registerPatient(input: InputOf<"patient.register">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("patient.register", input, options);
  }

  /** Corrects a patient's profile. */
  updatePatient(input: InputOf<"patient.update">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("patient.update", input, options);
  }

  /**
   * Queues any operation of the schema.
   * @throws HealthBridgeError and nothing is queued: `malformed`, `unknown_field`, `unsupported` as `check` says, with the `path`; `malformed` at `after` (more than
   * 16 ids) or `ref` (more than 200 characters); `too_large` at `input`; `not_signed_in` where she for whom it was asked was signed out before it could be kept (in
   * another tab); `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  async enqueue<T extends QueueableType>(
    type: T,
    input: InputOf<T>,
    options: EnqueueOptions = {},
  ): Promise<Enqueued> {
    const [only] = await this.#enqueue([{ ...options, type, input }]);
    if (!only) throw new HealthBridgeError("internal");
    return only;
  }

  /**
   * Queues many operations. All are checked before the first is kept; they are kept in chunks of some hundreds, each all or nothing, and all are durable
   * when this resolves. With `ref` on each, a program that was killed in between simply does it again.
   * @throws HealthBridgeError as `enqueue`, with `index`: the place in the list that is at fault
   * @example
   * const [registered, booked] = await hb.enqueueMany([
   *   { type: "patient.register", input: { name: "Wanjiru", clinic }, ref: "row 7, patient" },
   *   { type: "appointment.book", input: ([patient]) => ({ doctor, patient, start }), lane: "bulk", ref: "row 7" },
   * ]);
   */
  enqueueMany(items: readonly EnqueueItem[]): Promise<readonly Enqueued[]> {
    return this.#enqueue(items);
  }

  /**
   * A start as the schema writes it: with the doctor's own offset where her sheet is held, else as it was given or in UTC. What is no instant comes back
   * unchanged, so that the check of the input names it.
   */
  startOf(doctor: EntityId | undefined, start: string | Date): string {
    return normalStart(doctor, start, (id) => this.#device.view.held("sheet", id));
  }

  // What became of it

  /**
   * Outcomes that were not acknowledged yet, oldest first; also after a restart.
   * @throws HealthBridgeError `store_closed`, `store_blocked`, `store_failed`
   */
  outcomes(): Promise<readonly Outcome[]> {
    return outcomes(this.#device);
  }

  /**
   * Says that the app has dealt with these outcomes; they are not listed again. Ids of others are passed over.
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  acknowledge(ids: readonly EntityId[]): Promise<void> {
    return this.#device.keeper.write((writer) => acknowledge(writer, ids));
  }

  /** Operations of this account without an outcome, in the order they were queued. */
  waiting(): readonly Waiting[] {
    return waiting(this.#device);
  }

  // With the server

  /**
   * Sends everything queued and pulls everything new, once. Resolves with what it came to and never rejects: the report's `problem` says why it ended early.
   * An abort resolves at once with the code `aborted`; what was sent stays sent.
   */
  sync(options: SyncOptions = {}): Promise<SyncReport> {
    return this.#engine.sync(options);
  }

  /** Begins to sync in the background: at once, whenever something is queued, when the network comes back, and now and then. */
  start(): void {
    this.#engine.dispatch({ type: "started" });
  }

  /** Ends syncing in the background. */
  stop(): void {
    this.#engine.dispatch({ type: "stopped" });
  }

  /**
   * Follows more feeds: `directory`, `calendar:<doctor>`. The account's own and its clinics' are followed without asking. What they hold comes with the next sync.
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  async follow(...feeds: readonly FollowedFeed[]): Promise<void> {
    await this.#device.keeper.write((writer) => {
      writer.put("meta", "follow", [...new Set([...(writer.mirror.meta.get("follow") ?? []), ...feeds])]);
    });
    this.#engine.dispatch({ type: "queued" });
  }

  /**
   * Ceases to follow feeds, and forgets what only they held. Those that are followed without asking come back with the next sync.
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  unfollow(...feeds: readonly FollowedFeed[]): Promise<void> {
    return this.#device.keeper.write((writer) => {
      const { meta } = writer.mirror;
      const rest = (meta.get("follow") ?? []).filter((name) => !feeds.includes(name));
      writer.put("meta", "follow", rest);
      for (const name of feeds) {
        const handle = writer.mirror.feedNamed(name);
        if (handle) release(writer, handle);
      }
    });
  }

  // What the device holds

  /**
   * Whether all of a feed that is followed was read, as things stood at the last sync: what it does not show then is not there. `false` while it is read for the first
   * time, and after an answer that stopped in the middle.
   */
  isComplete(feed: FollowedFeed): boolean {
    return isComplete(this.#device.keeper.mirror, feed);
  }

  /**
   * One entity as it will be once everything queued has been applied, or, in the core, as the server showed it last; `undefined` where this device does not
   * hold it.
   */
  get<K extends Kind>(kind: K, id: string): Held<K> | undefined {
    return this.#replica.get(kind, id);
  }

  /** Entities of a kind, as `get` shows them, in the order of their ids. */
  list<K extends Kind>(kind: K, filter?: Filter<K>): ReadonlyArray<Held<K>> {
    return this.#replica.list(kind, filter);
  }

  /** Calls the listener with what a query shows: now, and whenever that changes. Returns how to stop. What the listener throws is reported as an error nobody caught. */
  watch<K extends Kind>(query: Query<K>, listener: (held: ReadonlyArray<Held<K>>) => void): () => void {
    return this.#replica.watch(query, listener);
  }

  /** Listens to an event; returns how to stop. */
  on<N extends keyof Events>(name: N, listener: (event: Events[N]) => void): () => void {
    return this.#device.events.on(name, listener);
  }

  /** Ends the instance and its use of the store. What is queued stays queued. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#engine.close();
    await this.#device.keeper.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #enqueue(items: readonly Item[]): Promise<readonly Enqueued[]> {
    const kept = await addToOutbox(this.#device, items);
    if (kept.some(({ known }) => !known)) this.#engine.dispatch({ type: "queued" });
    return kept.map((each) => enqueued(this.#device, each));
  }
}
