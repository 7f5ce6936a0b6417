import type { Compiled, Environment, Scope, Type } from "./environment.ts";
import { columnOf } from "./schema.ts";
import type { Expression, Value } from "./syntax.ts";
import { compare, isTrue, numberOf, textOf } from "./values.ts";

type Call = Expression & { readonly type: "call" };
type Compile = (expression: Expression, scope: Scope) => Compiled;

/** The functions the server's statements use. */
export function compileCall(call: Call, scope: Scope, compile: Compile): Compiled {
  if (AGGREGATES.has(call.name)) return compileAggregate(call, scope, compile);
  if (call.name === "VALUES") return compileProposed(call, scope);
  if (call.name === "NOW") return compileNow(call, scope);
  const given = call.arguments.map((argument) => compile(argument, scope));
  const make = FUNCTIONS[call.name];
  return make?.(given) ?? scope.statement.fail(`the function ${call.name}`);
}

const AGGREGATES: ReadonlySet<string> = new Set(["COUNT", "MAX", "MIN", "SUM"]);

function compileAggregate(call: Call, scope: Scope, compile: Compile): Compiled {
  const { aggregates } = scope;
  if (aggregates === undefined) return scope.statement.fail(`${call.name} is not allowed here`);
  const [first] = call.arguments;
  const argument = first === undefined ? undefined : compile(first, { ...scope, aggregates: undefined });
  const at = aggregates.length;
  aggregates.push({ name: call.name, distinct: call.distinct, argument });
  const type: Type =
    call.name === "COUNT" ? "integer" : call.name === "SUM" ? "decimal" : (argument?.type ?? "unknown");
  return { run: (env) => env.aggregates[at] ?? null, type, folds: argument?.folds };
}

function compileProposed(call: Call, scope: Scope): Compiled {
  const [argument] = call.arguments;
  if (scope.proposed === undefined || argument?.type !== "column")
    return scope.statement.fail("VALUES() outside of ON DUPLICATE KEY UPDATE");
  const column = columnOf(scope.proposed, argument.name);
  if (column === undefined) return scope.statement.fail(`no column ${argument.name}`);
  const text = column.type === "varchar" || column.type === "text";
  return {
    run: (env) => env.proposed?.[column.at] ?? null,
    type: text ? "text" : column.type === "double" ? "double" : "integer",
    folds: text ? column.folds : undefined,
  };
}

/** A point in time is kept as seconds; only UNIX_TIMESTAMP makes something of it. */
function compileNow(call: Call, scope: Scope): Compiled {
  const [digits] = call.arguments;
  if (digits?.type !== "literal" || digits.value !== 3)
    return scope.statement.fail("NOW() other than NOW(3)");
  return { run: (env) => env.session.now / 1000, type: "fraction", folds: undefined };
}

const FUNCTIONS: Readonly<Record<string, (given: readonly Compiled[]) => Compiled | undefined>> = {
  UNIX_TIMESTAMP: ([time]) => time,
  CONNECTION_ID: () => ({ run: (env) => env.session.connection, type: "integer", folds: undefined }),
  ROUND: ([number]) =>
    numeric(
      number,
      (value) => Math.sign(value) * Math.round(Math.abs(value)),
      number?.type === "fraction" ? "decimal" : number?.type,
    ),
  FLOOR: ([number]) => numeric(number, Math.floor, "integer"),
  ABS: ([number]) => numeric(number, Math.abs),
  IF: ([condition, then, otherwise]) => {
    if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
    return {
      run: (env) => (isTrue(condition.run(env)) ? then.run(env) : otherwise.run(env)),
      type: then.type === "unknown" ? otherwise.type : then.type,
      folds: then.folds ?? otherwise.folds,
    };
  },
  IFNULL: (given) => firstOf(given),
  COALESCE: (given) => firstOf(given),
  GREATEST: (given) => extreme(given, 1),
  LEAST: (given) => extreme(given, -1),
  RIGHT: (given) =>
    cut(given, (characters, count) => characters.slice(Math.max(0, characters.length - count))),
  LEFT: (given) => cut(given, (characters, count) => characters.slice(0, count)),
  SUBSTRING: ([text, from, length]) => substring(text, from, length),
  CONCAT: (given) => texts(given, (values) => values.join("")),
  REPLACE: (given) => texts(given, ([text = "", what = "", by = ""]) => text.replaceAll(what, () => by)),
  JSON_EXTRACT: ([json, path]) => extracted(json, path),
  // What is no text stays as it is.
  JSON_UNQUOTE: (given) =>
    texts(given, ([json = ""]) => (json.startsWith('"') ? String(JSON.parse(json)) : json)),
  LOWER: (given) => texts(given, ([text = ""]) => text.toLowerCase()),
  CHAR_LENGTH: ([text]) =>
    text && {
      run: (env) => {
        const value = text.run(env);
        return value === null ? null : Array.from(textOf(value)).length;
      },
      type: "integer",
      folds: undefined,
    },
};

