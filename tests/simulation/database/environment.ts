import type { Locks, Steps } from "./locks.ts";
import type { TableSchema } from "./schema.ts";
import type { Expression, Query, Value } from "./syntax.ts";
import type { Table } from "./table.ts";
import type { Transaction } from "./transaction.ts";
import type { Row } from "./values.ts";

/** What a statement works on. */
export interface Session {
  readonly tables: readonly Table[];
  readonly locks: Locks;
  /** always there: outside START TRANSACTION a statement has one of its own */
  readonly transaction: Transaction;
  readonly connection: number;
  /** of this statement, ms: NOW() stands still while it runs */
  readonly now: number;
}

/** Everything an expression looks at while a statement runs. */
export interface Environment {
  readonly session: Session;
  readonly parameters: readonly unknown[];
  /** by source: the row it stands on; `undefined`: the empty side of a LEFT JOIN */
  readonly rows: (Row | undefined)[];
  /** what VALUES() speaks of */
  proposed: Row | undefined;
  readonly aggregates: Value[];
  /** what is worked out once per run of the statement */
  readonly once: unknown[];
}

export function environment(session: Session, parameters: readonly unknown[]): Environment {
  return { session, parameters, rows: [], proposed: undefined, aggregates: [], once: [] };
}

/** `fraction`: a DECIMAL with digits after the point, which can be worked with but not answered */
export type Type = "integer" | "double" | "decimal" | "fraction" | "text" | "bytes" | "unknown";

export interface Compiled {
  readonly run: (env: Environment) => Value;
  readonly type: Type;
  /** how it compares: `true` without regard to case, `undefined`: as the other side does */
  readonly folds: boolean | undefined;
}

export interface ScopeColumn {
  readonly name: string;
  readonly type: Type;
  readonly folds: boolean;
}

export interface ScopeSource {
  readonly alias: string;
  readonly columns: readonly ScopeColumn[];
  /** `undefined`: a derived table */
  readonly table: TableSchema | undefined;
}

export interface Aggregate {
  readonly name: string;
  readonly distinct: boolean;
  /** `undefined`: `COUNT(*)` */
  readonly argument: Compiled | undefined;
}

/** A compiled SELECT. */
export interface QueryPlan {
  readonly columns: readonly ScopeColumn[];
  /** a plain read */
  run(session: Session, parameters: readonly unknown[]): readonly Row[];
  /** the same with FOR UPDATE, which may have to wait; `undefined`: it locks nothing */
  readonly steps: ((session: Session, parameters: readonly unknown[]) => Steps<readonly Row[]>) | undefined;
}

/** What names in an expression mean. */
export interface Scope {
  readonly sources: readonly ScopeSource[];
  /** where aggregates gather; `undefined`: none are allowed here */
  readonly aggregates: Aggregate[] | undefined;
  /** the table whose columns VALUES() names */
  readonly proposed: TableSchema | undefined;
  readonly statement: StatementScope;
}

/** What all scopes of a statement share. */
export interface StatementScope {
  readonly sql: string;
  readonly tables: ReadonlyMap<string, TableSchema>;
  readonly compileQuery: (query: Query, scope: StatementScope) => QueryPlan;
  /** it changes data: there a division by zero is an error, elsewhere NULL */
  readonly writes: boolean;
  /** how many things are worked out once per run */
  onceCount: number;
  fail(why: string): never;
}

export interface ColumnPlace {
  readonly source: number;
  readonly column: number;
}

/** Where a column's name leads. */
export function locate(expression: Expression & { readonly type: "column" }, scope: Scope): ColumnPlace {
  const wanted = expression.name.toLowerCase();
  let found: ColumnPlace | undefined;
  for (const [source, { alias, columns }] of scope.sources.entries()) {
    if (expression.table !== undefined && expression.table !== alias) continue;
    const column = columns.findIndex(({ name }) => name.toLowerCase() === wanted);
    if (column < 0) continue;
    if (found !== undefined) scope.statement.fail(`the column ${expression.name} is ambiguous`);
    found = { source, column };
  }
  return found ?? scope.statement.fail(`no column ${expression.name}`);
}

export function sourceOfTable(table: TableSchema, alias: string): ScopeSource {
  const types = {
    tinyint: "integer",
    int: "integer",
    bigint: "integer",
    double: "double",
    varchar: "text",
    text: "text",
    blob: "bytes",
  } as const;
  const columns = table.columns.map(({ name, type, folds }) => ({ name, type: types[type], folds }));
  return { alias, columns, table };
}
