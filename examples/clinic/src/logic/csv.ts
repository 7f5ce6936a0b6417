/** Tables as spreadsheets write them (RFC 4180): read so that one bad line harms no other, and written so that no cell runs as a formula. */

/** A line of a table, or the reason why it is none. */
export type CsvLine =
  | { readonly line: number; readonly text: string; readonly cells: readonly string[] }
  | { readonly line: number; readonly text: string; readonly fault: "quote" };

/** A cell that reaches over more lines than these has lost its closing quotation mark. */
const LONGEST_CELL_LINES = 20;

/** Spreadsheets write rows in which nothing stands as separators alone. */
const EMPTY = /^[\s,;]*$/;

/** Reads a text line by line. Where a quotation mark is not closed only its first line is at fault, and reading goes on behind that. */
export function readCsv(text: string): readonly CsvLine[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const delimiter = delimiterOf(lines.find((line) => !EMPTY.test(line)) ?? "");
  const found: CsvLine[] = [];
  for (let at = 0; at < lines.length;) {
    const line = at + 1;
    if (EMPTY.test(lines[at] ?? "")) {
      at += 1;
      continue;
    }
    const { cells, used } = readRecord(lines, at, delimiter);
    const raw = lines.slice(at, at + used).join("\n");
    found.push(
      cells === undefined ? { line, text: lines[at] ?? "", fault: "quote" } : { line, text: raw, cells },
    );
    at += cells === undefined ? 1 : used;
  }
  return found;
}

/** Spreadsheets of some countries write semicolons, others tabs. */
function delimiterOf(header: string): string {
  const counted = [",", ";", "\t"].map((each) => [each, header.split(each).length] as const);
  return counted.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function readRecord(
  lines: readonly string[],
  from: number,
  delimiter: string,
): { readonly cells: readonly string[] | undefined; readonly used: number } {
  let record = lines[from] ?? "";
  let used = 1;
  while (record.split('"').length % 2 === 0 && used < LONGEST_CELL_LINES && from + used < lines.length) {
    record += `\n${lines[from + used] ?? ""}`;
    used += 1;
  }
  return { cells: cellsOf(record, delimiter), used };
}

function cellsOf(record: string, delimiter: string): readonly string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  while (at <= record.length) {
    const read = record[at] === '"' ? quotedCell(record, at) : plainCell(record, at, delimiter);
    if (read === undefined) return undefined;
    cells.push(read.cell.trim());
    const behind = record[read.end];
    if (behind !== undefined && behind !== delimiter) return undefined;
    at = read.end + 1;
  }
  return cells;
}

interface ReadCell {
  readonly cell: string;
  /** where the delimiter behind it stands, or the end */
  readonly end: number;
}

function plainCell(record: string, from: number, delimiter: string): ReadCell | undefined {
  const to = record.indexOf(delimiter, from);
  const end = to < 0 ? record.length : to;
  const cell = record.slice(from, end);
  return cell.includes('"') ? undefined : { cell: withoutGuard(cell), end };
}

function quotedCell(record: string, from: number): ReadCell | undefined {
  let at = from + 1;
  for (;;) {
    const to = record.indexOf('"', at);
    if (to < 0) return undefined;
    if (record[to + 1] !== '"')
      return { cell: withoutGuard(record.slice(from + 1, to).replaceAll('""', '"')), end: to + 1 };
    at = to + 2;
  }
}

/** The apostrophe that keeps spreadsheets from reading `+254…` as a formula is no part of the cell. */
function withoutGuard(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
}

/** A table as text; the mark in front makes spreadsheets read it as UTF-8. */
export function writeCsv(rows: ReadonlyArray<readonly string[]>): string {
  return `\uFEFF${rows.map((row) => row.map(writeCell).join(",")).join("\r\n")}\r\n`;
}

function writeCell(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