function numeric(
  given: Compiled | undefined,
  calculate: (value: number) => number,
  type: Type | undefined = given?.type,
): Compiled | undefined {
  if (given === undefined) return undefined;
  return {
    run: (env) => {
      const value = given.run(env);
      return value === null ? null : calculate(numberOf(value));
    },
    type: type ?? "decimal",
    folds: undefined,
  };
}

function firstOf(given: readonly Compiled[]): Compiled | undefined {
  const [first] = given;
  return (
    first && {
      run: (env) => {
        for (const { run } of given) {
          const value = run(env);
          if (value !== null) return value;
        }
        return null;
      },
      type: first.type,
      folds: first.folds,
    }
  );
}

function extreme(given: readonly Compiled[], wanted: 1 | -1): Compiled | undefined {
  const [first, second] = given;
  if (first === undefined || second === undefined) return undefined;
  const folds = given.find((each) => each.folds !== undefined)?.folds ?? true;
  const run = (env: Environment): Value => {
    let best = first.run(env);
    for (const other of given.slice(1)) {
      const value = other.run(env);
      if (best === null || value === null) return null;
      if (Math.sign(compare(value, best, folds)) === wanted) best = value;
    }
    return best;
  };
  return { run, type: first.type === "unknown" ? second.type : first.type, folds };
}

function texts(given: readonly Compiled[], make: (values: string[]) => string): Compiled {
  return {
    run: (env) => {
      const values: string[] = [];
      for (const { run } of given) {
        const value = run(env);
        if (value === null) return null;
        values.push(textOf(value));
      }
      return make(values);
    },
    type: "text",
    folds: given.find(({ folds }) => folds !== undefined)?.folds,
  };
}

function cut(
  [text, count]: readonly Compiled[],
  make: (characters: readonly string[], count: number) => readonly string[],
): Compiled | undefined {
  if (text === undefined || count === undefined) return undefined;
  return {
    run: (env) => {
      const value = text.run(env);
      const length = count.run(env);
      if (value === null || length === null) return null;
      return make(Array.from(textOf(value)), numberOf(length)).join("");
    },
    type: "text",
    folds: text.folds,
  };
}

function substring(
  text: Compiled | undefined,
  from: Compiled | undefined,
  length: Compiled | undefined,
): Compiled | undefined {
  if (text === undefined || from === undefined) return undefined;
  return {
    run: (env) => {
      const value = text.run(env);
      const start = from.run(env);
      if (value === null || start === null) return null;
      const begin = numberOf(start) - 1;
      const count = length === undefined ? Infinity : numberOf(length.run(env) ?? 0);
      return Array.from(textOf(value))
        .slice(begin, begin + count)
        .join("");
    },
    type: "text",
    folds: text.folds,
  };
}

/** A field of an object, as JSON. */
function extracted(json: Compiled | undefined, path: Compiled | undefined): Compiled | undefined {
  if (json === undefined || path === undefined) return undefined;
  return {
    run: (env) => {
      const text = json.run(env);
      const where = path.run(env);
      if (text === null || where === null) return null;
      const [, field] = /^\$\.(\w+)$/.exec(textOf(where)) ?? [];
      const object: unknown = JSON.parse(textOf(text));
      if (field === undefined || typeof object !== "object" || object === null)
        throw new Error(`the model database does not know the JSON path ${textOf(where)}`);
      return JSON.stringify(Reflect.get(object, field)) ?? null;
    },
    type: "text",
    folds: false,
  };
}
