import {
  addDays,
  type Cursor,
  dateFromDays,
  DAY_MINUTES,
  type FeedPage,
  LIMITS,
  MINUTE_MS,
  splitSheetId,
  type StreamId,
} from "@healthbridge/schema";
import type { Reader } from "../database/read.ts";
import { loadWireEntities, type WireEntity } from "./feed-entities.ts";

/** A feed to read from, and where the device stands in it. */
export interface FeedPosition {
  readonly handle: number;
  /** number of the feed's newest change */
  readonly number: number;
  readonly cursor: number;
  /**
   * the feed's newest number when the device began to read it from its beginning, 0 where it has read it before. Until it is through it gets everything, also
   * what came from itself
   */
  readonly begun: number;
  /** what is said in conversations is not shown to whoever reads */
  readonly hidesMessages: boolean;
}

/** What one reading of feeds brought. */
export interface FeedReading {
  readonly pages: readonly FeedPage[];
  /** where feeds stand that had nothing to show */
  readonly cursors: ReadonlyMap<number, Cursor>;
  readonly more: boolean;
}

interface Entry {
  readonly kind: string;
  readonly id: string;
  readonly number: number;
  readonly gone: number;
}

/** Entries looked at in one statement. */
const ENTRIES_AT_ONCE = 500;
/** Entries looked at for one answer: of what is hidden from the reader, or not worth showing, nothing is counted to the budget. */
const MOST_ENTRIES = 10_000;

/** Who reads: what came in this stream up to this number she made herself. */
export interface Author {
  readonly stream: StreamId;
  /** the last number of which the device speaks; where the stream is settled beyond it, a copy of the device wrote there, and nothing in it is taken for her own */
  readonly last: number;
}

/**
 * Reads feeds in the order given until they are through, the budget (bytes of JSON) is spent, or much was looked at. What a device made itself and foresaw exactly is not sent
 * back to it, unless somebody else changed the same thing since.
 */
export async function readFeeds(
  reader: Reader,
  feeds: readonly FeedPosition[],
  author: Author,
  budget: number,
  now: number,
): Promise<FeedReading> {
  const pages: FeedPage[] = [];
  const cursors = new Map<number, Cursor>();
  let left = budget;
  let looked = 0;
  let more = false;
  for (const feed of feeds) {
    let at = feed.cursor;
    let shown = feed.cursor;
    while (at < feed.number && left > 0) {
      const entries = await entriesAfter(reader, feed, author, at);
      const taken = await pagesOf(reader, feed, entries, { now, budget: left });
      pages.push(...taken.pages);
      left -= taken.bytes;
      shown = taken.shown ?? shown;
      at =
        taken.through ??
        (entries.length < ENTRIES_AT_ONCE
          ? Math.max(feed.number, entries.at(-1)?.number ?? 0)
          : (entries.at(-1)?.number ?? feed.number));
      looked += entries.length;
      if (taken.through !== undefined || looked >= MOST_ENTRIES) {
        // What matters more is through before the next feed begins.
        left = 0;
        break;
      }
    }
    if (at > shown) cursors.set(feed.handle, standing(feed, at));
    more ||= at < feed.number;
  }
  return { pages, cursors, more };
}

/**
 * The entries a device has not seen. What it made itself counts from where somebody else last changed it: ordered by that, an answer that stops in the
 * middle cannot pass over it.
 */
function entriesAfter(
  reader: Reader,
  feed: FeedPosition,
  { stream, last }: Author,
  cursor: number,
): Promise<readonly Entry[]> {
  if (feed.begun > 0)
    return reader.query<Entry>(
      `SELECT kind, entity_id AS id, gone, number FROM feed_entry WHERE feed = ? AND number > ? ORDER BY number LIMIT ${ENTRIES_AT_ONCE}`,
      [feed.handle, cursor],
    );
  // How far the stream is settled is looked at by the same statement: a copy may be writing it this moment.
  const number = "IF(e.origin = s.id AND s.settled <= ?, e.other_number, e.number)";
  return reader.query<Entry>(
    `SELECT e.kind, e.entity_id AS id, e.gone, ${number} AS number FROM feed_entry e LEFT JOIN stream s ON s.id = ?
     WHERE e.feed = ? AND e.number > ? AND ${number} > ? ORDER BY ${number} LIMIT ${ENTRIES_AT_ONCE}`,
    [last, stream, feed.handle, cursor, last, cursor, last],
  );
}

