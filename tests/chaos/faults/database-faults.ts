/**
 * Faults made by SQL on connections of our own, on MariaDB and on MySQL. Each lasts until it is disposed of, which may be tried again when the
 * database was away. All want an account that may do everything; the server under test wants one that may not (see `serverAccount`).
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "@healthbridge/client-sdk/testing";
import { formatDatabaseUrl, parseDatabaseUrl } from "../../../server/src/database/database-url.ts";
import { DatabaseError } from "../../../server/src/database/database-error.ts";
import { SingleConnection } from "../../../server/src/database/single-connection.ts";

/**
 * Makes an account as an operator would give to the server: everything in its own database, nothing elsewhere. One that may administer writes
 * to a read-only database all the same, and gets in when the database is full. Answers the database's address for it.
 */
export async function serverAccount(url: string): Promise<string> {
  const address = parseDatabaseUrl(url);
  const user = `server_${randomBytes(4).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  const host = address.socketPath === undefined ? "%" : "localhost";
  await using connection = await SingleConnection.open(url);
  await connection.run(`CREATE USER '${user}'@'${host}' IDENTIFIED BY '${password}'`);
  await connection.run(`GRANT ALL PRIVILEGES ON \`${address.database ?? ""}\`.* TO '${user}'@'${host}'`);
  return formatDatabaseUrl({ ...address, user, password });
}

/** No transaction can write: begun ones fail at their next write or at COMMIT. Waits for commits that are under way. */
export async function readOnly(url: string): Promise<AsyncDisposable> {
  await setReadOnly(url, true);
  return { [Symbol.asyncDispose]: () => setReadOnly(url, false) };
}

async function setReadOnly(url: string, on: boolean): Promise<void> {
  await using connection = await SingleConnection.open(url);
  // MySQL's own, so that not even administrators write; switching the other one off switches it off too.
  const name = on && (await isMysql(connection)) ? "super_read_only" : "read_only";
  await connection.run(`SET GLOBAL ${name} = ${on ? "1" : "0"}`);
}

async function isMysql(connection: SingleConnection): Promise<boolean> {
  const [row] = await connection.rows<{ version: string }>("SELECT VERSION() AS version");
  return row?.version.includes("MariaDB") === false;
}

/** Rows to lock. */
export interface Rows {
  readonly table: string;
  /** its primary key, or the key's first column; `id` where this is left out */
  readonly key?: string;
  /** how many; all where this is left out */
  readonly count?: number;
}

/** Keeps rows locked: whoever wants them waits, and gets 1205 when his patience is over. `gaps`: nobody can insert between them either. */
export async function holdLocks(url: string, rows: Rows, gaps = false): Promise<AsyncDisposable> {
  const connection = await SingleConnection.open(url);
  try {
    const level = gaps ? "REPEATABLE READ" : "READ COMMITTED";
    await connection.run(`SET SESSION TRANSACTION ISOLATION LEVEL ${level}`);
    await connection.run("START TRANSACTION");
    await connection.run(lockStatement(rows, "ASC"));
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  return connection;
}

function lockStatement({ table, key = "id", count }: Rows, direction: "ASC" | "DESC"): string {
  const limit = count === undefined ? "" : ` LIMIT ${String(count)}`;
  return `SELECT 1 FROM \`${table}\` FORCE INDEX (PRIMARY) ORDER BY \`${key}\` ${direction}${limit} FOR UPDATE`;
}

export interface DeadlockStormOptions {
  /** In the order in which they are locked: the opposite of the server's, last tables first. */
  readonly rows: readonly Rows[];
  readonly random: SeededRandom;
  readonly connections?: number;
}

export interface DeadlockStorm extends AsyncDisposable {
  readonly rounds: () => number;
}

const LONGEST_PAUSE_MS = 20;

/**
 * Transactions that lock in the opposite order, tables and rows, again and again. The database gives up the one of two that holds fewer locks,
 * so a storm over many rows mostly wins, and the server's transactions are the ones to be run again.
 */
export function deadlockStorm(
  url: string,
  { rows, random, connections = 2 }: DeadlockStormOptions,
): DeadlockStorm {
  const over = new AbortController();
  let rounds = 0;
  const pause = async (): Promise<void> => {
    const ms = random.between(0, LONGEST_PAUSE_MS);
    await sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
  };
  const round = async (connection: SingleConnection): Promise<void> => {
    await connection.run("START TRANSACTION");
    for (const each of rows) {
      await connection.run(lockStatement(each, "DESC"));
      await pause();
    }
  };
  const storm = async (): Promise<void> => {
    await using connection = await SingleConnection.open(url);
    while (!over.signal.aborted) {
      await ignoreLoss(round(connection));
      await connection.run("ROLLBACK");
      rounds += 1;
      await pause();
    }
  };
  const again = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await storm().catch(unlessAway);
      await pause();
    }
  };
  const storms = Array.from({ length: connections }, again);
  return {
    rounds: () => rounds,
    async [Symbol.asyncDispose]() {
      over.abort();
      await Promise.all(storms);
    },
  };
}

