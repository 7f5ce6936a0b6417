import type { Compiled, Environment, Scope } from "./environment.ts";
import { syntaxError } from "./server-errors.ts";
import type { Expression, Value } from "./syntax.ts";
import { compare, keyValue } from "./values.ts";

type Compile = (expression: Expression, scope: Scope) => Compiled;

/** What the caller gave for a mark. The driver leaves one for which it has nothing as it is. */
export function givenFor(env: Environment, at: number): unknown {
  if (at >= env.parameters.length) throw syntaxError("?");
  return env.parameters[at];
}

/** A value as it comes from the caller, the way the driver writes it into the statement. */
export function scalar(given: unknown): Value {
  if (typeof given === "string" || typeof given === "number" || given === null) return given;
  if (given === undefined) return null;
  if (typeof given === "boolean") return given ? 1 : 0;
  if (typeof given === "bigint") return Number(given);
  if (given instanceof Uint8Array) return Buffer.from(given);
  throw new Error(`the model database takes no ${Array.isArray(given) ? "array" : typeof given} here`);
}

type List = (env: Environment) => readonly Value[];

/** The values of a list, where a parameter may stand for many. */
export function compileList(list: readonly Expression[], scope: Scope, compile: Compile): List {
  const [only] = list;
  if (list.length === 1 && only?.type === "parameter") {
    const { at } = only;
    return (env) => parameterList(givenFor(env, at));
  }
  const items = list.map((item) => {
    if (item.type !== "parameter") {
      const { run } = compile(item, scope);
      return (env: Environment) => [run(env)];
    }
    const { at } = item;
    return (env: Environment) => parameterList(givenFor(env, at));
  });
  return (env) => items.flatMap((item) => item(env));
}

function parameterList(given: unknown): readonly Value[] {
  if (!Array.isArray(given)) return [scalar(given)];
  if (given.length === 0) throw syntaxError(")");
  return given.map(scalar);
}

/** The rows of a list like `((1, 2), (3, 4))`. */
export function compileRowList(
  list: readonly Expression[],
  width: number,
  scope: Scope,
  compile: Compile,
): (env: Environment) => readonly (readonly Value[])[] {
  const items = list.map((item) => {
    if (item.type === "parameter") {
      const { at } = item;
      return (env: Environment) => parameterRows(givenFor(env, at), width);
    }
    if (item.type !== "row" || item.items.length !== width)
      return scope.statement.fail("rows of another width");
    const parts = item.items.map((part) => compile(part, scope).run);
    return (env: Environment) => [parts.map((run) => run(env))];
  });
  return (env) => items.flatMap((item) => item(env));
}

function parameterRows(given: unknown, width: number): readonly (readonly Value[])[] {
  if (!Array.isArray(given) || given.length === 0) throw syntaxError(")");
  return given.map((row: unknown) => {
    if (!Array.isArray(row) || row.length !== width)
      throw new Error("the model database: rows of another width");
    return row.map(scalar);
  });
}

/** Longer lists are looked up, not gone through; each is prepared once per run of the statement. */
const LOOKED_UP_FROM = 6;

export function compileIn(
  expression: Expression & { readonly type: "in" },
  scope: Scope,
  compile: Compile,
): Compiled {
  const { operand, list, negated } = expression;
  const found = negated ? 0 : 1;
  const run =
    operand.type === "row"
      ? compileRowIn(operand.items, list, scope, compile)
      : compileValueIn(compile(operand, scope), list, scope, compile);
  return {
    run: (env) => {
      const answer = run(env);
      return answer === null ? null : answer ? found : 1 - found;
    },
    type: "integer",
    folds: undefined,
  };
}

function compileValueIn(
  operand: Compiled,
  list: (Expression & { readonly type: "in" })["list"],
  scope: Scope,
  compile: Compile,
): (env: Environment) => boolean | null {
  const { statement } = scope;
  const values = "cores" in list ? queryList(list, scope) : compileList(list, scope, compile);
  const constant = "cores" in list || list.every(({ type }) => type === "parameter" || type === "literal");
  const folds = operand.folds ?? true;
  const slot = statement.onceCount;
  statement.onceCount += 1;
  return (env) => {
    const value = operand.run(env);
    if (value === null) return null;
    const prepared = constant
      ? ((env.once[slot] ??= prepare(values(env), folds)) as Prepared)
      : prepare(values(env), folds);
    return isAmong(value, prepared, folds);
  };
}

interface Prepared {
  readonly values: readonly Value[];
  readonly hasNull: boolean;
  /** `undefined`: a short list, or a mixed one */
  readonly texts: ReadonlySet<Value> | undefined;
}

function prepare(values: readonly Value[], folds: boolean): Prepared {
  const texts =
    values.length >= LOOKED_UP_FROM && values.every((value) => typeof value === "string")
      ? new Set(values.map((value) => keyValue(value, folds)))
      : undefined;
  return { values, hasNull: values.includes(null), texts };
}

function isAmong(
  value: NonNullable<Value>,
  { values, hasNull, texts }: Prepared,
  folds: boolean,
): boolean | null {
  const found =
    texts !== undefined && typeof value === "string"
      ? texts.has(keyValue(value, folds))
      : values.some((other) => other !== null && compare(value, other, folds) === 0);
  if (found) return true;
  return hasNull ? null : false;
}

function queryList(query: Parameters<Scope["statement"]["compileQuery"]>[0], scope: Scope): List {
  const plan = scope.statement.compileQuery(query, scope.statement);
  return (env) => plan.run(env.session, env.parameters).map((row) => row[0] ?? null);
}

function compileRowIn(
  items: readonly Expression[],
  list: (Expression & { readonly type: "in" })["list"],
  scope: Scope,
  compile: Compile,
): (env: Environment) => boolean | null {
  if ("cores" in list) return scope.statement.fail("rows IN (SELECT ...)");
  const parts = items.map((item) => compile(item, scope));
  const rows = compileRowList(list, items.length, scope, compile);
  const slot = scope.statement.onceCount;
  scope.statement.onceCount += 1;
  return (env) => {
    const values = parts.map(({ run }) => run(env));
    if (values.includes(null)) return null;
    const wanted = (env.once[slot] ??= rows(env)) as readonly (readonly Value[])[];
    return wanted.some((row) =>
      row.every(
        (value, at) => value !== null && compare(values[at] ?? null, value, parts[at]?.folds ?? true) === 0,
      ),
    );
  };
}
