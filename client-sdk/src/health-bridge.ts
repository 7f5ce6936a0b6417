import type {
  Account,
  EntityId,
  InputOf,
  Kind,
  QueueableType,
  Problem,
  RegisterRequest,
} from "@healthbridge/schema/client";
import type { Runtime } from "./adapters/runtime.ts";
import { Core } from "./core.ts";
import { HealthBridgeError } from "./errors.ts";
import type { Events } from "./events.ts";
import type { Observable } from "./observable.ts";
import { problemOf } from "./outbox/check.ts";
import type { EnqueueItem, Enqueued, EnqueueOptions, Outcome, Waiting } from "./outbox/operation.ts";
import type { Filter, Held, Query } from "./replica/query.ts";
import type { Store } from "./stores/store.ts";
import type { SyncOptions, SyncReport, SyncStatus } from "./sync/status.ts";

/** What `HealthBridge.open` needs to know. */
export interface OpenOptions {
  /** where the server is, as `https://health.example` */
  readonly url: string;
  /** where this device keeps what must not be lost */
  readonly store: Store;
  /** the tenant's short name; left out: the server's own default */
  readonly tenant?: string | undefined;
  /** what this device is called in the account's list of devices, as `Tablet at the front desk` */
  readonly deviceName?: string | undefined;
  /** clock, chance and network; default: the platform's */
  readonly runtime?: Runtime | undefined;
  /** begin to sync in the background at once; default true */
  readonly autoSync?: boolean | undefined;
}

/** Who signs in. */
export interface SignInOptions {
  readonly login: string;
  readonly password: string;
  readonly signal?: AbortSignal | undefined;
}

/** What a sign-out left behind. */
export interface SignOutReport {
  /** operations that still wait on this device, sealed for the account that queued them */
  readonly waiting: number;
  /** operations that were thrown away because the caller asked for it */
  readonly discarded: number;
}

/** A booking; `start` may be a `Date` or any ISO instant, and is written with the doctor's own offset where her sheet is held. */
export type BookInput = Omit<InputOf<"appointment.book">, "start"> & { readonly start: string | Date };
/** A move of an appointment; `start` as in `BookInput`. */
export type RescheduleInput = Omit<InputOf<"appointment.reschedule">, "start"> & {
  readonly start: string | Date;
};

/**
 * One device's door to HealthBridge: writes are queued here and settle when a network appears; reads answer from what the device holds.
 *
 * Every method that writes resolves once the operation is durable on this device, and rejects with a `HealthBridgeError` if it could not be kept
 * (`malformed`, `unknown_field` with the `path`; `store_full`; `closed`). What became of it later is an `Outcome`, never an error.
 *
 * @example
 * const hb = await HealthBridge.open({ url: "https://health.example", store: indexedDbStore({ name: "clinic" }) });
 * await hb.signIn({ login: "amina", password: "a sentence that only I know" });
 * hb.on("outcome", ({ id, status, problem }) => show(id, status, problem?.code));
 * const booking = await hb.book({ doctor, patient, start: "2026-11-23T09:20+03:00", ifTaken: [{ wish: "sameDay" }] });
 * booking.forecast; // "applied": shown as "waiting to be sent" from this moment, network or not
 */
export class HealthBridge {
  /** How things stand with the server; `describeStatus` says it in words. */
  readonly status: Observable<SyncStatus>;
  readonly #core: Core;

  private constructor(core: Core) {
    this.#core = core;
    this.status = core.engine.status;
  }

  /**
   * Opens a device's store. Needs no network and no session.
   * @throws HealthBridgeError `store_blocked`, `store_failed`
   */
  static async open(options: OpenOptions): Promise<HealthBridge> {
    return new HealthBridge(await Core.open(options));
  }

  /**
   * Checks an operation's input without queueing it.
   * @returns the problem (`malformed`, `unknown_field`, `unsupported`) with the paths of all fields at fault, or `undefined`
   */
  static check(type: string, input: unknown): Problem | undefined {
    return problemOf(type, input);
  }

  // Who is here

  /**
   * Opens an account (a patient's, unless an administrator is signed in). Needs the network; does not sign in.
   * @returns the account where an administrator opened it; `undefined` where nobody is signed in: whether the name was free is not told to strangers
   * (OWASP ASVS 6.3.8), and the next step is `signIn`, which fails with `credentials_wrong` if it was not
   * @throws HealthBridgeError `login_taken`, `password_weak`, `malformed`, `forbidden`, `offline`
   */
  register(request: Omit<RegisterRequest, "tenant">): Promise<Account | undefined> {
    return this.#core.sessions.register(request);
  }

  /**
   * Signs in on this device. Needs the network. What was queued while nobody was signed in becomes this account's; what another account queued stays
   * sealed for that account.
   * @throws HealthBridgeError `credentials_wrong`, `rate_limited`, `offline`
   */
  signIn(options: SignInOptions): Promise<Account> {
    return this.#core.signIn(options);
  }

  /**
   * Signs out, with or without a network; the server is told when it can be reached. What is queued is kept, sealed for its owner: nobody else can see or
   * send it, and it goes on when she signs in again. What the device had read is deleted.
   * @param options `discardQueued: true` throws the queue away instead
   */
  signOut(options: { readonly discardQueued?: boolean | undefined } = {}): Promise<SignOutReport> {
    return this.#core.signOut(options.discardQueued === true);
  }