/** Losing a deadlock is part of the storm. */
async function ignoreLoss(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof DatabaseError && (error.code === "deadlock" || error.code === "lock_timeout")))
      throw error;
  }
}

function unlessAway(error: unknown): void {
  if (error instanceof DatabaseError && (error.code === "unavailable" || error.code === "connection_lost"))
    return;
  throw error;
}

/** The least that both databases take. */
const FEWEST_CONNECTIONS = 10;
/** More than the limit, and one for the administrator. */
const MOST_OPENED = 64;

/** The database takes no further connection of anybody but administrators: error 1040. Connections that are open stay so. */
export async function noConnectionsLeft(url: string): Promise<AsyncDisposable> {
  const held: SingleConnection[] = [];
  const [before] = await onceAt(url, (connection) =>
    connection.rows<{ most: number }>("SELECT @@GLOBAL.max_connections AS most"),
  );
  await onceAt(url, (connection) =>
    connection.run(`SET GLOBAL max_connections = ${String(FEWEST_CONNECTIONS)}`),
  );
  for (let full = false; !full && held.length < MOST_OPENED;) {
    const next = await openUnlessFull(url);
    full = next === undefined;
    if (next !== undefined) held.push(next);
  }
  return {
    async [Symbol.asyncDispose]() {
      // Through one of those that are held: a new one might find no room. Where the servers' were more than the limit from the first, none is.
      const [first, ...others] = held.splice(0);
      for (const each of others) await each[Symbol.asyncDispose]();
      await using one = first ?? (await openOnceThereIsRoom(url));
      await one.run(`SET GLOBAL max_connections = ${String(before?.most ?? 0)}`);
    },
  };
}

async function openUnlessFull(url: string): Promise<SingleConnection | undefined> {
  try {
    return await SingleConnection.open(url);
  } catch (error) {
    if (error instanceof DatabaseError && FULL.has(error.errno ?? 0)) return undefined;
    throw error;
  }
}

/** An administrator has a place beyond the limit, as soon as the last one who used it has left it. */
async function openOnceThereIsRoom(url: string): Promise<SingleConnection> {
  for (;;) {
    const connection = await openUnlessFull(url);
    if (connection !== undefined) return connection;
    await sleep(20);
  }
}

/** Too many in all, too many of one account. */
const FULL: ReadonlySet<number> = new Set([1040, 1203, 1226]);

/** KILL for every connection of an account; answers how many there were. */
export async function killConnections(url: string, user: string): Promise<number> {
  await using connection = await SingleConnection.open(url);
  const rows = await connection.rows<{ id: number }>(
    "SELECT id FROM information_schema.processlist WHERE user = ? AND id <> CONNECTION_ID()",
    [user],
  );
  let killed = 0;
  for (const { id } of rows) {
    const done = connection.run(`KILL ${String(id)}`);
    // 1094: it ended by itself this moment.
    killed += await done.then(() => 1).catch((error: unknown) => zeroUnless(error, 1094));
  }
  return killed;
}

function zeroUnless(error: unknown, errno: number): number {
  if (error instanceof DatabaseError && error.errno === errno) return 0;
  throw error;
}

async function onceAt<T>(url: string, work: (connection: SingleConnection) => Promise<T>): Promise<T> {
  await using connection = await SingleConnection.open(url);
  return await work(connection);
}
