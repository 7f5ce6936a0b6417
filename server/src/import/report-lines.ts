import type { ImportReport } from "./facility-register.ts";
import type { Finding } from "./findings.ts";

/** How many single findings are told on the screen; all of them go into the file that `--report` names. */
const MOST_TOLD = 10;

/** What became of an import, in plain lines. */
export function reportLines(report: ImportReport): readonly string[] {
  const { rows, entered, recognised, withPosition, tidied, findings } = report;
  const refused = findings.filter(({ effect }) => effect === "not entered");
  const doubtful = findings.filter(({ effect }) => effect === "left out" || effect === "corrected");
  const known = recognised === 0 ? "" : ` (${count(recognised)} of them by an earlier run)`;
  return [
    `${count(rows)} rows read, ${count(entered)} facilities entered${known}, ${count(refused.length)} rows not entered.`,
    `Positions: ${count(withPosition)} facilities have one. ${readingLine(report)}`,
    ...missingLines(findings),
    ...(tidied === 0 ? [] : [`Tidied: white space in ${count(tidied)} values.`]),
    ...[...refused, ...doubtful].slice(0, MOST_TOLD).map(findingLine),
    ...(refused.length + doubtful.length > MOST_TOLD
      ? [`... and ${count(refused.length + doubtful.length - MOST_TOLD)} more; --report FILE lists all.`]
      : []),
  ];
}

function readingLine({ reading, votes }: ImportReport): string {
  const [ours, others] =
    reading === "exchanged" ? [votes.exchanged, votes.asNamed] : [votes.asNamed, votes.exchanged];
  const how =
    reading === "exchanged"
      ? "The columns lat and long are exchanged in this file and were read so"
      : "The columns lat and long were read as named";
  return `${how}: that way ${count(ours)} rows lie inside the country, the other way ${count(others)}.`;
}

function missingLines(findings: readonly Finding[]): readonly string[] {
  const missing = Map.groupBy(
    findings.filter(({ effect }) => effect === "missing"),
    ({ column }) => column ?? "",
  );
  if (missing.size === 0) return [];
  const parts = [...missing].map(([column, rows]) => `${column} in ${count(rows.length)}`);
  return [`No value in the file, and entered without: ${parts.join("; ")}.`];
}

function findingLine({ line, name, column, value, effect, why }: Finding): string {
  const what = column === undefined ? "the row" : `${column}${value === undefined ? "" : ` "${value}"`}`;
  return `Line ${String(line)} (${name === "" ? "no name" : name}): ${what} ${effect}: ${why}.`;
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}
