import { conjunctsOf, disjunctsOf, sourcesIn } from "./conjuncts.ts";
import { type Compiled, type Environment, locate, type Scope } from "./environment.ts";
import { compile, foldsOf } from "./expressions.ts";
import { compileList, compileRowList } from "./in-lists.ts";
import { type Bound, compareKeys, type Entry } from "./ordered-index.ts";
import { type Key, primaryKey, type TableSchema } from "./schema.ts";
import type { StoredRow } from "./stored-row.ts";
import type { Expression, Value } from "./syntax.ts";
import type { Table } from "./table.ts";
import { keyValue, numberOf } from "./values.ts";

/** How a table's rows are come by: never fewer than the conditions let through, as a rule hardly more. */
export interface Access {
  /** in the order in which rows are looked at */
  entries(env: Environment, table: Table): readonly Entry[];
  /** the index they come from; `undefined`: from several */
  readonly key: Key | undefined;
  readonly whole: boolean;
  /** columns by which the rows come in order */
  readonly order: readonly number[];
}

type ValuesOf = (env: Environment) => readonly Value[];

/** What the conditions say of a column. */
interface Wanted {
  equal?: ValuesOf;
  /** it is one value */
  single?: boolean;
  low?: { readonly run: Compiled["run"]; readonly inclusive: boolean };
  high?: { readonly run: Compiled["run"]; readonly inclusive: boolean };
}

/** What the conditions say of several columns at once: `(a, b) IN (…)`. */
interface WantedRows {
  readonly columns: readonly number[];
  readonly rows: (env: Environment) => readonly (readonly Value[])[];
}

/** Chooses the index for one source, from conditions of which those are of use that compare its columns with what is `bound` by then. */
export function chooseAccess(
  source: number,
  table: TableSchema,
  conditions: readonly Expression[],
  bound: ReadonlySet<number>,
  scope: Scope,
): Access {
  const byKey = bestKey(source, table, conditions, bound, scope);
  if (byKey !== undefined) return byKey;
  for (const condition of conditions) {
    const union = unionOf(source, table, condition, bound, scope);
    if (union !== undefined) return union;
  }
  return wholeTable(table);
}

function wholeTable(table: TableSchema): Access {
  const key = primaryKey(table);
  return {
    entries: (_, { primary }) => [...primary.entries],
    key,
    whole: true,
    order: key.columns,
  };
}

function unionOf(
  source: number,
  table: TableSchema,
  condition: Expression,
  bound: ReadonlySet<number>,
  scope: Scope,
): Access | undefined {
  if (condition.type !== "binary" || condition.operator !== "or") return undefined;
  const parts = disjunctsOf(condition).map((each) => bestKey(source, table, conjunctsOf(each), bound, scope));
  const found = parts.filter((part) => part !== undefined);
  if (found.length < parts.length) return undefined;
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only;
  return {
    entries(env, at) {
      const rows = new Map<StoredRow, Entry>();
      for (const part of found)
        for (const entry of part.entries(env, at)) if (!rows.has(entry.row)) rows.set(entry.row, entry);
      return [...rows.values()];
    },
    key: undefined,
    whole: false,
    order: [],
  };
}

function bestKey(
  source: number,
  table: TableSchema,
  conditions: readonly Expression[],
  bound: ReadonlySet<number>,
  scope: Scope,
): Access | undefined {
  const columns = new Map<number, Wanted>();
  const rows: WantedRows[] = [];
  for (const condition of conditions) note(condition, { source, bound, scope, columns, rows });
  let best: { readonly score: number; readonly access: Access } | undefined;
  for (const key of table.keys) {
    const found = useKey(table, key, columns, rows);
    if (found !== undefined && (best === undefined || found.score > best.score)) best = found;
  }
  return best?.access;
}

interface Noting {
  readonly source: number;
  readonly bound: ReadonlySet<number>;
  readonly scope: Scope;
  readonly columns: Map<number, Wanted>;
  readonly rows: WantedRows[];
}

function note(condition: Expression, noting: Noting): void {
  if (condition.type === "in" && !condition.negated && !("cores" in condition.list))
    noteIn(condition.operand, condition.list, noting);
  if (condition.type !== "binary") return;
  const { operator, left, right } = condition;
  noteComparison(operator, left, right, noting);
  noteComparison(MIRRORED[operator] ?? operator, right, left, noting);
}

const MIRRORED: Readonly<Record<string, "<" | "<=" | ">" | ">=">> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function noteIn(operand: Expression, list: readonly Expression[], noting: Noting): void {
  const { scope } = noting;
  if (!list.every((item) => isBound(item, noting))) return;
  if (operand.type === "row") {
    const places = operand.items.map((item) => ownColumn(item, noting));
    if (places.some((place) => place === undefined)) return;
    const columns = places.filter((place) => place !== undefined);
    noting.rows.push({ columns, rows: compileRowList(list, columns.length, scope, compile) });
    return;
  }
  const column = ownColumn(operand, noting);
  if (column === undefined) return;
  wantedOf(noting, column).equal ??= compileList(list, scope, compile);
}

function noteComparison(operator: string, left: Expression, right: Expression, noting: Noting): void {
  const column = ownColumn(left, noting);
  if (column === undefined || !isBound(right, noting)) return;
  const value = compile(right, noting.scope);
  const own = compile(left, noting.scope);
  // Compared in another way than the index does.
  if (own.type === "text" && foldsOf(own, value) !== own.folds) return;
  const wanted = wantedOf(noting, column);
  if (operator === "=" || operator === "<=>") {
    wanted.equal = (env) => {
      const given = value.run(env);
      return given === null && operator === "=" ? [] : [given];
    };
    wanted.single = true;
  } else if (operator === ">" || operator === ">=") {
    wanted.low ??= { run: value.run, inclusive: operator === ">=" };
  } else if (operator === "<" || operator === "<=") {
    wanted.high ??= { run: value.run, inclusive: operator === "<=" };
  }
}

