import type { Aggregate, Compiled, Environment } from "./environment.ts";
import type { Value } from "./syntax.ts";
import { compare, keyValue, numberOf, type Row } from "./values.ts";

type Standing = readonly (Row | undefined)[];

interface Group {
  /** the first rows of the group; what is selected beside aggregates is the same in all */
  readonly standing: Standing;
  readonly aggregates: readonly Value[];
}

/** GROUP BY with COUNT, MAX, MIN and SUM. */
export class Aggregation {
  readonly #terms: readonly Compiled[];
  readonly #aggregates: readonly Aggregate[];

  constructor(terms: readonly Compiled[], aggregates: readonly Aggregate[]) {
    this.#terms = terms;
    this.#aggregates = aggregates;
  }

  groups(env: Environment, standings: readonly Standing[]): readonly Group[] {
    const members = new Map<string, Standing[]>();
    // Without GROUP BY there is one group, also of nothing.
    if (this.#terms.length === 0) members.set("[]", []);
    for (const standing of standings) {
      stand(env, standing);
      const key = JSON.stringify(this.#terms.map(({ run, folds }) => keyValue(run(env), folds ?? true)));
      const group = members.get(key);
      if (group === undefined) members.set(key, [standing]);
      else group.push(standing);
    }
    return [...members.values()].map((group) => ({
      standing: group[0] ?? env.rows.map(() => undefined),
      aggregates: this.#aggregates.map((aggregate) => valueOf(env, aggregate, group)),
    }));
  }
}

function valueOf(
  env: Environment,
  { name, distinct, argument }: Aggregate,
  group: readonly Standing[],
): Value {
  if (argument === undefined) return group.length;
  const folds = argument.folds ?? true;
  let values: NonNullable<Value>[] = [];
  for (const standing of group) {
    stand(env, standing);
    const value = argument.run(env);
    if (value !== null) values.push(value);
  }
  if (distinct) values = [...new Map(values.map((value) => [keyValue(value, folds), value])).values()];
  if (name === "COUNT") return values.length;
  const [first, ...others] = values;
  if (first === undefined) return null;
  if (name === "SUM") return others.reduce((sum: number, value) => sum + numberOf(value), numberOf(first));
  const wanted = name === "MAX" ? 1 : -1;
  return others.reduce(
    (best, value) => (Math.sign(compare(value, best, folds)) === wanted ? value : best),
    first,
  );
}

function stand(env: Environment, standing: Standing): void {
  for (let at = 0; at < standing.length; at += 1) env.rows[at] = standing[at];
}
