import { createHash } from "node:crypto";
import { createReadStream, existsSync, createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { CommandError } from "../command/command-error.ts";
import type { SingleConnection } from "../database/single-connection.ts";
import type { Manifest } from "./manifest.ts";
import { TableDigest } from "./table-digest.ts";
import { quoted, type TableReader, type TableShape } from "./table-reader.ts";

/** How far something is: rows done, and rows in all. */
export type Progress = (done: number, all: number) => void;

/** Characters of rows in one statement: large enough to be quick, far below what a database takes (16 MB). */
const STATEMENT = 500_000;
/** The first line and the last. Between them stands one statement on each line. */
const BEGIN =
  "-- HealthBridge backup 1. Each line is a statement: `gunzip -c database.sql.gz | mariadb DATABASE` restores it as well.";
const END = "-- end";
/** So that tables can be filled in any order, and what is written means the same wherever it is read. */
const SESSION = [
  "SET NAMES utf8mb4",
  "SET foreign_key_checks = 0, unique_checks = 0, time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
];

/** Writes all tables into one compressed file, through to the disk. */
export async function writeDump(
  reader: TableReader,
  tables: readonly TableShape[],
  path: string,
  progress: Progress,
): Promise<Pick<Manifest, "dump" | "tables">> {
  const gzip = createGzip();
  const file = createWriteStream(path, { mode: 0o600, flush: true });
  const hash = createHash("sha256");
  let bytes = 0;
  gzip.on("data", (piece: Buffer) => {
    hash.update(piece);
    bytes += piece.length;
  });
  const written = finished(gzip.pipe(file));
  written.catch(() => undefined); // whoever writes next, or waits for the end, is told
  const line = async (text: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    gzip.write(`${text}\n`, (error) => {
      if (error) reject(error);
      else resolve();
    });
    await Promise.race([promise, written]);
  };
  const expected = tables.reduce((sum, { about }) => sum + about, 0);
  const digests: Manifest["tables"] = {};
  let done = 0;
  for (const text of [BEGIN, ...SESSION.map((each) => `${each};`)]) await line(text);
  for (const table of tables) {
    await line(`${table.create};`);
    digests[table.name] = await writeRows(reader, table, line, () => {
      done += 1;
      progress(done, Math.max(done + 1, expected));
    });
  }
  await line(END);
  gzip.end();
  await written;
  progress(done, done);
  return { dump: { bytes, sha256: hash.digest("hex") }, tables: digests };
}

async function writeRows(
  reader: TableReader,
  table: TableShape,
  line: (text: string) => Promise<void>,
  onRow: () => void,
) {
  const into = `INSERT INTO ${quoted(table.name)} (${table.columns.map(({ name }) => quoted(name)).join(",")}) VALUES `;
  const digest = new TableDigest();
  let waiting: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await line(`${into}${waiting.join(",")};`);
    waiting = [];
    size = 0;
  };
  for await (const row of reader.rows(table)) {
    digest.add(row);
    waiting.push(row);
    size += row.length;
    onRow();
    if (size >= STATEMENT) await flush();
  }
  await flush();
  return digest.end();
}

/** @throws CommandError where it is not what was written */
export async function checkDump(path: string, { bytes, sha256 }: Manifest["dump"]): Promise<void> {
  const hash = createHash("sha256");
  let found = 0;
  if (!existsSync(path)) throw new CommandError(`${path} is missing.`);
  for await (const piece of createReadStream(path)) {
    if (!(piece instanceof Uint8Array)) continue;
    hash.update(piece);
    found += piece.length;
  }
  if (found !== bytes || hash.digest("hex") !== sha256)
    throw new CommandError(`${path} is damaged: it is not what was written when the backup was made.`);
}

/** Fills an empty database with what a dump holds. */
export async function loadDump(
  connection: SingleConnection,
  path: string,
  { bytes }: Manifest["dump"],
  progress: Progress,
): Promise<void> {
  const file = createReadStream(path);
  let last = "";
  for await (const statement of linesOf(file.pipe(createGunzip()))) {
    last = statement;
    if (!statement.startsWith("--")) await connection.run(statement);
    progress(Math.min(file.bytesRead, bytes - 1), bytes);
  }
  if (last !== END) throw new CommandError(`${path} ends before its end.`);
  progress(bytes, bytes);
}

/** Lines of UTF-8; what people wrote may hold anything but a line's end. */
async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const piece of pieces) {
    let from = 0;
    for (let to = piece.indexOf(10); to >= 0; to = piece.indexOf(10, from)) {
      begun.push(piece.subarray(from, to));
      yield Buffer.concat(begun).toString("utf8");
      begun = [];
      from = to + 1;
    }
    begun.push(piece.subarray(from));
  }
}
