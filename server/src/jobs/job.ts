import type { SqlValue } from "../database/lease.ts";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";

/** Work that every server process does from time to time. All of them may do it at once: what one has done the others find done. */
export interface Job {
  readonly name: string;
  /** when, as cron writes it (UTC) */
  readonly schedule: string;
  /** also once when the process starts: it may have been down when it was due */
  readonly atStart: boolean;
  /** Works in small transactions, looks at the signal between them, and answers what it did, for the log. */
  run(signal: AbortSignal): Promise<Readonly<Record<string, number>>>;
  /** how much there is to do at the moment, counted without doing any of it */
  due(): Promise<number>;
}

/** Counts rows, for `due`. */
export async function countRows(
  pool: DatabasePool,
  from: string,
  values: readonly SqlValue[],
): Promise<number> {
  const statement = `SELECT COUNT(*) AS n FROM ${from}`;
  const [row] = await read(pool, (reader) => reader.query<{ n: number }>(statement, values));
  return row?.n ?? 0;
}

export const DAY_MS = 86_400_000;

/** The database's clock, ms: the one clock on which all processes agree. */
export async function databaseNow(pool: DatabasePool): Promise<number> {
  const statement = "SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now";
  const [row] = await read(pool, (reader) => reader.query<{ now: number }>(statement));
  if (row === undefined) throw new Error("the database told no time");
  return row.now;
}
