import { parse } from "csv-parse/sync";

/** One record of a CSV text, or the line that could not be read as one. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly fault: string };

/** A cell with line breaks in it may reach over so many lines. More, and a quote was forgotten. */
const LONGEST_RECORD_LINES = 20;

/**
 * The records of a CSV text, one by one: what is wrong with one harms no other. A forgotten quote would otherwise swallow everything up to the next one, so
 * a record over several lines counts only where it is whole; else its first line is at fault and reading goes on behind that.
 *
 * @param width how many cells a whole record has; by default as many as the first one
 */
export function* readRecords(text: string, delimiter: string, width?: number): Generator<CsvRecord> {
  const lines = text.split(/\r\n|\n|\r/);
  let wanted = width;
  for (let at = 0; at < lines.length;) {
    const line = at + 1;
    const first = lines[at] ?? "";
    if (first.trim() === "") {
      at += 1;
      continue;
    }
    const { cells, used } = readOne(lines, at, delimiter);
    wanted ??= cells?.length;
    const inside = lines.slice(at + 1, at + used);
    if (
      cells === undefined ||
      (used > 1 && (cells.length !== wanted || swallows(inside, delimiter, wanted)))
    ) {
      yield { line, fault: "a quotation mark is missing or stands where none belongs" };
      at += 1;
    } else {
      yield { line, cells };
      at += used;
    }
  }
}

/** The delimiter a header line uses: programs in some countries write semicolons or tabs. */
export function delimiterOf(header: string): string {
  const counted = [",", ";", "\t"].map((each) => [each, header.split(each).length] as const);
  return counted.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function readOne(
  lines: readonly string[],
  from: number,
  delimiter: string,
): { readonly cells: readonly string[] | undefined; readonly used: number } {
  let record = lines[from] ?? "";
  let used = 1;
  while (hasOpenQuote(record) && used < LONGEST_RECORD_LINES && from + used < lines.length) {
    record += `\n${lines[from + used] ?? ""}`;
    used += 1;
  }
  return { cells: cellsOf(record, delimiter), used };
}

/** Whether lines within one cell look like records of their own: then two quotes were forgotten, not one cell written. */
function swallows(lines: readonly string[], delimiter: string, width: number): boolean {
  return width > 2 && lines.some((line) => !line.includes('"') && line.split(delimiter).length === width);
}

function hasOpenQuote(record: string): boolean {
  return record.split('"').length % 2 === 0;
}

function cellsOf(record: string, delimiter: string): readonly string[] | undefined {
  if (!record.includes('"')) return record.split(delimiter);
  try {
    const rows: string[][] = parse(record, { delimiter, relax_column_count: true });
    return rows.length === 1 ? rows[0] : undefined;
  } catch {
    return undefined;
  }
}
