import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { CommandError } from "../command/command-error.ts";

/** One record of a CSV file. */
export interface CsvRow {
  /** the line of the file it ends on, from 1 */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A quote that is opened and never closed would make one record of the rest of the file. */
const LARGEST_RECORD = 65_536;

/**
 * Reads a CSV file (UTF-8, with or without a byte order mark; `.gz`: compressed) record by record, so that its size does not matter. Records may have too
 * few or too many cells: that is for the reader to judge.
 *
 * @throws CommandError for a file that is no CSV at all, or cannot be read
 */
export async function* csvRows(path: string): AsyncGenerator<CsvRow, void> {
  const parser = parse({
    bom: true,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    maxRecordSize: LARGEST_RECORD,
    info: true,
  });
  const source = createReadStream(path);
  // What goes wrong on the way comes out of the parser, which the loop below reads.
  const ignore = (): void => undefined;
  if (path.endsWith(".gz")) pipeline(source, createGunzip(), parser, ignore);
  else pipeline(source, parser, ignore);
  try {
    for await (const parsed of parser) {
      if (isParsed(parsed)) yield { line: parsed.info.lines, cells: parsed.record };
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    parser.destroy();
  }
}

/** As the parser hands a record over; its own types say only `any`. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function isParsed(value: unknown): value is Parsed {
  return typeof value === "object" && value !== null && "record" in value && "info" in value;
}

function unreadable(path: string, error: unknown): CommandError {
  if (error instanceof CsvError) return new CommandError(`${path} is no sound CSV: ${error.message}.`, error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return new CommandError(`There is no file ${path}.`, error);
  if (code === "EISDIR") return new CommandError(`${path} is a folder.`, error);
  return new CommandError(`${path} cannot be read (${code === "" ? "unknown reason" : code}).`, error);
}
