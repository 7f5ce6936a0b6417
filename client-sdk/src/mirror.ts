import type { Account, Cursor, EntityId, StreamId } from "@healthbridge/schema/client";
import { idOfKey, NOBODY, type OutboxRow, type StreamRow } from "./outbox/rows.ts";
import { Shelf } from "./replica/shelf.ts";
import type { GoodbyeRow, SessionRow, SignInRow } from "./session/rows.ts";
import type { StoreTable } from "./stores/store.ts";
import type { LeaseRow } from "./sync/lease.ts";
import type { SyncRow } from "./sync/clock.ts";

/** Table `entity`, key `<kind>:<id>`. */
export interface EntityRow {
  readonly entity: { readonly id: string };
  /** handles of the feeds that hold it; `OWN` for what this device moved here itself */
  readonly feeds: readonly number[];
}

/** Table `feed`, key is the handle. */
export interface FeedRow extends Cursor {
  readonly name: string;
  /** everything the feed had has been pulled at least once */
  readonly complete?: boolean;
}

/** Table `meta`, but for streams, references and farewells. */
interface MetaRows {
  readonly revision: number;
  /** the place in the order of queueing that was given last */
  readonly order: number;
  readonly session: SessionRow;
  readonly signIn: SignInRow;
  readonly sync: SyncRow;
  readonly lease: LeaseRow;
  /** names of feeds the app asked for, beside those an account has by itself */
  readonly follow: readonly string[];
  /** names of feeds that were asked for in vain */
  readonly denied: readonly string[];
}

/** Stands for a feed in `EntityRow.feeds`: this device's own settled operation. No server gives this handle. */
export const OWN = 0;

/** One row that was written (`undefined`: deleted; an empty key: all of the table). */
export type RowChange = readonly [table: StoreTable, key: string, value: unknown];

/** Rows of `meta` by key, each of its own type. */
interface Meta extends Map<string, unknown> {
  get<K extends keyof MetaRows>(key: K): MetaRows[K] | undefined;
  get(key: string): unknown;
}

/**
 * What the store holds, in memory and typed: a projection of its rows. Only `absorb` changes it, so what was written here, what another tab wrote and what
 * was read after a restart end alike. Outcomes and references stay in the store: nothing is decided by them.
 */
export class Mirror {
  readonly meta: Meta = new Map();
  readonly streams: Map<StreamId, StreamRow> = new Map();
  /** sessions the server has still to be told of that they are over */
  readonly goodbyes: Map<string, GoodbyeRow> = new Map();
  readonly queue: Map<EntityId, OutboxRow> = new Map();
  readonly base: Shelf = new Shelf();
  readonly entities: Map<string, EntityRow> = new Map();
  /** by handle */
  readonly feeds: Map<string, FeedRow> = new Map();
  /** tables that are held row by row, as they are */
  readonly tables: { readonly [T in StoreTable]?: Map<string, unknown> } = {
    meta: this.meta,
    entity: this.entities,
    feed: this.feeds,
  };
  /** called for every row; the optimistic view listens */
  onAbsorb: (change: RowChange) => void = () => undefined;

  absorb(change: RowChange): void {
    const [table, key, value] = change;
    const rows = this.tables[table];
    const [kind = "", id = ""] = key.split(":");
    if (table === "outbox") set(this.queue, idOfKey(key), value);
    else if (kind !== "ref" && rows) set(rows, key, value);
    if (kind === "stream") set(this.streams, id, value);
    if (kind === "goodbye") set(this.goodbyes, key, value);
    if (table === "entity") this.base.accept(kind, id, this.entities.get(key)?.entity);
    this.onAbsorb(change);
  }

  /** Forgets everything, before all rows are absorbed anew. */
  reset(): void {
    for (const map of [this.meta, this.streams, this.goodbyes, this.queue]) map.clear();
    this.absorb(["entity", "", undefined]);
    this.absorb(["feed", "", undefined]);
  }

  get session(): SessionRow | undefined {
    return this.meta.get("session");
  }

  /** The account whose work this is now. */
  get owner(): string {
    return this.session?.account.id ?? NOBODY;
  }

  /** The account that is signed in, as the server showed it last. */
  get account(): Account | undefined {
    const account = this.session?.account;
    return account && (this.base.get("account", account.id) ?? account);
  }

  /** Streams of the present owner, in the order in which they were opened. */
  ownStreams(): readonly StreamRow[] {
    const { owner } = this;
    return [...this.streams.values()]
      .filter((stream) => stream.owner === owner)
      .toSorted((left, right) => left.born - right.born);
  }

  /** The handle of a feed. */
  feedNamed(name: string): string | undefined {
    for (const [handle, feed] of this.feeds) if (feed.name === name) return handle;
    return undefined;
  }
}

/** Rows were written by this version, so they are what their table and key say. */
function set<K>(map: Map<K, unknown>, key: K, value: unknown): void {
  if (key === "") map.clear();
  else if (value === undefined) map.delete(key);
  else map.set(key, value);
}
