import { addDays, type CalendarDate, dateFromDays, DAY_MINUTES, MINUTE_MS } from "@healthbridge/schema";
import type { SqlValue } from "../database/lease.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction, type Transaction } from "../database/transaction.ts";
import { countRows, DAY_MS, databaseNow, type Job } from "./job.ts";
import { type Pace, paceOf } from "./pace.ts";

export interface FeedKeeping {
  /** tombstones are kept as long as a session can live without signing in again */
  readonly tombstoneDays: number;
  /** day sheets stay in calendars for so many days after their date */
  readonly pastSheetDays: number;
}

/** Feeds looked at in one statement, and locked in one transaction. A locked feed holds up whoever writes to it. */
const FEEDS_AT_ONCE = 200;
const LOCKED_AT_ONCE = 20;
const ENTRIES_AT_ONCE = 200;

/**
 * Clears entries out of feeds that no living device can need: that something is gone, once every device that could hold it has had to sign in again, and day
 * sheets of days long past. The highest number that went becomes the feed's horizon: a device that had not read so far is told to read the feed anew.
 */
export function clearFeedsJob(pool: DatabasePool, keeping: FeedKeeping): Job {
  return {
    name: "clear feeds",
    schedule: "40 1 * * *",
    atStart: false,
    due: async () => countRows(pool, `feed_entry WHERE ${IS_OLD}`, oldValues(await oldNow(pool, keeping))),
    async run(signal) {
      const old = await oldNow(pool, keeping);
      const work = { pool, old, signal, pace: paceOf(pool, signal) };
      let cleared = 0;
      let after = 0;
      while (!signal.aborted) {
        const handles = await handlesAfter(pool, after);
        if (handles.length === 0) break;
        after = handles.at(-1) ?? after;
        const due = await feedsWithOld(pool, handles, old);
        for (let at = 0; at < due.length; at += LOCKED_AT_ONCE)
          cleared += await clearAll(work, due.slice(at, at + LOCKED_AT_ONCE));
      }
      return { cleared };
    },
  };
}

interface Old {
  readonly goneBefore: number;
  readonly sheetsBefore: CalendarDate;
  /** what changed since then has not reached everybody yet, however old its date */
  readonly sheetsUnchangedSince: number;
}

async function oldNow(pool: DatabasePool, { tombstoneDays, pastSheetDays }: FeedKeeping): Promise<Old> {
  const now = await databaseNow(pool);
  const today = dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES));
  return {
    goneBefore: now - tombstoneDays * DAY_MS,
    sheetsBefore: addDays(today, -pastSheetDays),
    sheetsUnchangedSince: now - pastSheetDays * DAY_MS,
  };
}

/** The date is the end of a day sheet's id. */
const IS_OLD =
  "((gone = 1 AND changed_at < ?) OR (kind = 'sheet' AND RIGHT(entity_id, 10) < ? AND changed_at < ?))";

function oldValues({ goneBefore, sheetsBefore, sheetsUnchangedSince }: Old): readonly SqlValue[] {
  return [goneBefore, sheetsBefore, sheetsUnchangedSince];
}

async function handlesAfter(pool: DatabasePool, after: number): Promise<readonly number[]> {
  const statement = `SELECT handle FROM feed WHERE handle > ? ORDER BY handle LIMIT ${String(FEEDS_AT_ONCE)}`;
  const rows = await read(pool, (reader) => reader.query<{ handle: number }>(statement, [after]));
  return rows.map(({ handle }) => handle);
}

async function feedsWithOld(
  pool: DatabasePool,
  handles: readonly number[],
  old: Old,
): Promise<readonly number[]> {
  const statement = `SELECT DISTINCT feed FROM feed_entry WHERE feed IN (?) AND ${IS_OLD} ORDER BY feed`;
  const rows = await read(pool, (reader) =>
    reader.query<{ feed: number }>(statement, [[...handles], ...oldValues(old)]),
  );
  return rows.map(({ feed }) => feed);
}

interface Work {
  readonly pool: DatabasePool;
  readonly old: Old;
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

async function clearAll({ pool, old, signal, pace }: Work, feeds: readonly number[]): Promise<number> {
  let cleared = 0;
  while (!signal.aborted) {
    const here = await inTransaction(pool, (tx) => clearSome(tx, feeds, old));
    cleared += here;
    await pace.rest();
    if (here < ENTRIES_AT_ONCE) break;
  }
  return cleared;
}

/** Feeds that somebody writes to at the moment are left for the next time. The lowest numbers go first, so that a horizon never passes an entry that stays for now. */
async function clearSome(tx: Transaction, feeds: readonly number[], old: Old): Promise<number> {
  const locked = await tx.query<{ handle: number }>(
    "SELECT handle FROM feed WHERE handle IN (?) ORDER BY handle FOR UPDATE SKIP LOCKED",
    [[...feeds]],
  );
  if (locked.length === 0) return 0;
  const entries = await tx.query<{ feed: number; number: number }>(
    `SELECT feed, number FROM feed_entry WHERE feed IN (?) AND ${IS_OLD} ORDER BY feed, number LIMIT ${String(ENTRIES_AT_ONCE)}`,
    [locked.map(({ handle }) => handle), ...oldValues(old)],
  );
  const horizons = new Map(entries.map(({ feed, number }) => [feed, number]));
  let cleared = 0;
  for (const [feed, horizon] of horizons) {
    await tx.write("UPDATE feed SET horizon = GREATEST(horizon, ?) WHERE handle = ?", [horizon, feed]);
    const statement = `DELETE FROM feed_entry WHERE feed = ? AND number <= ? AND ${IS_OLD}`;
    cleared += (await tx.write(statement, [feed, horizon, ...oldValues(old)])).affectedRows;
  }
  return cleared;
}
