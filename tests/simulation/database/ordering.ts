import type { Compiled, Environment, Scope } from "./environment.ts";
import { compile } from "./expressions.ts";
import type { Output, Query, Value } from "./syntax.ts";
import { compare, type Row } from "./values.ts";

interface Term {
  readonly descending: boolean;
  readonly folds: boolean;
  /** an output's place, or what is worked out of the rows behind it */
  readonly of: number | Compiled["run"];
}

/** What a SELECT is ordered by: outputs by their names first, then columns. */
export function orderOf(
  { orderBy }: Query,
  scope: Scope,
  outputs: readonly Output[] = [],
  compiled: readonly { readonly name: string; readonly compiled: Compiled }[] = [],
): readonly Term[] {
  const stars = outputs.some(({ expression }) => expression === undefined);
  return orderBy.map(({ expression, descending }): Term => {
    const named =
      !stars && expression.type === "column" && expression.table === undefined
        ? outputs.findIndex(({ name }) => name === expression.name)
        : -1;
    const output = compiled[named];
    if (output !== undefined) return { descending, folds: output.compiled.folds ?? true, of: named };
    const { run, folds } = compile(expression, scope);
    return { descending, folds: folds ?? true, of: run };
  });
}

interface Made {
  readonly row: Row;
  readonly standing: readonly (Row | undefined)[];
  readonly aggregates?: readonly Value[];
}

/** Sorts rows and cuts the list. Rows that are equal stay as they came. */
export function arranged(
  terms: readonly Term[],
  limit: ((env: Environment) => { readonly count: number; readonly skip: number }) | undefined,
): (env: Environment, rows: readonly Made[]) => readonly Row[] {
  return (env, rows) => {
    const sorted =
      terms.length === 0 || rows.length < 2 ? rows.map(({ row }) => row) : sort(env, rows, terms);
    if (limit === undefined) return sorted;
    const { count, skip } = limit(env);
    return sorted.slice(skip, skip + count);
  };
}

function sort(env: Environment, rows: readonly Made[], terms: readonly Term[]): readonly Row[] {
  const keyed = rows.map((made) => {
    for (let at = 0; at < made.standing.length; at += 1) env.rows[at] = made.standing[at];
    for (const [at, value] of (made.aggregates ?? []).entries()) env.aggregates[at] = value;
    return {
      row: made.row,
      keys: terms.map(({ of }) => (typeof of === "number" ? (made.row[of] ?? null) : of(env))),
    };
  });
  return keyed
    .toSorted((left, right) => {
      for (const [at, { descending, folds }] of terms.entries()) {
        const side = compare(left.keys[at] ?? null, right.keys[at] ?? null, folds);
        if (side !== 0) return descending ? -side : side;
      }
      return 0;
    })
    .map(({ row }) => row);
}
