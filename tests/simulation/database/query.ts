import { type Access, chooseAccess } from "./access.ts";
import { Aggregation } from "./aggregation.ts";
import { allOf, conjunctsOf, sourcesIn } from "./conjuncts.ts";
import {
  type Aggregate,
  type Compiled,
  type Environment,
  environment,
  type QueryPlan,
  type Scope,
  type ScopeColumn,
  type ScopeSource,
  type Session,
  sourceOfTable,
  type StatementScope,
} from "./environment.ts";
import { commonType, compile, compileCondition } from "./expressions.ts";
import { lockRows } from "./locking-scan.ts";
import type { Steps } from "./locks.ts";
import { arranged, orderOf } from "./ordering.ts";
import type { Core, Expression, Output, Query, Source, Value } from "./syntax.ts";
import { keyValue, numberOf, type Row } from "./values.ts";

/** Makes a plan of a SELECT: which rows are looked at by which index, what is kept of them, in which order. */
export function compileQuery(query: Query, statement: StatementScope): QueryPlan {
  const [core] = query.cores;
  if (query.cores.length === 1 && core !== undefined) return compileSingle(core, query, statement);
  return compileUnion(query, statement);
}

function compileUnion(query: Query, statement: StatementScope): QueryPlan {
  if (query.lock !== "none") statement.fail("a union that locks");
  const parts = query.cores.map((core) =>
    compileSingle(core, { ...query, orderBy: [], limit: undefined, offset: undefined }, statement),
  );
  const [first] = parts;
  if (first === undefined) return statement.fail("an empty union");
  const columns = first.columns.map(({ name }, at): ScopeColumn => {
    const same = parts.map((part) => part.columns[at] ?? statement.fail("a union of different widths"));
    return {
      name,
      type: commonType(same.map(({ type }) => type)),
      folds: same.every(({ folds }) => folds),
    };
  });
  const outputs: ScopeSource = { alias: "", columns, table: undefined };
  const scope: Scope = { sources: [outputs], aggregates: undefined, proposed: undefined, statement };
  const arrange = arranged(orderOf(query, scope), limitOf(query, scope));
  return {
    columns,
    run(session, parameters) {
      const rows = parts.flatMap((part) => part.run(session, parameters));
      const kept = query.distinctUnion ? distinct(rows, columns) : rows;
      const env = environment(session, parameters);
      return arrange(
        env,
        kept.map((row) => ({ row, standing: [row] })),
      );
    },
    steps: undefined,
  };
}

function compileSingle(core: Core, query: Query, statement: StatementScope): QueryPlan {
  const joined = compileSources(core.from, core.where, statement);
  const { scope } = joined;
  const aggregates: Aggregate[] = [];
  const outputScope: Scope = { ...scope, aggregates };
  const outputs = core.outputs.flatMap((output) => compileOutput(output, outputScope));
  const having = core.having === undefined ? undefined : compileCondition(core.having, outputScope);
  const order = orderOf(query, outputScope, core.outputs, outputs);
  const limit = limitOf(query, scope);
  const grouped = core.groupBy.length > 0 || aggregates.length > 0;
  const aggregation = grouped
    ? new Aggregation(
        core.groupBy.map((term) => compile(groupTerm(term, core.outputs), scope)),
        aggregates,
      )
    : undefined;
  const sortedAlready = !grouped && !core.distinct && joined.comesInOrder(query.orderBy);
  const arrange = arranged(sortedAlready ? [] : order, limit);
  const columns = outputs.map(({ name, compiled: { type, folds } }) => ({
    name,
    type,
    folds: folds ?? true,
  }));

  const finish = (env: Environment, standings: readonly (readonly (Row | undefined)[])[]): readonly Row[] => {
    const groups =
      aggregation === undefined
        ? standings.map((standing) => ({ standing, aggregates: [] }))
        : aggregation.groups(env, standings);
    const made: { row: Row; standing: readonly (Row | undefined)[]; aggregates: readonly Value[] }[] = [];
    for (const group of groups) {
      standOn(env, group.standing, group.aggregates);
      if (having !== undefined && !having(env)) continue;
      made.push({ row: outputs.map(({ compiled: { run } }) => run(env)), ...group });
    }
    if (!core.distinct) return arrange(env, made);
    const kept = distinct(
      made.map(({ row }) => row),
      columns,
    );
    const first = new Set(kept);
    return arrange(
      env,
      made.filter(({ row }) => first.has(row)),
    );
  };

  const direct =
    !grouped && !core.distinct && having === undefined && (sortedAlready || order.length === 0)
      ? directRun(joined, outputs, limit)
      : undefined;
  const most = sortedAlready && joined.steps.length === 1 ? limit : undefined;
  return {
    columns,
    run(session, parameters) {
      const env = environment(session, parameters);
      if (direct !== undefined) return direct(env);
      return finish(env, joined.standings(env, most?.(env)));
    },
    steps: query.lock === "none" ? undefined : lockingSteps(query, joined, finish, most),
  };
}

