import {
  type Cursor,
  FeedName,
  formatCursors,
  hidesMessages,
  importance,
  LIMITS,
  mayRead,
  parseCursors,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  storedName,
  type SyncHead,
  SyncRequest,
  type SyncTail,
  type FeedPage,
  type Viewer,
} from "@healthbridge/schema";
import type { Feeds, Position } from "./feeds.ts";
import { parse } from "./http.ts";
import type { Operations, Settlement } from "./operations.ts";
import { refused } from "./refused.ts";
import type { Asking } from "./sessions.ts";
import type { World } from "./world.ts";

/** What `POST /v1/sync` works with. */
export interface SyncParts {
  readonly world: World;
  readonly feeds: Feeds;
  readonly operations: Operations;
  readonly now: () => number;
}

/** How a server is set for the moment. */
export interface SyncSettings {
  readonly epoch: number;
  /** ms */
  readonly pace: number | undefined;
  /** bytes after which a page ends */
  readonly pageBytes: number;
}

/** The answer in the parts in which lines carry it. */
export interface SyncAnswer {
  readonly head: SyncHead;
  readonly pages: readonly FeedPage[];
  readonly tail: SyncTail;
}

/** Push and pull in one. */
export function answerSync(
  parts: SyncParts,
  asking: Asking,
  body: unknown,
  settings: SyncSettings,
): SyncAnswer {
  const request = readRequest(body);
  const settlement = push(parts.operations, asking, request, settings.epoch);
  const account = parts.world.get("account", asking.account);
  if (account === undefined) throw refused("device_revoked");
  const viewer = { account: account.id, role: account.role, clinics: account.clinics };
  const { positions, ...located } = locate(parts, request, viewer);
  const reading = parts.feeds.read(positions, {
    stream: ownStream(parts.operations, request),
    budget: Math.min(request.budget ?? LIMITS.answerBytes, LIMITS.largestBudget),
    pageBytes: settings.pageBytes,
    now: parts.now(),
  });
  const { settled, outcomes, fork, knownSince, durableThrough } = settlement;
  const anew =
    settlement.anew || (knownSince !== undefined && parts.feeds.hasReadPast(positions, knownSince));
  return {
    head: {
      settled,
      ...filled({ outcomes, ...located }),
      ...(fork ? { fork } : {}),
      ...(anew ? { anew } : {}),
      serverTime: parts.now(),
      epoch: settings.epoch,
      ...(durableThrough === 0 ? {} : { durableThrough }),
      ...(settings.pace === undefined ? {} : { pace: settings.pace }),
    },
    pages: reading.pages,
    tail: {
      ...(reading.cursors.size === 0 ? {} : { cursors: formatCursors(reading.cursors) }),
      ...(reading.more ? { more: true } : {}),
    },
  };
}

/** A later protocol may have fields that this one would call wrong: its number comes first. */
function readRequest(body: unknown): SyncRequest {
  const protocol =
    typeof body === "object" && body !== null && "protocol" in body ? body.protocol : undefined;
  if (typeof protocol === "number" && (protocol < PROTOCOL_FLOOR || protocol > PROTOCOL_VERSION))
    throw refused("protocol_unsupported", "protocol");
  return parse(SyncRequest, body);
}

/** Of a device that does not know yet that the server was restored nothing is done: what it builds on may be lost. */
function push(operations: Operations, asking: Asking, request: SyncRequest, now: number): Settlement {
  const { stream, from, operations: sent = [], epoch = now } = request;
  const heard = Math.min(request.heard ?? from - 1, from - 1);
  return sent.length === 0 || epoch !== now
    ? operations.standing({ submitter: asking, stream, from, heard, operations: sent })
    : operations.submit({ submitter: asking, stream, from, heard, operations: sent, carrier: "queue" });
}

/** What came in this stream the device made itself; not where a copy of it has written on. */
function ownStream(
  operations: Operations,
  { stream, from, operations: sent = [] }: SyncRequest,
): string | undefined {
  return operations.settledOf(stream) > from - 1 + sent.length ? undefined : stream;
}

interface Located {
  readonly positions: readonly Position[];
  readonly feeds: { name: string; handle: number }[];
  readonly refused: string[];
  readonly dropped: number[];
  readonly reset: number[];
}

/** Finds the feeds a device reads, checks each anew, and says what it may not read (any longer). */
function locate({ world, feeds }: SyncParts, request: SyncRequest, viewer: Viewer): Located {
  const located: Located = { positions: [], feeds: [], refused: [], dropped: [], reset: [] };
  const cursors = new Map<string, Cursor>();
  for (const [handle, cursor] of parseCursors(request.cursors ?? "")) {
    const name = feeds.nameOf(handle);
    if (name === undefined || !mayRead(viewer, name)) located.dropped.push(handle);
    else cursors.set(name, cursor);
  }
  if (cursors.size > LIMITS.feedsPerDevice) throw refused("malformed", "cursors");
  for (const name of request.follow ?? []) {
    const room = cursors.size < LIMITS.feedsPerDevice;
    const stored = room && FeedName.safeParse(name).success ? storedName(name, viewer) : undefined;
    if (stored === undefined || !mayRead(viewer, stored) || !exists(world, stored))
      located.refused.push(name);
    else {
      located.feeds.push({ name, handle: feeds.named(stored).handle });
      cursors.set(stored, cursors.get(stored) ?? { cursor: 0 });
    }
  }
  const positions = [...cursors]
    .map(([name, cursor]) => {
      return { name, cursor, feed: feeds.named(name), hides: hidesMessages(viewer, name) };
    })
    .toSorted(
      (left, right) => importance(left.name) - importance(right.name) || left.feed.handle - right.feed.handle,
    )
    .map(({ feed, hides, cursor: { cursor: at, begun = 0 } }): Position => {
      const lost = at > 0 && (Math.max(at, begun) < feed.horizon || at > feed.number);
      if (lost) located.reset.push(feed.handle);
      const position = { feed, hidesMessages: hides };
      if (lost || at === 0) return { ...position, cursor: 0, begun: feed.number };
      return { ...position, cursor: at, begun: begun > at ? Math.min(begun, feed.number) : 0 };
    });
  return { ...located, positions };
}

/** Whether there is what a feed is about. */
function exists(world: World, stored: string): boolean {
  const [family, id = ""] = stored.split(":");
  if (family === "calendar") return world.get("doctor", id) !== undefined;
  return family !== "clinic" || world.get("clinic", id) !== undefined;
}

/** Without empty lists: to hear that nothing changed costs as little as it can. */
function filled<T extends Readonly<Record<string, readonly unknown[]>>>(lists: T): Partial<T> {
  const entries = Object.entries(lists).filter(([, list]) => list.length > 0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the same fields
  return Object.fromEntries(entries) as Partial<T>;
}
