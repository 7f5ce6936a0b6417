import type { EntityId, StreamId } from "@healthbridge/schema/client";
import { isRecord } from "../outbox/rows.ts";
import type { Store } from "../stores/store.ts";
import type { Keepsake } from "./page.ts";

/** How far one stream of operations had come on the device. */
export interface NotedStream {
  readonly id: StreamId;
  readonly owner: string;
  /** number of the next operation */
  readonly next: number;
  /** operations up to here had their outcomes */
  readonly settled: number;
}

/** What is known of a store that the browser has emptied: what was noted last, outside of IndexedDB. */
export interface Eviction {
  /** the store's name */
  readonly name: string;
  /** operations that waited when this was noted, and are gone from this device */
  readonly waiting: number;
  /** of these, how many the server never got; known after `reportEviction`, for operations of whoever is signed in */
  readonly lost?: number | undefined;
  /** when this was noted, ms since 1970 by the device's clock: after that nothing is known */
  readonly notedAt: number;
  /** who was signed in */
  readonly account?: EntityId | undefined;
  /** what the server knew this device as */
  readonly device?: EntityId | undefined;
  readonly streams: readonly NotedStream[];
}

/** What is kept outside of IndexedDB: how the store looked last, and what was lost before. Ids and numbers; nothing of a patient, no token. */
export interface Sentinel extends Omit<Eviction, "name" | "lost"> {
  /** the same is in the store: where it is not, that is another store */
  readonly mark: string;
  /** the reserve of the store was there once */
  readonly reserve?: true | undefined;
  /** the store was emptied, and the app has not acknowledged it */
  readonly evicted?: Eviction | undefined;
}

const PREFIX = "healthbridge:kept:";
/** Table `meta`: a row of ours, which nobody else looks at. */
const MARK = "mark";

export function readSentinel(keepsake: Keepsake, name: string): Sentinel | undefined {
  return sentinelOf(keepsake.get(PREFIX + name));
}

export function writeSentinel(keepsake: Keepsake, name: string, sentinel: Sentinel): void {
  keepsake.set(PREFIX + name, JSON.stringify(sentinel));
}

export function deleteSentinel(keepsake: Keepsake, name: string): void {
  keepsake.delete(PREFIX + name);
}

/** The stores of which something is noted here. */
export function notedStores(keepsake: Keepsake): readonly string[] {
  return keepsake.names().flatMap((key) => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : []));
}

/** The mark of a store, made where it has none. */
export function markOf(store: Store, draw: () => string): Promise<string> {
  return store.transaction("write", async (tx) => {
    const mark = await tx.get("meta", MARK);
    if (typeof mark === "string") return mark;
    const drawn = draw();
    await tx.put("meta", MARK, drawn);
    return drawn;
  });
}

/** How a store looks now, in the words of a sentinel; without a mark where it was emptied. */
export async function lookAt(
  store: Store,
): Promise<Pick<Sentinel, "account" | "device" | "streams" | "waiting"> & { readonly mark: unknown }> {
  const [session, rows, mark] = await store.transaction("read", async (tx) => [
    await tx.get("meta", "session"),
    await tx.list("meta", { prefix: "stream:" }),
    await tx.get("meta", MARK),
  ]);
  const streams = rows.flatMap(([, row]) => (isNoted(row) ? [notedOf(row)] : []));
  const waiting = streams.reduce((sum, { next, settled }) => sum + next - 1 - settled, 0);
  const account = isRecord(session) && isRecord(session["account"]) ? session["account"]["id"] : undefined;
  const device = isRecord(session) ? session["device"] : undefined;
  return {
    mark,
    streams,
    waiting,
    ...(typeof account === "string" ? { account } : {}),
    ...(typeof device === "string" ? { device } : {}),
  };
}

/** What was lost, as far as it was noted. */
export function evictionOf(name: string, { waiting, notedAt, account, device, streams }: Sentinel): Eviction {
  return { name, waiting, notedAt, account, device, streams };
}

function sentinelOf(text: string | undefined): Sentinel | undefined {
  if (text === undefined) return undefined;
  try {
    const sentinel: unknown = JSON.parse(text);
    return isSentinel(sentinel) ? sentinel : undefined;
  } catch {
    return undefined; // not ours, or cut
  }
}

function isSentinel(value: unknown): value is Sentinel {
  return (
    isRecord(value) &&
    typeof value["mark"] === "string" &&
    typeof value["waiting"] === "number" &&
    typeof value["notedAt"] === "number" &&
    areNoted(value["streams"]) &&
    (value["evicted"] === undefined || isEviction(value["evicted"]))
  );
}

function isEviction(value: unknown): value is Eviction {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    typeof value["waiting"] === "number" &&
    typeof value["notedAt"] === "number" &&
    areNoted(value["streams"])
  );
}

function areNoted(rows: unknown): rows is readonly NotedStream[] {
  return Array.isArray(rows) && rows.every(isNoted);
}

function isNoted(row: unknown): row is NotedStream {
  return (
    isRecord(row) &&
    typeof row["id"] === "string" &&
    typeof row["owner"] === "string" &&
    typeof row["next"] === "number" &&
    typeof row["settled"] === "number"
  );
}

function notedOf({ id, owner, next, settled }: NotedStream): NotedStream {
  return { id, owner, next, settled };
}