/** The short way of most statements: one table, in the order in which its rows come. */
function directRun(
  { steps: [step, ...others] }: Joined,
  outputs: readonly CompiledOutput[],
  limit: Limit | undefined,
): ((env: Environment) => readonly Row[]) | undefined {
  if (step?.access === undefined || others.length > 0) return undefined;
  const { access, filter, source, tableAt } = step;
  return (env) => {
    const { tables, transaction } = env.session;
    const table = tables[tableAt];
    if (table === undefined) return [];
    const { count, skip } = limit?.(env) ?? { count: Infinity, skip: 0 };
    const rows: Row[] = [];
    let passed = 0;
    for (const entry of access.entries(env, table)) {
      if (rows.length >= count) break;
      const version = entry.row.seenBy(transaction);
      if (version === undefined) continue;
      if (entry.row.pending !== undefined && !entry.index.standsAt(entry, version)) continue;
      env.rows[source] = version;
      if (!filter(env)) continue;
      passed += 1;
      if (passed <= skip) continue;
      const row: Value[] = [];
      for (const { compiled } of outputs) row.push(compiled.run(env));
      rows.push(row);
    }
    return rows;
  };
}

type Limit = (env: Environment) => { readonly count: number; readonly skip: number };

export function standOn(
  env: Environment,
  rows: readonly (Row | undefined)[],
  aggregates: readonly Value[],
): void {
  for (let at = 0; at < rows.length; at += 1) env.rows[at] = rows[at];
  for (let at = 0; at < aggregates.length; at += 1) env.aggregates[at] = aggregates[at] ?? null;
}

function lockingSteps(
  query: Query,
  joined: Joined,
  finish: (env: Environment, standings: readonly (readonly (Row | undefined)[])[]) => readonly Row[],
  most: Limit | undefined,
): QueryPlan["steps"] {
  const [step] = joined.steps;
  const { statement } = joined.scope;
  if (joined.steps.length !== 1 || step?.access === undefined)
    return statement.fail("a SELECT that locks rows of several tables, or none");
  const { access, filter } = step;
  return function* (session: Session, parameters: readonly unknown[]): Steps<readonly Row[]> {
    const env = environment(session, parameters);
    const limit = most?.(env);
    const rows = yield* lockRows(env, {
      source: step.source,
      tableAt: step.tableAt,
      access,
      filter,
      mode: query.lock === "share" ? "shared" : "exclusive",
      skipLocked: query.lock === "skip-locked",
      most: limit === undefined ? Infinity : limit.count + limit.skip,
      semiConsistent: false,
    });
    return finish(
      env,
      rows.map(({ version }) => [version]),
    );
  };
}

/** One table or derived table of a FROM, in the order in which they are gone through. */
interface Step {
  readonly source: number;
  readonly tableAt: number;
  /** `undefined`: a derived table */
  readonly access: Access | undefined;
  readonly derived: QueryPlan | undefined;
  readonly left: boolean;
  /** whether a row belongs here, given those before it */
  readonly filter: (env: Environment) => boolean;
  /** of a LEFT JOIN: what WHERE says once the other side may be empty */
  readonly afterwards: ((env: Environment) => boolean) | undefined;
}

/** The rows of a FROM and WHERE. */
export interface Joined {
  readonly scope: Scope;
  readonly steps: readonly Step[];
  /** every combination of rows that fits, by source */
  standings(
    env: Environment,
    limit?: { readonly count: number; readonly skip: number },
  ): readonly (readonly (Row | undefined)[])[];
  comesInOrder(orderBy: Query["orderBy"]): boolean;
}

export function compileSources(
  from: readonly Source[],
  where: Expression | undefined,
  statement: StatementScope,
): Joined {
  const derived = from.map(({ what }) =>
    "query" in what ? statement.compileQuery(what.query, statement) : undefined,
  );
  const sources = from.map(({ what, alias }, at): ScopeSource => {
    const plan = derived[at];
    if (plan !== undefined) return { alias, columns: plan.columns, table: undefined };
    const name = "table" in what ? what.table : "";
    return sourceOfTable(statement.tables.get(name) ?? statement.fail(`no table ${name}`), alias);
  });
  const scope: Scope = { sources, aggregates: undefined, proposed: undefined, statement };
  const steps = compileSteps(from, where, derived, scope);
  const constant = from.length === 0 && where !== undefined ? compileCondition(where, scope) : undefined;
  return {
    scope,
    steps,
    standings(env, limit) {
      if (steps.length === 0) return constant === undefined || constant(env) ? [[]] : [];
      const found: (readonly (Row | undefined)[])[] = [];
      walk(env, steps, 0, found, limit === undefined ? Infinity : limit.count + limit.skip);
      return found;
    },
    comesInOrder: (orderBy) => comesInOrder(orderBy, steps, scope),
  };
}

