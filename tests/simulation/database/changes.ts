import { chooseAccess } from "./access.ts";
import { conjunctsOf } from "./conjuncts.ts";
import {
  type Environment,
  environment,
  type Scope,
  type Session,
  sourceOfTable,
  type StatementScope,
} from "./environment.ts";
import { compile, compileCondition } from "./expressions.ts";
import { givenFor, scalar } from "./in-lists.ts";
import { lockRows, type Locking } from "./locking-scan.ts";
import type { Steps } from "./locks.ts";
import { compileSources, isOrderOf, limitOf, standOn } from "./query.ts";
import { columnOf, type TableSchema } from "./schema.ts";
import { generatedGiven, noDefault, wrongCount } from "./server-errors.ts";
import type { StoredRow } from "./stored-row.ts";
import type { Assignment, InsertRow, Statement, Value } from "./syntax.ts";
import { compileRules, type TableRules } from "./table-rules.ts";
import type { Table } from "./table.ts";
import { numberOf, type Row } from "./values.ts";
import { deleteRow, formed, insertRow, updateRow } from "./write-row.ts";

export interface Changed {
  readonly affectedRows: number;
  readonly changedRows: number;
  readonly insertId: number;
}

/** A compiled INSERT, UPDATE or DELETE. */
export type ChangePlan = (session: Session, parameters: readonly unknown[]) => Steps<Changed>;

type Insert = Statement & { readonly type: "insert" };
type Update = Statement & { readonly type: "update" };
type Delete = Statement & { readonly type: "delete" };

type Assign = { readonly at: number; readonly run: (env: Environment) => Value };

export function compileInsert(insert: Insert, statement: StatementScope): ChangePlan {
  const table = tableNamed(insert.table, statement);
  const rules = compileRules(table, statement);
  const columns = targetColumns(insert, table, statement);
  const rowsOf = compileRows(insert.rows, columns.length, statement);
  const scope: Scope = {
    sources: [sourceOfTable(table, table.name)],
    aggregates: undefined,
    proposed: table,
    statement,
  };
  const assigns = compileAssignments(insert.onDuplicate, scope, 0);
  const complete = completion(table, columns);
  const counting = table.columns.findIndex(({ autoIncrement }) => autoIncrement);
  return function* (session, parameters): Steps<Changed> {
    const env = environment(session, parameters);
    const target = tableOf(session, table);
    const rows = rowsOf(env);
    const numbers = numbersOf(target, rows.length);
    let affectedRows = 0;
    let insertId = 0;
    for (const [at, given] of rows.entries()) {
      if (given.length !== columns.length) throw wrongCount(at + 1);
      const { values, numbered, isNext } = complete(given, numbers);
      const row = formed(env, target, rules, values);
      if (isNext) numbers.reserve();
      const duplicate = yield* insertRow(env, target, row, assigns.length > 0);
      if (duplicate === undefined) {
        affectedRows += 1;
        if (numbered !== undefined) {
          numbers.taken(numbered);
          if (insertId === 0) insertId = numbered;
        }
      } else {
        env.proposed = row;
        insertId = counting < 0 ? 0 : numberOf(duplicate.version[counting] ?? 0);
        if (yield* updateOne(env, target, rules, duplicate.row, duplicate.version, assigns))
          affectedRows += 2;
      }
    }
    return { affectedRows, changedRows: 0, insertId };
  };
}

/** AUTO_INCREMENT: with its first row that wants one a statement takes as many numbers as it has rows, and never gives one back. */
interface Numbers {
  readonly next: number;
  reserve(): void;
  taken(number: number): void;
}

function numbersOf(table: Table, count: number): Numbers {
  let reserved = false;
  let next = 0;
  return {
    get next() {
      return reserved ? next : table.nextNumber;
    },
    reserve() {
      if (reserved) return;
      reserved = true;
      next = table.nextNumber;
      table.nextNumber += count;
    },
    taken(number) {
      next = Math.max(next, number + 1);
      table.nextNumber = Math.max(table.nextNumber, number + 1);
    },
  };
}