interface Taken {
  readonly pages: readonly FeedPage[];
  readonly bytes: number;
  /** the last change that it shows */
  readonly shown: number | undefined;
  /** where it stopped for want of budget; `undefined`: through */
  readonly through: number | undefined;
}

async function pagesOf(
  reader: Reader,
  feed: FeedPosition,
  entries: readonly Entry[],
  { now, budget }: { now: number; budget: number },
): Promise<Taken> {
  const yesterday = addDays(dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES)), -1);
  const wanted = entries.filter(
    (entry) =>
      !(feed.hidesMessages && entry.kind === "message") &&
      (entry.number > feed.begun || isWorthShowing(entry, yesterday)),
  );
  const entities = await loadWireEntities(
    reader,
    wanted.filter(({ gone }) => gone === 0),
  );
  const pages: FeedPage[] = [];
  let items: FeedPage["items"] = [];
  let size = 0;
  let bytes = 0;
  let shown: number | undefined;
  const endPage = (): void => {
    if (shown !== undefined && items.length > 0)
      pages.push({ feed: feed.handle, items, ...standing(feed, shown) });
    items = [];
    size = 0;
  };
  for (const entry of wanted) {
    const item = itemOf(entry, entities.get(`${entry.kind} ${entry.id}`));
    const length = Buffer.byteLength(JSON.stringify(item));
    // One item always goes: a budget smaller than an item must not stop a device for ever.
    if (bytes > 0 && bytes + length > budget) {
      endPage();
      return { pages, bytes, shown, through: shown };
    }
    if (size > 0 && size + length > LIMITS.chunkBytes) endPage();
    items.push(item);
    size += length;
    bytes += length;
    shown = entry.number;
  }
  endPage();
  return { pages, bytes, shown, through: undefined };
}

/** Where a device stands that was shown so much. */
function standing({ begun }: FeedPosition, cursor: number): Cursor {
  return cursor < begun ? { cursor, begun } : { cursor };
}

/** A device that holds nothing needs to hear neither of what is gone nor of days that are over. */
function isWorthShowing({ kind, id, gone }: Entry, yesterday: string): boolean {
  return gone === 0 && !(kind === "sheet" && splitSheetId(id).date < yesterday);
}

function itemOf({ kind, id, gone }: Entry, entity: WireEntity | undefined): FeedPage["items"][number] {
  return gone === 1 || entity === undefined ? { kind, gone: id } : { kind, entity };
}

/** Numbers of a feed that are looked at before a cursor: each may have gone to a newer change since. */
const LOOKED_BACK = 50;

/**
 * Whether a device had read, when it sent a request, what was written at an instant (ms by the database's clock) or later. Of what it sent itself it reads nothing
 * before it has heard what became of it; so what was settled before what it had read was sent by a copy of it.
 */
export async function hasReadPast(
  reader: Reader,
  feeds: readonly FeedPosition[],
  instant: number,
): Promise<boolean> {
  const read = feeds.filter(({ cursor }) => cursor > 0);
  if (read.length === 0) return false;
  const where = read.map(() => "(feed = ? AND number BETWEEN ? AND ?)").join(" OR ");
  const [row] = await reader.query<{ newest: number | null }>(
    `SELECT MAX(changed_at) AS newest FROM feed_entry WHERE ${where}`,
    read.flatMap(({ handle, cursor }) => [handle, cursor - LOOKED_BACK, cursor]),
  );
  return (row?.newest ?? 0) >= instant;
}
