import type { QueryPlan } from "./environment.ts";
import type { Value } from "./syntax.ts";
import type { Row } from "./values.ts";

export interface QueryOptions {
  readonly sql: string;
  readonly values?: readonly unknown[];
  readonly rowsAsArray?: boolean;
}

/** The driver's header of a statement without rows. */
export interface Header {
  readonly affectedRows: number;
  readonly changedRows: number;
  readonly insertId: number;
  readonly warningStatus: number;
  /** bit 0: a transaction is open, bit 1: autocommit */
  readonly serverStatus: number;
}

export type Result = readonly unknown[] | Header;

/** What a statement without rows is answered. */
export function header(
  changed: Pick<Header, "affectedRows" | "changedRows" | "insertId">,
  inTransaction: boolean,
): Header {
  return { ...changed, warningStatus: 0, serverStatus: AUTOCOMMIT | (inTransaction ? IN_TRANSACTION : 0) };
}

const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;

/** Rows as the driver hands them on. */
export function answerRows(query: QueryPlan, rows: readonly Row[], rowsAsArray: boolean): readonly unknown[] {
  const { columns } = query;
  if (columns.some(({ type }) => type === "fraction"))
    throw new Error("the model database answers no DECIMAL with a fraction");
  const asText = columns.map(({ type }) => type === "decimal");
  const ready = (value: Value, at: number): Value =>
    asText[at] === true && typeof value === "number" ? decimalText(value) : value;
  if (rowsAsArray) return rows.map((row) => row.map(ready));
  return rows.map((row) => {
    const object: Record<string, Value> = {};
    for (let at = 0; at < columns.length; at += 1) {
      const column = columns[at];
      if (column !== undefined) object[column.name] = ready(row[at] ?? null, at);
    }
    return object;
  });
}

/** The driver hands DECIMAL on as text. */
function decimalText(value: number): string {
  if (!Number.isInteger(value)) throw new Error("the model database answers no DECIMAL with a fraction");
  return String(value);
}
