import type { Entities, Kind } from "@healthbridge/schema";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { MySqlTable } from "drizzle-orm/mysql-core";
import type { SqlValue } from "../../database/lease.ts";
import type { Transaction } from "../../database/transaction.ts";

/** An entity as it is stored: with the tenant whose it is. */
export interface Stored<K extends Kind> {
  readonly tenant: string;
  readonly entity: Entities[K];
}

/** Where entities are read from: a transaction, or a plain read. */
export interface Source {
  query<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** How one kind of entity is kept in its table. Everything is set-wise: one statement for any number. */
export interface Records<K extends Kind> {
  /** Looks entities up, sorted by id, so that locks are taken in one order. */
  load(source: Source, ids: readonly string[], lock: boolean): Promise<readonly Stored<K>[]>;
  insert(tx: Transaction, entities: readonly Stored<K>[]): Promise<void>;
  update(tx: Transaction, entities: readonly Stored<K>[]): Promise<void>;
}

type Row = Readonly<Record<string, SqlValue | undefined>>;

/** Looks rows up by their ids, in the order of these, keyed as the drizzle table names its columns. */
export function loadRows<T extends MySqlTable>(
  source: Source,
  table: T,
  ids: readonly string[],
  lock: boolean,
): Promise<ReadonlyArray<T["$inferSelect"]>> {
  return selectRows(source, table, `WHERE id IN (?) ORDER BY id${lock ? " FOR UPDATE" : ""}`, [[...ids]]);
}

/** Looks rows up, keyed as the drizzle table names its columns. Every operation does: the text is made once for each table, not each time. */
export function selectRows<T extends MySqlTable>(
  source: Source,
  table: T,
  where: string,
  values: readonly SqlValue[],
): Promise<ReadonlyArray<T["$inferSelect"]>> {
  const text = SELECTS.get(table) ?? selectFrom(table);
  SELECTS.set(table, text);
  return source.query<T["$inferSelect"]>(`${text} ${where}`, values);
}

const SELECTS = new WeakMap<MySqlTable, string>();

function selectFrom(table: MySqlTable): string {
  const columns = Object.entries(getTableColumns(table)).map(
    ([key, { name }]) => `\`${name}\` AS \`${key}\``,
  );
  return `SELECT ${columns.join(", ")} FROM \`${getTableName(table)}\``;
}

/**
 * Inserts rows, keyed as the drizzle table names its columns, with one statement.
 * @param key the column by which a row that is there already is known, and left as it is; without it that is an error
 */
export async function insertRows(
  tx: Transaction,
  table: MySqlTable,
  rows: readonly Row[],
  key?: string,
): Promise<void> {
  if (rows.length === 0) return;
  const columns = columnsOf(table, rows);
  const values = rows.map((row) => columns.map(([key]) => row[key] ?? null));
  const names = columns.map(([, name]) => `\`${name}\``).join(", ");
  const known = key === undefined ? "" : ` ON DUPLICATE KEY UPDATE \`${key}\` = \`${key}\``;
  await tx.write(`INSERT INTO \`${getTableName(table)}\` (${names}) VALUES ?${known}`, [values]);
}

/**
 * Writes rows that exist and are locked, with one statement: a join with the new values, which MariaDB and MySQL both take. `id` finds the row.
 */
export async function updateRows(tx: Transaction, table: MySqlTable, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = columnsOf(table, rows);
  const first = `SELECT ${columns.map(([, name]) => `? AS \`${name}\``).join(", ")}`;
  const next = `SELECT ${columns.map(() => "?").join(", ")}`;
  const source = rows.map((_, at) => (at === 0 ? first : next)).join(" UNION ALL ");
  const sets = columns.filter(([key]) => key !== "id").map(([, name]) => `t.\`${name}\` = v.\`${name}\``);
  const values = rows.flatMap((row) => columns.map(([key]) => row[key] ?? null));
  await tx.write(
    `UPDATE \`${getTableName(table)}\` t JOIN (${source}) v ON t.id = CONVERT(v.id USING ascii) COLLATE ascii_bin SET ${sets.join(", ")}`,
    values,
  );
}

function columnsOf(
  table: MySqlTable,
  rows: readonly Row[],
): readonly (readonly [key: string, name: string])[] {
  const used = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.entries(getTableColumns(table)).flatMap(([key, column]) =>
    used.has(key) ? [[key, column.name] as const] : [],
  );
}

/** Leaves out what the database holds as NULL: an entity has no field rather than an empty one. */
export function withoutNulls(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