/** Adds to the given values those of columns that were not named. */
function completion(
  table: TableSchema,
  columns: readonly number[],
): (
  given: readonly (Value | undefined)[],
  numbers: Numbers,
) => { readonly values: readonly Value[]; readonly numbered: number | undefined; readonly isNext: boolean } {
  const standards = table.columns.map(({ standard }) => standard);
  const counting = table.columns.findIndex(({ autoIncrement }) => autoIncrement);
  return (given, numbers) => {
    const values: (Value | undefined)[] = [...standards];
    for (const [at, value] of given.entries()) {
      const column = columns[at] ?? 0;
      if (value !== undefined) values[column] = value;
    }
    let numbered: number | undefined;
    let isNext = false;
    if (counting >= 0) {
      const wanted = values[counting] ?? null;
      isNext = wanted === null || wanted === 0;
      numbered = isNext ? numbers.next : numberOf(wanted ?? 0);
      values[counting] = numbered;
    }
    const complete = values.map((value, at): Value => {
      if (value !== undefined) return value;
      const column = table.columns[at];
      if (column === undefined || column.generated !== undefined) return null;
      throw noDefault(column.name);
    });
    return { values: complete, numbered, isNext };
  };
}

function targetColumns(insert: Insert, table: TableSchema, statement: StatementScope): readonly number[] {
  const names = insert.columns ?? table.columns.map(({ name }) => name);
  if (new Set(names).size < names.length) statement.fail("a column named twice");
  return names.map((name) => {
    const column = columnOf(table, name) ?? statement.fail(`no column ${name}`);
    if (column.generated !== undefined) throw generatedGiven(column.name, table.name);
    return column.at;
  });
}

type RowsOf = (env: Environment) => readonly (readonly (Value | undefined)[])[];

function compileRows(rows: Insert["rows"], width: number, statement: StatementScope): RowsOf {
  if ("parameter" in rows) {
    const { parameter } = rows;
    return (env) => valueRows(givenFor(env, parameter));
  }
  if ("cores" in rows) {
    const plan = statement.compileQuery(rows, statement);
    if (plan.columns.length !== width) throw wrongCount(1);
    return (env) => plan.run(env.session, env.parameters);
  }
  const scope: Scope = { sources: [], aggregates: undefined, proposed: undefined, statement };
  const compiled = rows.map((row: InsertRow) =>
    row.map((each) => (each === undefined ? undefined : compile(each, scope).run)),
  );
  return (env) => compiled.map((row) => row.map((run) => run?.(env)));
}

function valueRows(given: unknown): readonly (readonly Value[])[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new Error("the model database: VALUES ? takes an array of rows");
  return given.map((row: unknown) => {
    if (!Array.isArray(row)) throw new Error("the model database: VALUES ? takes an array of rows");
    return row.map(scalar);
  });
}

/** Assigns one after another: later ones see what earlier ones made. Answers whether anything is different. */
function* updateOne(
  env: Environment,
  table: Table,
  rules: TableRules,
  row: StoredRow,
  before: Row,
  assigns: readonly Assign[],
): Steps<boolean> {
  const values = [...before];
  env.rows[0] = values;
  for (const { at, run } of assigns) values[at] = run(env);
  const after = formed(env, table, rules, values);
  if (after.every((value, at) => value === before[at])) return false;
  yield* updateRow(env, table, row, before, after);
  return true;
}

function compileAssignments(
  assignments: readonly Assignment[],
  scope: Scope,
  target: number,
): readonly Assign[] {
  const source = scope.sources[target];
  const { statement } = scope;
  return assignments.map(({ table, column, value }) => {
    if (source?.table === undefined) return statement.fail("only tables can be written to");
    if (table !== undefined && table !== source.alias) statement.fail("an update of two tables");
    const found = columnOf(source.table, column) ?? statement.fail(`no column ${column}`);
    if (found.generated !== undefined) throw generatedGiven(found.name, source.table.name);
    // A bare name is a column of the row itself, also where VALUES() speaks of the proposed one.
    return { at: found.at, run: compile(value, scope).run };
  });
}

export function compileUpdate(update: Update, statement: StatementScope): ChangePlan {
  if (update.orderBy.length > 0 || update.limit !== undefined)
    statement.fail("UPDATE with ORDER BY or LIMIT");
  return update.from.length === 1
    ? compilePlainUpdate(update, statement)
    : compileJoinedUpdate(update, statement);
}

function compilePlainUpdate(update: Update, statement: StatementScope): ChangePlan {
  const [source] = update.from;
  if (source === undefined || !("table" in source.what)) return statement.fail("an update of no table");
  const table = tableNamed(source.what.table, statement);
  const scope: Scope = {
    sources: [sourceOfTable(table, source.alias)],
    aggregates: undefined,
    proposed: undefined,
    statement,
  };
  const rules = compileRules(table, statement);
  const assigns = compileAssignments(update.assignments, scope, 0);
  const locking = lockingOf(table, update.where, scope, true);
  return function* (session, parameters): Steps<Changed> {
    const env = environment(session, parameters);
    const target = tableOf(session, table);
    let changed = 0;
    for (const { row, version } of yield* lockRows(env, locking))
      if (yield* updateOne(env, target, rules, row, version, assigns)) changed += 1;
    return { affectedRows: changed, changedRows: changed, insertId: 0 };
  };
}

