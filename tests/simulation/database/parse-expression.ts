import type { BinaryOperator, Expression, Query } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** How an expression's parser gets at a SELECT inside it. */
export type ParseQuery = (reader: TokenReader) => Query;

export function parseExpression(reader: TokenReader, query: ParseQuery): Expression {
  return new ExpressionParser(reader, query).or();
}

const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  "=": "=",
  "<=>": "<=>",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

class ExpressionParser {
  readonly #reader: TokenReader;
  readonly #query: ParseQuery;

  constructor(reader: TokenReader, query: ParseQuery) {
    this.#reader = reader;
    this.#query = query;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#reader.take("OR")) left = { type: "binary", operator: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#reader.take("AND")) left = { type: "binary", operator: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.#reader.take("NOT") ? { type: "not", operand: this.#not() } : this.#comparison();
  }

  #comparison(): Expression {
    const reader = this.#reader;
    let left = this.#sum();
    for (;;) {
      const operator = reader.token.kind === "symbol" ? COMPARISONS[reader.token.upper] : undefined;
      if (operator !== undefined) {
        reader.next();
        left = { type: "binary", operator, left, right: this.#sum() };
      } else if (reader.take("IS")) {
        const negated = reader.take("NOT");
        reader.expect("NULL");
        left = { type: "is-null", operand: left, negated };
      } else {
        const negated = reader.is("NOT") && reader.take("NOT");
        if (reader.take("IN")) left = this.#in(left, negated);
        else if (reader.take("BETWEEN")) left = this.#between(left, negated);
        else if (reader.take("LIKE"))
          left = { type: "binary", operator: negated ? "not like" : "like", left, right: this.#sum() };
        else if (negated) reader.fail("IN, BETWEEN or LIKE expected");
        else return left;
      }
    }
  }

  #in(operand: Expression, negated: boolean): Expression {
    const reader = this.#reader;
    if (reader.peek(1)?.upper === "SELECT") {
      reader.expect("(");
      const list = this.#query(reader);
      reader.expect(")");
      return { type: "in", operand, list, negated };
    }
    return { type: "in", operand, list: reader.list(() => this.or()), negated };
  }

  #between(operand: Expression, negated: boolean): Expression {
    const low = this.#sum();
    this.#reader.expect("AND");
    return { type: "between", operand, low, high: this.#sum(), negated };
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const { kind, upper } = this.#reader.token;
      if (kind !== "symbol" || (upper !== "+" && upper !== "-")) return left;
      this.#reader.next();
      left = { type: "binary", operator: upper, left, right: this.#product() };
    }
  }

  #product(): Expression {
    let left = this.#sign();
    for (;;) {
      const operator = this.#productOperator();
      if (operator === undefined) return left;
      this.#reader.next();
      left = { type: "binary", operator, left, right: this.#sign() };
    }
  }

  #productOperator(): "*" | "/" | "%" | "div" | undefined {
    const { kind, upper } = this.#reader.token;
    if (kind === "symbol" && (upper === "*" || upper === "/" || upper === "%")) return upper;
    if (kind !== "word") return undefined;
    if (upper === "DIV") return "div";
    return upper === "MOD" ? "%" : undefined;
  }

  #sign(): Expression {
    if (this.#reader.take("-")) return { type: "negative", operand: this.#sign() };
    let operand = this.#primary();
    while (this.#reader.take("COLLATE"))
      operand = { type: "collate", operand, collation: this.#reader.name().toLowerCase() };
    return operand;
  }

  #primary(): Expression {
    const reader = this.#reader;
    const token = reader.token;
    switch (token.kind) {
      case "parameter":
        reader.next();
        return { type: "parameter", at: reader.parameter() };
      case "string":
        reader.next();
        return { type: "literal", value: token.text };
      case "number":
        reader.next();
        return { type: "literal", value: Number(token.text), decimal: /^\d+\.\d+$/.test(token.text) };
      case "symbol":
        if (token.upper === "(") return this.#parenthesis();
        return reader.fail("an expression expected");
      case "name":
        return this.#column();
      case "word":
        return this.#word(token.upper);
      case "end":
        break;
    }
    return reader.fail("an expression expected");
  }

  #parenthesis(): Expression {
    const reader = this.#reader;
    reader.expect("(");
    if (reader.is("SELECT")) {
      const query = this.#query(reader);
      reader.expect(")");
      return { type: "subquery", query };
    }
    const items = reader.commas(() => this.or());
    reader.expect(")");
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { type: "row", items };
  }

  #word(upper: string): Expression {
    const reader = this.#reader;
    if (reader.take("NULL")) return { type: "literal", value: null };
    if (reader.take("TRUE")) return { type: "literal", value: 1 };
    if (reader.take("FALSE")) return { type: "literal", value: 0 };
    if (reader.take("CASE")) return this.#case();
    if (reader.peek(1)?.upper !== "(") return this.#column();
    if (reader.take("CAST")) return this.#cast();
    if (reader.take("CONVERT")) return this.#convert();
    reader.next();
    return this.#call(upper);
  }

  #column(): Expression {
    const first = this.#reader.name();
    return this.#reader.take(".")
      ? { type: "column", table: first, name: this.#reader.name() }
      : { type: "column", table: undefined, name: first };
  }

  #call(name: string): Expression {
    const reader = this.#reader;
    reader.expect("(");
    if (reader.take(")")) return { type: "call", name, arguments: [], distinct: false, star: false };
    if (reader.take("*", ")")) return { type: "call", name, arguments: [], distinct: false, star: true };
    const distinct = reader.take("DISTINCT");
    const given = reader.commas(() => this.or());
    reader.expect(")");
    return { type: "call", name, arguments: given, distinct, star: false };
  }

  #case(): Expression {
    const reader = this.#reader;
    const subject = reader.is("WHEN") ? undefined : this.or();
    const branches: { when: Expression; result: Expression }[] = [];
    while (reader.take("WHEN")) {
      const when = this.or();
      reader.expect("THEN");
      branches.push({ when, result: this.or() });
    }
    const otherwise = reader.take("ELSE") ? this.or() : undefined;
    reader.expect("END");
    return { type: "case", subject, branches, otherwise };
  }

  #cast(): Expression {
    const reader = this.#reader;
    reader.expect("(");
    const operand = this.or();
    reader.expect("AS");
    const type = reader.name().toUpperCase();
    reader.take("INTEGER");
    reader.expect(")");
    if (type === "SIGNED") return { type: "cast", operand, to: "signed" };
    if (type === "UNSIGNED") return { type: "cast", operand, to: "unsigned" };
    if (type === "CHAR") return { type: "cast", operand, to: "char" };
    return reader.fail(`CAST to ${type}`);
  }

  #convert(): Expression {
    const reader = this.#reader;
    reader.expect("(");
    const operand = this.or();
    reader.expect("USING");
    const charset = reader.name().toLowerCase();
    reader.expect(")");
    const collations: Readonly<Record<string, string>> = {
      ascii: "ascii_general_ci",
      utf8mb4: "utf8mb4_general_ci",
    };
    const collation = collations[charset];
    if (collation === undefined) return reader.fail(`CONVERT to ${charset}`);
    return { type: "collate", operand: { type: "cast", operand, to: "char" }, collation };
  }
}
