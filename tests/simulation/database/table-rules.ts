import type { Environment, StatementScope } from "./environment.ts";
import { sourceOfTable } from "./environment.ts";
import { compile } from "./expressions.ts";
import type { Column, TableSchema } from "./schema.ts";
import type { Value } from "./syntax.ts";
import { isTrue } from "./values.ts";

/** What a table makes of a row beside its types. The row stands at source 0. */
export interface TableRules {
  readonly generated: readonly { readonly column: Column; readonly run: (env: Environment) => Value }[];
  readonly checks: readonly { readonly name: string; readonly holds: (env: Environment) => boolean }[];
}

export function compileRules(table: TableSchema, statement: StatementScope): TableRules {
  const scope = {
    sources: [sourceOfTable(table, table.name)],
    aggregates: undefined,
    proposed: undefined,
    statement,
  };
  return {
    generated: table.columns.flatMap((column) =>
      column.generated === undefined ? [] : [{ column, run: compile(column.generated, scope).run }],
    ),
    checks: table.checks.map(({ name, condition }) => {
      const { run } = compile(condition, scope);
      return {
        name,
        holds: (env: Environment) => {
          const value = run(env);
          return value === null || isTrue(value);
        },
      };
    }),
  };
}
