import { locate, type Scope } from "./environment.ts";
import type { Expression } from "./syntax.ts";

/** A condition taken apart at its ANDs. */
export function conjunctsOf(condition: Expression | undefined): readonly Expression[] {
  if (condition === undefined) return [];
  if (condition.type === "binary" && condition.operator === "and")
    return [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)];
  if (condition.type === "between" && !condition.negated) {
    const { operand, low, high } = condition;
    return [
      { type: "binary", operator: ">=", left: operand, right: low },
      { type: "binary", operator: "<=", left: operand, right: high },
    ];
  }
  return [condition];
}

/** A condition taken apart at its ORs; what is never true is left out. */
export function disjunctsOf(condition: Expression): readonly Expression[] {
  if (condition.type === "binary" && condition.operator === "or")
    return [...disjunctsOf(condition.left), ...disjunctsOf(condition.right)];
  return condition.type === "literal" && condition.value === 0 ? [] : [condition];
}

/** Puts conditions together again. */
export function allOf(conditions: readonly Expression[]): Expression | undefined {
  return conditions.length === 0
    ? undefined
    : conditions.reduce((left, right) => ({ type: "binary", operator: "and", left, right }));
}

/** The sources that an expression speaks of. */
export function sourcesIn(expression: Expression, scope: Scope): ReadonlySet<number> {
  const found = new Set<number>();
  for (const column of columnsIn(expression)) found.add(locate(column, scope).source);
  return found;
}

function* columnsIn(expression: Expression): Generator<Expression & { readonly type: "column" }> {
  if (expression.type === "column") yield expression;
  for (const part of partsOf(expression)) yield* columnsIn(part);
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case "literal":
    case "parameter":
    case "column":
    case "subquery":
      return [];
    case "negative":
    case "not":
    case "is-null":
    case "cast":
    case "collate":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "in":
      return "cores" in expression.list ? [expression.operand] : [expression.operand, ...expression.list];
    case "between":
      return [expression.operand, expression.low, expression.high];
    case "row":
      return expression.items;
    case "case":
      return [
        ...(expression.subject === undefined ? [] : [expression.subject]),
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
    case "call":
      break;
  }
  return expression.arguments;
}
