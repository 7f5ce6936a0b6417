/** What an import found that a person may want to look at. */
export interface Finding {
  /** line of the file */
  readonly line: number;
  /** the facility's name, as far as it could be read */
  readonly name: string;
  /** name of the column; none: the whole row */
  readonly column?: string | undefined;
  readonly value?: string | undefined;
  /**
   * - `not entered`: the row was refused
   * - `left out`: the row was entered without this value
   * - `corrected`: the value was entered otherwise than the file has it
   * - `missing`: the file has no value here
   */
  readonly effect: "not entered" | "left out" | "corrected" | "missing";
  readonly why: string;
}

const COLUMNS = ["line", "effect", "column", "value", "why", "name"] as const;

/** Findings as CSV, for a spreadsheet. */
export function findingsCsv(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => COLUMNS.map((column) => cell(String(finding[column] ?? ""))));
  return [COLUMNS, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** A spreadsheet takes a cell that begins like this for a formula, and would run it. Numbers are none. */
const FORMULA = /^[=+\-@\t\r](?!\d+(\.\d+)?$)/u;

function cell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
