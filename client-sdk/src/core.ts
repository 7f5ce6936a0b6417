import type { Account, EntityId, InputOf, Kind, OperationType, RegisterRequest } from "@healthbridge/schema";
import { HealthBridgeError } from "./errors.ts";
import type { Events } from "./events.ts";
import type { OpenOptions, SignInOptions, SignOutReport } from "./health-bridge.ts";
import type { Observable } from "./observable.ts";
import type { EnqueueItem, Enqueued, EnqueueOptions, Outcome, Waiting } from "./outbox/operation.ts";
import type { Filter, Held, Query } from "./replica/query.ts";
import type { SyncOptions, SyncReport, SyncStatus } from "./sync/status.ts";

/** @internal placeholder of the composition root */
export interface Core {
  readonly status: Observable<SyncStatus>;
  register(request: Omit<RegisterRequest, "tenant">): Promise<Account>;
  signIn(options: SignInOptions): Promise<Account>;
  signOut(options: { discardQueued?: boolean | undefined }): Promise<SignOutReport>;
  enqueue<T extends OperationType>(type: T, input: InputOf<T>, options: EnqueueOptions): Promise<Enqueued>;
  enqueueMany(items: readonly EnqueueItem[]): Promise<readonly Enqueued[]>;
  outcomes(): Promise<readonly Outcome[]>;
  acknowledge(ids: readonly EntityId[]): Promise<void>;
  waiting(): readonly Waiting[];
  sync(options: SyncOptions): Promise<SyncReport>;
  start(): void;
  stop(): void;
  get<K extends Kind>(kind: K, id: string): Held<K> | undefined;
  list<K extends Kind>(kind: K, filter?: Filter<K>): ReadonlyArray<Held<K>>;
  watch<K extends Kind>(query: Query<K>, listener: (held: ReadonlyArray<Held<K>>) => void): () => void;
  follow(feeds: readonly string[]): Promise<void>;
  unfollow(feeds: readonly string[]): Promise<void>;
  startOf(doctor: EntityId | undefined, start: string | Date): string;
  on<N extends keyof Events>(name: N, listener: (event: Events[N]) => void): () => void;
  close(): Promise<void>;
}

/** @internal */
export function openCore(_options: OpenOptions): Promise<Core> {
  return Promise.reject(new HealthBridgeError("closed", { detail: "being built" }));
}
