import type { Expression, Value } from "./syntax.ts";

export type ColumnType = "tinyint" | "int" | "bigint" | "double" | "varchar" | "text" | "blob";

export interface Column {
  readonly name: string;
  /** its place in the table: a migration can take away one before it */
  at: number;
  readonly type: ColumnType;
  /** of text: characters at most; of blobs: bytes; of integers: unused */
  readonly length: number;
  readonly ascii: boolean;
  /** compares without regard to case and accents */
  readonly folds: boolean;
  readonly nullable: boolean;
  readonly standard: Value | undefined;
  readonly autoIncrement: boolean;
  readonly generated: Expression | undefined;
}

export interface Key {
  readonly name: string;
  /** its place in the table: a migration can take away one before it */
  at: number;
  readonly columns: number[];
  readonly unique: boolean;
  readonly primary: boolean;
  /** its entries are locked on their own: of a unique key, and where a foreign key is looked up */
  locked: boolean;
  /** by column of the key: compares without regard to case */
  readonly folds: readonly boolean[];
}

export interface ForeignKey {
  readonly name: string;
  readonly child: TableSchema;
  readonly columns: number[];
  /** of the child, over `columns` */
  readonly childKey: Key;
  readonly parent: TableSchema;
  readonly parentColumns: number[];
  /** of the parent, over `parentColumns` */
  readonly parentKey: Key;
}

export interface Check {
  readonly name: string;
  readonly condition: Expression;
}

export interface TableSchema {
  readonly name: string;
  /** its place in the database */
  readonly at: number;
  readonly columns: Column[];
  /** the primary key first */
  readonly keys: Key[];
  readonly checks: Check[];
  /** keys that point from here elsewhere */
  readonly parents: ForeignKey[];
  /** keys that point here */
  readonly children: ForeignKey[];
}

export function columnOf(table: TableSchema, name: string): Column | undefined {
  const wanted = name.toLowerCase();
  return table.columns.find((column) => column.name.toLowerCase() === wanted);
}

export function primaryKey(table: TableSchema): Key {
  const [key] = table.keys;
  if (key === undefined) throw new Error(`${table.name} has no primary key`);
  return key;
}
