import { compileCall } from "./calls.ts";
import { type Compiled, type Environment, locate, type Scope, type Type } from "./environment.ts";
import { compileIn, givenFor, scalar } from "./in-lists.ts";
import { divisionByZero } from "./server-errors.ts";
import type { BinaryOperator, Expression, Value } from "./syntax.ts";
import { compare, folded, isTrue, numberOf, textOf } from "./values.ts";

/** Makes a function of an expression. NULL is neither true nor false, and passes through nearly everything. */
export function compile(expression: Expression, scope: Scope): Compiled {
  switch (expression.type) {
    case "literal":
      return compileLiteral(expression.value, expression.decimal === true);
    case "parameter":
      return compileParameter(expression.at);
    case "column":
      return compileColumn(expression, scope);
    case "negative":
      return compileNegative(compile(expression.operand, scope));
    case "not": {
      const { run } = compile(expression.operand, scope);
      return truth((env) => {
        const value = run(env);
        return value === null ? null : isTrue(value) ? 0 : 1;
      });
    }
    case "binary":
      return compileBinary(expression, scope);
    case "in":
      return compileIn(expression, scope, compile);
    case "between":
      return compileBetween(expression, scope);
    case "is-null": {
      const { run } = compile(expression.operand, scope);
      const yes = expression.negated ? 0 : 1;
      return truth((env) => (run(env) === null ? yes : 1 - yes));
    }
    case "case":
      return compileCase(expression, scope);
    case "call":
      return compileCall(expression, scope, compile);
    case "cast":
      return compileCast(expression, scope);
    case "collate": {
      const operand = compile(expression.operand, scope);
      return { ...operand, folds: expression.collation.endsWith("_ci") };
    }
    case "subquery":
      return compileSubquery(expression, scope);
    case "row":
      break;
  }
  return scope.statement.fail("a row outside of IN");
}

/** A condition, as a test of the row that the environment stands on. */
export function compileCondition(expression: Expression, scope: Scope): (env: Environment) => boolean {
  const { run } = compile(expression, scope);
  return (env) => isTrue(run(env));
}

function truth(run: Compiled["run"]): Compiled {
  return { run, type: "integer", folds: undefined };
}

function compileLiteral(value: Value, decimal: boolean): Compiled {
  const number: Type = decimal ? "fraction" : "integer";
  const type = typeof value === "number" ? number : value === null ? "unknown" : "text";
  return { run: () => value, type, folds: undefined };
}

function compileParameter(at: number): Compiled {
  return {
    run: (env) => scalar(givenFor(env, at)),
    type: "unknown",
    folds: undefined,
  };
}

function compileColumn(expression: Expression & { readonly type: "column" }, scope: Scope): Compiled {
  const { source, column } = locate(expression, scope);
  const found = scope.sources[source]?.columns[column];
  return {
    run: (env) => env.rows[source]?.[column] ?? null,
    type: found?.type ?? "unknown",
    folds: found?.type === "text" ? found.folds : undefined,
  };
}

function compileNegative({ run, type }: Compiled): Compiled {
  return {
    run: (env) => {
      const value = run(env);
      return value === null ? null : -numberOf(value);
    },
    type,
    folds: undefined,
  };
}

/** A column's way of comparing goes before that of a literal, which is without regard to case. */
export function foldsOf(left: Compiled, right: Compiled): boolean {
  return left.folds ?? right.folds ?? true;
}

function compileBinary(expression: Expression & { readonly type: "binary" }, scope: Scope): Compiled {
  const { operator } = expression;
  if (expression.left.type === "row" || expression.right.type === "row")
    return scope.statement.fail("rows compared without IN");
  const left = compile(expression.left, scope);
  const right = compile(expression.right, scope);
  switch (operator) {
    case "and":
      return compileAnd(left.run, right.run);
    case "or":
      return compileOr(left.run, right.run);
    case "=":
    case "<>":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compileComparison(operator, left, right);
    case "<=>": {
      const folds = foldsOf(left, right);
      return truth((env) => (compare(left.run(env), right.run(env), folds) === 0 ? 1 : 0));
    }
    case "like":
    case "not like":
      return compileLike(operator, left, right);
    case "+":
    case "-":
    case "*":
    case "/":
    case "div":
    case "%":
      break;
  }
  return compileArithmetic(operator, left, right, scope.statement.writes);
}

function compileAnd(left: Compiled["run"], right: Compiled["run"]): Compiled {
  return truth((env) => {
    const first = left(env);
    if (first !== null && !isTrue(first)) return 0;
    const second = right(env);
    if (second !== null && !isTrue(second)) return 0;
    return first === null || second === null ? null : 1;
  });
}

function compileOr(left: Compiled["run"], right: Compiled["run"]): Compiled {
  return truth((env) => {
    const first = left(env);
    if (first !== null && isTrue(first)) return 1;
    const second = right(env);
    if (second !== null && isTrue(second)) return 1;
    return first === null || second === null ? null : 0;
  });
}

const SIDES: Readonly<Record<string, (side: number) => boolean>> = {
  "=": (side) => side === 0,
  "<>": (side) => side !== 0,
  "<": (side) => side < 0,
  "<=": (side) => side <= 0,
  ">": (side) => side > 0,
  ">=": (side) => side >= 0,
};