function wantedOf({ columns }: Noting, column: number): Wanted {
  const found = columns.get(column) ?? {};
  columns.set(column, found);
  return found;
}

function ownColumn(expression: Expression, { source, scope }: Noting): number | undefined {
  if (expression.type !== "column") return undefined;
  const place = locate(expression, scope);
  return place.source === source ? place.column : undefined;
}

function isBound(expression: Expression, noting: Noting): boolean {
  if (expression.type === "row") return expression.items.every((item) => isBound(item, noting));
  if (expression.type === "subquery") return false;
  return [...sourcesIn(expression, noting.scope)].every((source) => noting.bound.has(source));
}

function useKey(
  table: TableSchema,
  key: Key,
  columns: ReadonlyMap<number, Wanted>,
  rows: readonly WantedRows[],
): { readonly score: number; readonly access: Access } | undefined {
  const tuple = rows.find(({ columns: wanted }) => wanted.every((column, at) => key.columns[at] === column));
  const equals: Wanted[] = [];
  for (const column of tuple === undefined ? key.columns : []) {
    const wanted = columns.get(column);
    if (wanted?.equal === undefined) break;
    equals.push(wanted);
  }
  const depth = tuple?.columns.length ?? equals.length;
  const next = key.columns[depth];
  const range = next === undefined ? undefined : columns.get(next);
  const ranged = range?.low !== undefined || range?.high !== undefined;
  if (depth === 0 && !ranged) return undefined;
  const full = key.unique && depth >= key.columns.length;
  const score = (full ? 1000 : 0) + depth * 10 + (ranged ? 5 : 0) + (key.primary ? 1 : 0);
  const prefixes: (env: Environment) => readonly (readonly Value[])[] =
    tuple === undefined ? (env) => product(equals, env) : tuple.rows;
  const constants = new Set(equals.flatMap(({ single }, at) => (single === true ? [key.columns[at]] : [])));
  const order = [...key.columns, ...(key.primary ? [] : primaryKey(table).columns)].filter(
    (column) => !constants.has(column),
  );
  const access: Access = {
    entries: (env, at) => lookUp(env, at, key, prefixes(env), ranged ? range : undefined),
    key,
    whole: false,
    order,
  };
  return { score, access };
}

/** All combinations of the values of the columns, mostly one. */
function product(equals: readonly Wanted[], env: Environment): readonly (readonly Value[])[] {
  let prefixes: (readonly Value[])[] = [[]];
  for (const { equal } of equals) {
    const values = equal?.(env) ?? [];
    const longer: (readonly Value[])[] = [];
    for (const prefix of prefixes) for (const value of values) longer.push([...prefix, value]);
    prefixes = longer;
  }
  return prefixes;
}

function lookUp(
  env: Environment,
  table: Table,
  key: Key,
  given: readonly (readonly Value[])[],
  range: Wanted | undefined,
): readonly Entry[] {
  const index = table.index(key.at);
  const prefixes: (readonly Value[])[] = [];
  for (const prefix of given) {
    const kept = keptPrefix(prefix, table, key);
    // Text compared with a number is compared as numbers: no index is of use.
    if (kept === undefined) return [...index.entries];
    prefixes.push(kept);
  }
  const depth = prefixes[0]?.length ?? 0;
  const low = boundOf(range?.low, env, table, key, depth);
  const high = boundOf(range?.high, env, table, key, depth);
  if (low === "all" || high === "all") return [...index.entries];
  if (low === "none" || high === "none") return [];
  const found: Entry[] = [];
  for (const prefix of inOrder(prefixes)) index.collect(prefix, low, high, found);
  return found;
}

function keptPrefix(prefix: readonly Value[], table: Table, key: Key): readonly Value[] | undefined {
  const kept: Value[] = [];
  for (let at = 0; at < prefix.length; at += 1) {
    const value = asKept(prefix[at] ?? null, table, key, at);
    if (value === undefined) return undefined;
    kept.push(value);
  }
  return kept;
}

function inOrder(prefixes: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  if (prefixes.length < 2) return prefixes;
  const sorted = prefixes.toSorted((left, right) => compareKeys(left, right, left.length));
  return sorted.filter((prefix, at) => {
    const before = sorted[at - 1];
    return before === undefined || compareKeys(before, prefix, prefix.length) !== 0;
  });
}

/** A value as the index holds it; `undefined`: it compares in another way. */
function asKept(value: Value, table: Table, key: Key, at: number): Value | undefined {
  if (value === null) return null;
  const column = table.schema.columns[key.columns[at] ?? 0];
  const text = column?.type === "varchar" || column?.type === "text";
  if (text) return typeof value === "string" ? keyValue(value, key.folds[at] === true) : undefined;
  return numberOf(value);
}

function boundOf(
  side: Wanted["low"],
  env: Environment,
  table: Table,
  key: Key,
  depth: number,
): Bound | undefined | "all" | "none" {
  if (side === undefined) return undefined;
  const value = side.run(env);
  if (value === null) return "none";
  const kept = asKept(value, table, key, depth);
  return kept === undefined ? "all" : { value: kept, inclusive: side.inclusive };
}
