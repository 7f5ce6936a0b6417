import type { Account, EntityId, StreamId } from "@healthbridge/schema/client";
import {
  idOfKey,
  isOutboxRow,
  isRecord,
  isStreamRow,
  NOBODY,
  type OutboxRow,
  type StreamRow,
} from "./outbox/rows.ts";
import { isKind, Shelf } from "./replica/shelf.ts";
import { type GoodbyeRow, isGoodbyeRow, isSessionRow, type SessionRow } from "./session/rows.ts";
import type { StoreTable } from "./stores/store.ts";

/** Table `entity`, key `<kind>:<id>`. */
export interface EntityRow {
  readonly entity: { readonly id: string };
  /** handles of the feeds that hold it; `OWN` for what this device moved here itself */
  readonly feeds: readonly number[];
}

/** Table `feed`, key is the handle. */
export interface FeedRow {
  readonly name: string;
  readonly cursor: number;
  /** everything the feed had has been pulled at least once */
  readonly complete?: boolean;
}

/** Stands for a feed in `EntityRow.feeds`: this device's own settled operation. No server gives this handle. */
export const OWN = 0;

/** One row that was written (`undefined`: deleted; an empty key: all of the table). */
export type RowChange = readonly [table: StoreTable, key: string, value: unknown];

/**
 * What the store holds, in memory and typed: a projection of its rows. Only `absorb` changes it, so what was written here, what another tab wrote and what
 * was read after a restart end alike. Outcomes and references stay in the store: nothing is decided by them.
 */
export class Mirror {
  readonly meta: Map<string, unknown> = new Map();
  readonly streams: Map<StreamId, StreamRow> = new Map();
  readonly queue: Map<EntityId, OutboxRow> = new Map();
  readonly base: Shelf = new Shelf();
  readonly entities: Map<string, EntityRow> = new Map();
  readonly feeds: Map<number, FeedRow> = new Map();
  /** called for every row; the optimistic view listens */
  onAbsorb: (change: RowChange) => void = () => undefined;

  absorb(change: RowChange): void {
    const [table, key, value] = change;
    if (table === "meta") this.#absorbMeta(key, value);
    else if (table === "outbox") set(this.queue, idOfKey(key), isOutboxRow(value) ? value : undefined);
    else if (table === "entity") this.#absorbEntity(key, value);
    else if (table === "feed") this.#absorbFeed(key, value);
    this.onAbsorb(change);
  }

  /** Forgets everything, before all rows are absorbed anew. */
  reset(): void {
    for (const map of [this.meta, this.streams, this.queue]) map.clear();
    this.absorb(["entity", "", undefined]);
    this.absorb(["feed", "", undefined]);
  }

  get session(): SessionRow | undefined {
    const row = this.meta.get("session");
    return isSessionRow(row) ? row : undefined;
  }

  /** The account whose work this is now. */
  get owner(): string {
    return this.session?.account.id ?? NOBODY;
  }

  /** The account that is signed in, as the server showed it last. */
  get account(): Account | undefined {
    const { session } = this;
    return session === undefined
      ? undefined
      : (this.base.get("account", session.account.id) ?? session.account);
  }

  /** Sessions the server has still to be told of that they are over. */
  get goodbyes(): ReadonlyArray<readonly [key: string, row: GoodbyeRow]> {
    return [...this.meta].flatMap(([key, row]) =>
      key.startsWith("goodbye:") && isGoodbyeRow(row) ? [[key, row] as const] : [],
    );
  }

  /** Streams of the present owner, in the order in which they were opened. */
  ownStreams(): readonly StreamRow[] {
    const { owner } = this;
    return [...this.streams.values()]
      .filter((stream) => stream.owner === owner)
      .toSorted((left, right) => left.born - right.born);
  }

  /** Whether an operation still waits for its outcome. */
  isWaiting(id: EntityId): boolean {
    return this.queue.has(id);
  }

  feedNamed(name: string): number | undefined {
    for (const [handle, feed] of this.feeds) if (feed.name === name) return handle;
    return undefined;
  }

  #absorbMeta(key: string, value: unknown): void {
    if (key.startsWith("ref:")) return;
    if (key.startsWith("stream:"))
      set(this.streams, key.slice("stream:".length), isStreamRow(value) ? value : undefined);
    else set(this.meta, key, value);
  }

  #absorbEntity(key: string, value: unknown): void {
    if (key === "") {
      this.entities.clear();
      this.base.clear();
      return;
    }
    const colon = key.indexOf(":");
    const kind = key.slice(0, colon);
    const id = key.slice(colon + 1);
    const row = isEntityRow(value) ? value : undefined;
    set(this.entities, key, row);
    if (row !== undefined) this.base.accept(kind, id, row.entity);
    else if (isKind(kind)) this.base.remove(kind, id);
  }

  #absorbFeed(key: string, value: unknown): void {
    if (key === "") this.feeds.clear();
    else set(this.feeds, Number(key), isFeedRow(value) ? value : undefined);
  }
}

function set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function isEntityRow(value: unknown): value is EntityRow {
  return isRecord(value) && "feeds" in value;
}

function isFeedRow(value: unknown): value is FeedRow {
  return isRecord(value) && "cursor" in value;
}
