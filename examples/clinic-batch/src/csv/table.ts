import { readFile } from "node:fs/promises";
import { PlainError } from "../plain-error.ts";
import { delimiterOf, readRecords } from "./records.ts";

/** A row of a table, its cells by the names of their columns. Empty cells are left out. */
export interface TableRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface BadRow {
  readonly line: number;
  readonly fault: string;
}

/** A table people made, as it was read. */
export interface Table {
  readonly rows: ReadonlyArray<TableRow | BadRow>;
  /** columns that nobody asked for, as they are written */
  readonly unused: readonly string[];
}

/** Reads a table from a file. `columns`: the names that mean something. */
export async function readTable(path: string, columns: readonly string[]): Promise<Table> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new PlainError(`${path} cannot be read: ${describeError(error)}`);
  });
  return parseTable(decode(bytes), columns, path);
}

/** The same from text. `name` is what the table is called in faults. */
export function parseTable(text: string, columns: readonly string[], name: string): Table {
  const firstLine = text.split(/\r\n|\n|\r/).find((line) => line.trim() !== "");
  if (firstLine === undefined) throw new PlainError(`${name} is empty.`);
  const [header, ...records] = readRecords(text, delimiterOf(firstLine));
  if (header === undefined || "fault" in header) {
    throw new PlainError(`${name}: the first line must name the columns: ${columns.join(", ")}.`);
  }
  const names = header.cells.map(columnName);
  if (!names.some((each) => columns.includes(each))) {
    throw new PlainError(`${name}: the first line must name the columns; known are ${columns.join(", ")}.`);
  }
  const twice = names.find((each, at) => each !== "" && columns.includes(each) && names.indexOf(each) !== at);
  if (twice !== undefined) throw new PlainError(`${name}: the column ${twice} is there twice.`);
  return {
    unused: header.cells.filter((cell, at) => cell.trim() !== "" && !columns.includes(names[at] ?? "")),
    rows: records.flatMap((record) => {
      if ("fault" in record) return [record];
      if (record.cells.every((cell) => cell.trim() === "")) return [];
      return [rowOf(record.line, record.cells, names)];
    }),
  };
}

function rowOf(line: number, cells: readonly string[], names: readonly string[]): TableRow | BadRow {
  // Programs leave out empty cells at the end of a line; cells beyond the last column mean that something slipped.
  if (cells.length > names.length && cells.slice(names.length).some((cell) => cell.trim() !== "")) {
    return { line, fault: `has ${cells.length} cells where the first line names ${names.length} columns` };
  }
  const pairs = names.map((name, at) => [name, plainCell(cells[at] ?? "")] as const);
  return { line, cells: new Map(pairs.filter(([name, cell]) => name !== "" && cell !== "")) };
}

/** Spaces off; and the apostrophe that keeps spreadsheets (and our own results) from reading `+254…` as a formula. */
function plainCell(cell: string): string {
  const trimmed = cell.replaceAll("\u00a0", " ").trim();
  return /^'[=+\-@]/.test(trimmed) ? trimmed.slice(1) : trimmed;
}

function columnName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
}

/** Text as spreadsheets write it: UTF-8 with or without a mark, UTF-16 with one, else the old Windows code page. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "unknown fault";
  if ("code" in error && error.code === "ENOENT") return "there is no such file";
  if ("code" in error && error.code === "EISDIR") return "it is a folder";
  return error.message;
}