function lockingOf(
  table: TableSchema,
  where: Update["where"],
  scope: Scope,
  semiConsistent: boolean,
): Locking {
  return {
    source: 0,
    tableAt: table.at,
    access: chooseAccess(0, table, conjunctsOf(where), new Set(), scope),
    filter: where === undefined ? () => true : compileCondition(where, scope),
    mode: "exclusive",
    skipLocked: false,
    most: Infinity,
    semiConsistent,
  };
}

/**
 * `UPDATE t JOIN (SELECT …) v ON … SET t.a = v.a`: of each row of the other side, the rows of the table that fit, locked in that order. The first that fits a row
 * of the table counts.
 */
function compileJoinedUpdate(update: Update, statement: StatementScope): ChangePlan {
  const joined = compileSources(update.from, update.where, statement);
  const { scope } = joined;
  const target = scope.sources.findIndex(({ table }) => table !== undefined);
  const table = scope.sources[target]?.table;
  const last = joined.steps.at(-1);
  const derived = joined.steps[0]?.derived;
  if (table === undefined || joined.steps.length !== 2 || last?.access === undefined || derived === undefined)
    return statement.fail("an update of a join other than with one derived table");
  const rules = compileRules(table, statement);
  const assigns = compileAssignments(update.assignments, scope, target);
  const other = 1 - target;
  const locking: Locking = {
    source: target,
    tableAt: table.at,
    access: last.access,
    filter: last.filter,
    mode: "exclusive",
    skipLocked: false,
    most: Infinity,
    semiConsistent: false,
  };
  return function* (session, parameters): Steps<Changed> {
    const env = environment(session, parameters);
    const planned = new Map<StoredRow, { readonly version: Row; readonly values: readonly Value[] }>();
    for (const from of derived.run(session, parameters)) {
      env.rows[other] = from;
      for (const { row, version } of yield* lockRows(env, locking)) {
        if (planned.has(row)) continue;
        env.rows[other] = from;
        env.rows[target] = version;
        const values = [...version];
        for (const { at, run } of assigns) values[at] = run(env);
        planned.set(row, { version, values });
      }
    }
    return yield* applyPlanned(session, parameters, tableOf(session, table), rules, planned);
  };
}

function* applyPlanned(
  session: Session,
  parameters: readonly unknown[],
  table: Table,
  rules: TableRules,
  planned: ReadonlyMap<StoredRow, { readonly version: Row; readonly values: readonly Value[] }>,
): Steps<Changed> {
  const env = environment(session, parameters);
  let changed = 0;
  for (const [row, { version, values }] of planned) {
    const after = formed(env, table, rules, values);
    if (after.every((value, at) => value === version[at])) continue;
    yield* updateRow(env, table, row, version, after);
    changed += 1;
  }
  return { affectedRows: changed, changedRows: changed, insertId: 0 };
}

export function compileDelete(statementOf: Delete, statement: StatementScope): ChangePlan {
  const table = tableNamed(statementOf.table, statement);
  const scope: Scope = {
    sources: [sourceOfTable(table, table.name)],
    aggregates: undefined,
    proposed: undefined,
    statement,
  };
  const locking = lockingOf(table, statementOf.where, scope, false);
  if (!isOrderOf(locking.access, statementOf.orderBy, scope))
    statement.fail("a DELETE in an order that no index brings");
  const limit = limitOf({ limit: statementOf.limit, offset: undefined }, scope);
  return function* (session, parameters): Steps<Changed> {
    const env = environment(session, parameters);
    const target = tableOf(session, table);
    const most = limit?.(env).count ?? Infinity;
    let affectedRows = 0;
    for (const { row, version } of yield* lockRows(env, { ...locking, most })) {
      standOn(env, [version], []);
      yield* deleteRow(env, target, row, version);
      affectedRows += 1;
    }
    return { affectedRows, changedRows: 0, insertId: 0 };
  };
}

function tableNamed(name: string, statement: StatementScope): TableSchema {
  return statement.tables.get(name) ?? statement.fail(`no table ${name}`);
}

function tableOf({ tables }: Session, { at, name }: TableSchema): Table {
  const table = tables[at];
  if (table === undefined) throw new Error(`the model database has no table ${name}`);
  return table;
}
