import { Clinic } from "@healthbridge/schema";
import { cleanText } from "./clean-text.ts";
import type { Country } from "./country.ts";
import { csvRows } from "./csv-rows.ts";
import type { Finding } from "./findings.ts";
import { CommandError } from "../command/command-error.ts";
import { positionOf, type Reading, readingOf, voteOf, type Votes } from "./positions.ts";

/** One facility of the register, ready to be asked for as `clinic.register`. */
export interface FacilityRow {
  /** 1 for the first row of data: the number of its operation */
  readonly number: number;
  readonly line: number;
  /** input of the operation; the operation judges it, so it may be refused */
  readonly input: Readonly<Record<string, string | number>>;
  readonly findings: readonly Finding[];
  /** names and words that lost white space */
  readonly tidied: number;
}

/** What has to be known of the whole file before its first row can be read. */
export interface Survey {
  readonly rows: number;
  readonly reading: Reading;
  readonly votes: Votes;
}

/** Our fields and the register's columns. */
const WORDS = {
  code: "code",
  level: "keph_level_name",
  type: "facility_type_category",
  owner: "owner_type_name",
  county: "county_name",
  ward: "ward_name",
} as const;
const LATITUDE = "lat";
const LONGITUDE = "long";

/** Reads the file once, to count its rows and to see how its positions are meant. */
export async function surveyFacilities(path: string, country: Country): Promise<Survey> {
  let rows = 0;
  let asNamed = 0;
  let exchanged = 0;
  for await (const { cellOf } of records(path)) {
    rows += 1;
    const vote = voteOf(cellOf(LATITUDE), cellOf(LONGITUDE), country);
    asNamed += vote.asNamed;
    exchanged += vote.exchanged;
  }
  const votes = { asNamed, exchanged };
  return { rows, votes, reading: readingOf(votes) };
}

/** Reads the facilities of a register one by one. Every row of the file comes out: what cannot be used is told, never passed over. */
export async function* facilityRows(
  path: string,
  reading: Reading,
  country: Country,
): AsyncGenerator<FacilityRow, void> {
  const codes = new Map<string, number>();
  let number = 0;
  for await (const row of records(path)) {
    number += 1;
    yield facilityRow(row, { number, reading, country, codes });
  }
}

interface RegisterRecord {
  readonly line: number;
  readonly cells: number;
  readonly expected: number;
  /** what stands in a column; nothing where there is no such column */
  readonly cellOf: (column: string) => string;
}

async function* records(path: string): AsyncGenerator<RegisterRecord, void> {
  let columns: ReadonlyMap<string, number> | undefined;
  for await (const { line, cells } of csvRows(path)) {
    if (columns === undefined) {
      columns = header(path, cells);
      continue;
    }
    const places = columns;
    const cellOf = (column: string): string => cells[places.get(column) ?? -1]?.trim() ?? "";
    if (cells.some((cell) => cell.includes("\uFFFD")))
      throw new CommandError(
        `${path}, line ${String(line)}: not UTF-8. Save the file as CSV in UTF-8 and try again.`,
      );
    yield { line, cells: cells.length, expected: places.size, cellOf };
  }
  if (columns === undefined) throw new CommandError(`${path} is empty.`);
}

function header(path: string, cells: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map(cells.map((name, at) => [name.trim(), at]));
  if (columns.has("name")) return columns;
  const known = ["name", ...Object.values(WORDS), LATITUDE, LONGITUDE].join(", ");
  throw new CommandError(
    `${path} has no column "name" in its first line. Columns that are read: ${known}. The file has: ${cells.join(", ")}.`,
  );
}

interface Setting {
  readonly number: number;
  readonly reading: Reading;
  readonly country: Country;
  /** codes of earlier rows and their lines */
  readonly codes: Map<string, number>;
}

function facilityRow(row: RegisterRecord, { number, reading, country, codes }: Setting): FacilityRow {
  const name = cleanText(row.cellOf("name"));
  const about = { line: row.line, name: name.text };
  const findings: Finding[] = [];
  if (name.cut !== undefined)
    findings.push({
      ...about,
      column: "name",
      value: row.cellOf("name"),
      effect: "corrected",
      why: `cut off: ${name.cut}`,
    });
  if (row.cells !== row.expected) {
    // In which column something is missing nobody knows: all the values may be one off.
    const why = `has ${String(row.cells)} cells where the first line has ${String(row.expected)}`;
    findings.push({ ...about, effect: "not entered", why });
    return { number, line: row.line, input: {}, findings, tidied: 0 };
  }
  const words = wordsOf(row, about, codes);
  const position = placeOf(row, about, reading, country);
  const input = { name: name.text, ...words.values, ...position.values, zone: country.zone };
  const tidied = words.tidied + (name.tidied ? 1 : 0);
  return {
    number,
    line: row.line,
    input,
    tidied,
    findings: [...findings, ...words.findings, ...position.findings],
  };
}

type About = Pick<Finding, "line" | "name">;

/** The words of a row. One that cannot be kept costs itself, not the row. */
function wordsOf(row: RegisterRecord, about: About, codes: Map<string, number>) {
  const values: Record<string, string> = {};
  const findings: Finding[] = [];
  let tidied = 0;
  for (const field of FIELDS) {
    const column = WORDS[field];
    const cleaned = cleanText(row.cellOf(column));
    if (cleaned.tidied) tidied += 1;
    const value = cleaned.text;
    if (value === "") {
      findings.push({ ...about, column, effect: "missing", why: "the register has none" });
      continue;
    }
    const why =
      field === "code" ? (faultOf(field, value) ?? repeated(value, row.line, codes)) : faultOf(field, value);
    if (why === undefined) values[field] = value;
    else findings.push({ ...about, column, value, effect: "left out", why });
  }
  return { values, findings, tidied };
}

const FIELDS = ["code", "level", "type", "owner", "county", "ward"] as const;

function faultOf(field: (typeof FIELDS)[number], value: string): string | undefined {
  return Clinic.shape[field].safeParse(value).success ? undefined : "too long, or not one line of text";
}

/** Two facilities cannot have one code: which of them is right is for the keeper of the register. */
function repeated(code: string, line: number, codes: Map<string, number>): string | undefined {
  const earlier = codes.get(code);
  codes.set(code, earlier ?? line);
  return earlier === undefined ? undefined : `the same code is on line ${String(earlier)}`;
}

function placeOf(row: RegisterRecord, about: About, reading: Reading, country: Country) {
  const [lat, long] = [row.cellOf(LATITUDE), row.cellOf(LONGITUDE)];
  const column = `${LATITUDE}, ${LONGITUDE}`;
  const position = positionOf(lat, long, reading, country);
  const values: Record<string, number> = {};
  const findings: Finding[] = [];
  if (position.status === "found") {
    values["lat"] = position.lat;
    values["lng"] = position.lng;
  } else if (position.status === "missing") {
    findings.push({ ...about, column, effect: "missing", why: "the register has none" });
  } else {
    findings.push({ ...about, column, value: `${lat}, ${long}`, effect: "left out", why: position.why });
  }
  return { values, findings };
}