function compileSteps(
  from: readonly Source[],
  where: Expression | undefined,
  derived: readonly (QueryPlan | undefined)[],
  scope: Scope,
): readonly Step[] {
  const hasLeft = from.some(({ join }) => join === "left");
  const inOrder = from.map((source, at) => ({ source, at }));
  // What a derived table says is known before any row is looked at.
  const order = hasLeft
    ? inOrder
    : inOrder.toSorted((a, b) => Number(derived[a.at] === undefined) - Number(derived[b.at] === undefined));
  const open = new Set([
    ...conjunctsOf(where),
    ...from.flatMap(({ join, on }) => (join === "left" ? [] : conjunctsOf(on))),
  ]);
  const bound = new Set<number>();
  return order.map(({ source, at }): Step => {
    const before = new Set(bound);
    bound.add(at);
    const ready = [...open].filter((condition) =>
      [...sourcesIn(condition, scope)].every((each) => bound.has(each)),
    );
    for (const condition of ready) open.delete(condition);
    const left = source.join === "left";
    const matching = left ? conjunctsOf(source.on) : ready;
    const { table } = scope.sources[at] ?? {};
    const afterwards = left ? allOf(ready) : undefined;
    return {
      source: at,
      tableAt: table?.at ?? -1,
      access: table === undefined ? undefined : chooseAccess(at, table, matching, before, scope),
      derived: derived[at],
      left,
      filter: conditionOf(allOf(matching), scope),
      afterwards: afterwards === undefined ? undefined : conditionOf(afterwards, scope),
    };
  });
}

function conditionOf(condition: Expression | undefined, scope: Scope): (env: Environment) => boolean {
  return condition === undefined ? () => true : compileCondition(condition, scope);
}

function walk(
  env: Environment,
  steps: readonly Step[],
  at: number,
  found: (readonly (Row | undefined)[])[],
  most: number,
): void {
  const step = steps[at];
  if (step === undefined) {
    found.push([...env.rows]);
    return;
  }
  let matched = false;
  for (const row of rowsOf(env, step)) {
    env.rows[step.source] = row;
    if (!step.filter(env)) continue;
    matched = true;
    if (step.afterwards !== undefined && !step.afterwards(env)) continue;
    walk(env, steps, at + 1, found, most);
    if (found.length >= most) return;
  }
  if (matched || !step.left) return;
  env.rows[step.source] = undefined;
  if (step.afterwards === undefined || step.afterwards(env)) walk(env, steps, at + 1, found, most);
}

function rowsOf(env: Environment, { access, derived, tableAt }: Step): readonly Row[] {
  const { session } = env;
  if (derived !== undefined) return derived.run(session, env.parameters);
  const table = session.tables[tableAt];
  if (access === undefined || table === undefined) return [];
  const rows: Row[] = [];
  for (const entry of access.entries(env, table)) {
    const version = entry.row.seenBy(session.transaction);
    if (version === undefined) continue;
    if (entry.row.pending === undefined || entry.index.standsAt(entry, version)) rows.push(version);
  }
  return rows;
}

/** Whether the index that is used brings the rows in the order asked for. */
function comesInOrder(orderBy: Query["orderBy"], steps: readonly Step[], scope: Scope): boolean {
  const [step] = steps;
  if (steps.length !== 1 || step?.access === undefined) return orderBy.length === 0;
  return isOrderOf(step.access, orderBy, scope);
}

/** The same of one table. */
export function isOrderOf({ order }: Access, orderBy: Query["orderBy"], scope: Scope): boolean {
  const [source] = scope.sources;
  return orderBy.every(({ expression, descending }, at) => {
    if (descending || expression.type !== "column") return false;
    const column = source?.columns.findIndex(({ name }) => name === expression.name);
    return column !== undefined && column >= 0 && order[at] === column;
  });
}

interface CompiledOutput {
  readonly name: string;
  readonly compiled: Compiled;
}

function compileOutput(output: Output, scope: Scope): readonly CompiledOutput[] {
  if (output.expression !== undefined)
    return [{ name: output.name, compiled: compile(output.expression, scope) }];
  const wanted = scope.sources.filter(({ alias }) => output.table === undefined || output.table === alias);
  if (wanted.length === 0) scope.statement.fail("* without a table");
  return wanted.flatMap(({ alias, columns }) =>
    columns.map(({ name }) => ({ name, compiled: compile({ type: "column", table: alias, name }, scope) })),
  );
}

/** GROUP BY may name an output. */
function groupTerm(term: Expression, outputs: readonly Output[]): Expression {
  if (term.type !== "column" || term.table !== undefined) return term;
  const output = outputs.find(({ name, expression }) => name === term.name && expression !== undefined);
  return output?.expression ?? term;
}

export function limitOf({ limit, offset }: Pick<Query, "limit" | "offset">, scope: Scope): Limit | undefined {
  if (limit === undefined) return undefined;
  const count = compile(limit, scope).run;
  const skip = offset === undefined ? undefined : compile(offset, scope).run;
  return (env) => ({ count: numberOf(count(env) ?? 0), skip: numberOf(skip?.(env) ?? 0) });
}

function distinct(rows: readonly Row[], columns: readonly ScopeColumn[]): readonly Row[] {
  const kept = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify(row.map((value, at) => keyValue(value, columns[at]?.folds === true)));
    if (!kept.has(key)) kept.set(key, row);
  }
  return [...kept.values()];
}