  // What is asked for

  /** Books a patient at a doctor's time, or at the first of the wishes in `ifTaken` that can be had. */
  book(input: BookInput, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue(
      "appointment.book",
      { ...input, start: this.startOf(input.doctor, input.start) },
      options,
    );
  }

  /** Moves an appointment to another time of the same doctor; if none can be had it stays where it is. */
  reschedule(input: RescheduleInput, options: EnqueueOptions = {}): Promise<Enqueued> {
    const doctor = this.get("appointment", input.appointment)?.doctor;
    return this.enqueue(
      "appointment.reschedule",
      { ...input, start: this.startOf(doctor, input.start) },
      options,
    );
  }

  /** Cancels an appointment and frees its time. */
  cancel(input: InputOf<"appointment.cancel">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("appointment.cancel", input, options);
  }

  /** Notes that the patient is here. */
  checkIn(input: InputOf<"appointment.checkIn">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("appointment.checkIn", input, options);
  }

  /** Notes that the consultation took place. */
  complete(input: InputOf<"appointment.complete">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("appointment.complete", input, options);
  }

  /** Notes that the patient did not come. */
  markMissed(input: InputOf<"appointment.markMissed">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("appointment.markMissed", input, options);
  }

  /** Registers a patient; the id of the operation is the patient's, so she can be booked for at once. */
  registerPatient(input: InputOf<"patient.register">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("patient.register", input, options);
  }

  /** Corrects a patient's profile. */
  updatePatient(input: InputOf<"patient.update">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("patient.update", input, options);
  }

  /** Sets a doctor's week; the server makes her day sheets from it. */
  setAvailability(input: InputOf<"availability.set">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("availability.set", input, options);
  }

  /** Opens or closes single dates of a doctor. */
  exceptAvailability(input: InputOf<"availability.except">, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.enqueue("availability.except", input, options);
  }

  /** Queues any operation of the schema. */
  async enqueue<T extends QueueableType>(
    type: T,
    input: InputOf<T>,
    options: EnqueueOptions = {},
  ): Promise<Enqueued> {
    const [enqueued] = await this.#core.enqueue([{ ...options, type, input }]);
    if (enqueued === undefined) throw new HealthBridgeError("internal");
    return enqueued;
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
    return this.#core.enqueue(items);
  }

  /**
   * A start as the schema writes it: with the doctor's own offset where her sheet is held, else as it was given or in UTC. What is no instant comes back
   * unchanged, so that the check of the input names it.
   */
  startOf(doctor: EntityId | undefined, start: string | Date): string {
    return this.#core.startOf(doctor, start);
  }

  // What became of it

  /** Outcomes that were not acknowledged yet, oldest first; also after a restart. */
  outcomes(): Promise<readonly Outcome[]> {
    return this.#core.outcomes();
  }

  /** Says that the app has dealt with these outcomes; they are not listed again. */
  acknowledge(ids: readonly EntityId[]): Promise<void> {
    return this.#core.acknowledge(ids);
  }

  /** Operations of this account without an outcome, in the order they were queued. */
  waiting(): readonly Waiting[] {
    return this.#core.waiting();
  }

  // With the server

  /** Sends everything queued and pulls everything new, once; resolves with what it came to, also when the server could not be reached. */
  sync(options: SyncOptions = {}): Promise<SyncReport> {
    return this.#core.engine.sync(options);
  }

  /** Begins to sync in the background: at once, whenever something is queued, when the network comes back, and now and then. */
  start(): void {
    this.#core.engine.dispatch({ type: "started" });
  }

  /** Ends syncing in the background. */
  stop(): void {
    this.#core.engine.dispatch({ type: "stopped" });
  }

  /** Follows more feeds: `directory`, `calendar:<doctor>`. The account's own and its clinics' are followed without asking. */
  follow(...feeds: readonly string[]): Promise<void> {
    return this.#core.follow(feeds);
  }

  /** Ceases to follow feeds, and forgets what only they held. */
  unfollow(...feeds: readonly string[]): Promise<void> {
    return this.#core.unfollow(feeds);
  }

  // What the device holds

  /** One entity as it will be once everything queued has been applied; `undefined` where this device does not hold it. */
  get<K extends Kind>(kind: K, id: string): Held<K> | undefined {
    return this.#core.replica.get(kind, id);
  }

  /** Entities of a kind, as `get` shows them, in the order of their ids. */
  list<K extends Kind>(kind: K, filter?: Filter<K>): ReadonlyArray<Held<K>> {
    return this.#core.replica.list(kind, filter);
  }

  /** Calls the listener with what a query shows: now, and whenever that changes. Returns how to stop. */
  watch<K extends Kind>(query: Query<K>, listener: (held: ReadonlyArray<Held<K>>) => void): () => void {
    return this.#core.replica.watch(query, listener);
  }

  /** Listens to an event; returns how to stop. */
  on<N extends keyof Events>(name: N, listener: (event: Events[N]) => void): () => void {
    return this.#core.events.on(name, listener);
  }

  /** Ends the instance and its use of the store. What is queued stays queued. */
  close(): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