function compileComparison(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  const folds = foldsOf(left, right);
  const fits = SIDES[operator] ?? (() => false);
  return truth((env) => {
    const first = left.run(env);
    if (first === null) return null;
    const second = right.run(env);
    if (second === null) return null;
    return fits(compare(first, second, folds)) ? 1 : 0;
  });
}

function compileLike(operator: "like" | "not like", left: Compiled, right: Compiled): Compiled {
  const folds = foldsOf(left, right);
  const yes = operator === "like" ? 1 : 0;
  return truth((env) => {
    const text = left.run(env);
    const pattern = right.run(env);
    if (text === null || pattern === null) return null;
    return likePattern(textOf(pattern), folds).test(folds ? folded(textOf(text)) : textOf(text))
      ? yes
      : 1 - yes;
  });
}

function likePattern(pattern: string, folds: boolean): RegExp {
  const source = (folds ? folded(pattern) : pattern).replaceAll(
    /\\([\s\S])|[\s\S]/g,
    (one, escaped: string | undefined) => {
      if (escaped === undefined && one === "%") return "[\\s\\S]*";
      if (escaped === undefined && one === "_") return "[\\s\\S]";
      return (escaped ?? one).replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
    },
  );
  return new RegExp(`^${source}$`, "u");
}

function compileArithmetic(
  operator: BinaryOperator,
  left: Compiled,
  right: Compiled,
  strict: boolean,
): Compiled {
  const integers = isInteger(left.type) && isInteger(right.type);
  const doubles = isDouble(left.type) || isDouble(right.type);
  const whole = left.type !== "fraction" && right.type !== "fraction" && operator !== "/";
  const exact = !whole ? "fraction" : integers ? "integer" : "decimal";
  const type = operator === "div" ? "integer" : doubles ? "double" : exact;
  return {
    run: (env) => {
      const first = left.run(env);
      const second = right.run(env);
      if (first === null || second === null) return null;
      return calculate(operator, numberOf(first), numberOf(second), strict);
    },
    type,
    folds: undefined,
  };
}

/** What a parameter is shows only when it runs; all that are calculated with here are integers. */
function isInteger(type: Type): boolean {
  return type === "integer" || type === "unknown";
}

function isDouble(type: Type): boolean {
  return type === "double" || type === "text";
}

function calculate(operator: BinaryOperator, left: number, right: number, strict: boolean): Value {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  if (right === 0) {
    if (strict) throw divisionByZero();
    return null;
  }
  if (operator === "div") return Math.trunc(left / right);
  return operator === "%" ? left % right : left / right;
}

function compileBetween(expression: Expression & { readonly type: "between" }, scope: Scope): Compiled {
  const { operand, low, high, negated } = expression;
  const both: Expression = {
    type: "binary",
    operator: "and",
    left: { type: "binary", operator: ">=", left: operand, right: low },
    right: { type: "binary", operator: "<=", left: operand, right: high },
  };
  return compile(negated ? { type: "not", operand: both } : both, scope);
}

function compileCase(expression: Expression & { readonly type: "case" }, scope: Scope): Compiled {
  const subject = expression.subject === undefined ? undefined : compile(expression.subject, scope);
  const otherwise = compile(expression.otherwise ?? { type: "literal", value: null }, scope);
  const branches = expression.branches.map(({ when, result }) => {
    const condition = compile(when, scope);
    return {
      condition: condition.run,
      folds: subject === undefined ? false : foldsOf(subject, condition),
      result: compile(result, scope),
    };
  });
  const results = [...branches.map(({ result }) => result), otherwise];
  return {
    run: (env) => {
      const value = subject?.run(env) ?? null;
      for (const { condition, folds, result } of branches) {
        const found = condition(env);
        const fits =
          subject === undefined
            ? isTrue(found)
            : value !== null && found !== null && compare(value, found, folds) === 0;
        if (fits) return result.run(env);
      }
      return otherwise.run(env);
    },
    type: commonType(results.map(({ type }) => type)),
    folds: results.find(({ folds }) => folds !== undefined)?.folds,
  };
}

/** The type of what may come from several places. */
export function commonType(types: readonly Type[]): Type {
  const known = new Set(types.filter((type) => type !== "unknown"));
  if (known.size === 0) return "unknown";
  const [only] = known;
  if (known.size === 1 && only !== undefined) return only;
  if (known.has("text")) return "text";
  if (known.has("double")) return "double";
  return known.has("fraction") ? "fraction" : "decimal";
}

function compileCast(expression: Expression & { readonly type: "cast" }, scope: Scope): Compiled {
  const { run } = compile(expression.operand, scope);
  const { to } = expression;
  if (to === "char")
    return {
      run: (env) => {
        const value = run(env);
        return value === null ? null : textOf(value);
      },
      type: "text",
      folds: true,
    };
  return {
    run: (env) => {
      const value = run(env);
      if (value === null) return null;
      const number = typeof value === "number" ? value : Math.trunc(numberOf(value));
      return Math.sign(number) * Math.round(Math.abs(number));
    },
    type: "integer",
    folds: undefined,
  };
}

function compileSubquery(expression: Expression & { readonly type: "subquery" }, scope: Scope): Compiled {
  const plan = scope.statement.compileQuery(expression.query, scope.statement);
  const [column] = plan.columns;
  if (plan.columns.length !== 1 || column === undefined)
    return scope.statement.fail("a subquery of more than one column");
  return {
    run: (env) => plan.run(env.session, env.parameters)[0]?.[0] ?? null,
    type: column.type,
    folds: column.type === "text" ? column.folds : undefined,
  };
}
