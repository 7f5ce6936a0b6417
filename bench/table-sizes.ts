import { setTimeout as sleep } from "node:timers/promises";
import { SingleConnection } from "../server/src/database/single-connection.ts";

/** The tables in which an appointment leaves something, and those in which its clean-up does. */
const TABLES = [
  "appointment",
  "busy_time",
  "feed_entry",
  "operation",
  "notice",
  "day_sheet",
  "appointment_archive",
  "pruned_marks",
] as const;

export interface TableSize {
  readonly table: string;
  readonly rows: number;
  /** pages that hold rows and keys */
  readonly bytes: number;
  /** these, and pages the table keeps for rows to come: what it takes of the disk */
  readonly fileBytes: number;
}

const MOST_LOOKS = 100;
const BETWEEN_LOOKS_MS = 3_000;

/** Rows and bytes of each table, as they are once the database has let go of deleted rows. */
export async function settledSizes(databaseUrl: string): Promise<readonly TableSize[]> {
  await using database = await SingleConnection.open(databaseUrl);
  let before = await bytesOf(database);
  for (let look = 1; look < MOST_LOOKS; look += 1) {
    await sleep(BETWEEN_LOOKS_MS);
    const now = await bytesOf(database);
    if (now.every(({ bytes }, at) => bytes === before[at]?.bytes)) break;
    before = now;
  }
  return await sizesOf(database);
}

/** Writes each table anew without the room that deleted rows left in it, and tells its sizes then. */
export async function compactedSizes(databaseUrl: string): Promise<readonly TableSize[]> {
  await using database = await SingleConnection.open(databaseUrl);
  for (const table of TABLES) await database.run(`OPTIMIZE TABLE ${table}`);
  return await sizesOf(database);
}

async function sizesOf(database: SingleConnection): Promise<readonly TableSize[]> {
  const sizes: TableSize[] = [];
  for (const each of await bytesOf(database)) {
    const [counted] = await database.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${each.table}`);
    sizes.push({ ...each, rows: counted?.n ?? 0 });
  }
  return sizes;
}

async function bytesOf(database: SingleConnection): Promise<readonly Omit<TableSize, "rows">[]> {
  for (const table of TABLES) await database.run(`ANALYZE TABLE ${table}`);
  const rows = await database.rows<{ name: string; bytes: number; free: number }>(
    `SELECT table_name AS name, data_length + index_length AS bytes, data_free AS free
     FROM information_schema.tables WHERE table_schema = DATABASE()`,
  );
  return TABLES.map((table) => {
    const { bytes = 0, free = 0 } = rows.find(({ name }) => name === table) ?? {};
    return { table, bytes, fileBytes: bytes + free };
  });
}
