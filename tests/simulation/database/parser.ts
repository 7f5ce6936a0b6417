import { parseExpression } from "./parse-expression.ts";
import type {
  Assignment,
  Core,
  Expression,
  InsertRow,
  OrderTerm,
  Output,
  Query,
  Source,
  Statement,
} from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** Reads a statement that a connection was sent. */
export function parseStatement(sql: string): Statement {
  if (/^\s*SET\s/i.test(sql)) return parseSet(sql);
  const reader = new TokenReader(sql);
  const statement = statementOf(reader);
  reader.take(";");
  if (reader.token.kind !== "end") reader.fail("more than expected");
  return statement;
}

function statementOf(reader: TokenReader): Statement {
  if (reader.take("START", "TRANSACTION") || reader.take("BEGIN")) return { type: "begin" };
  if (reader.take("COMMIT")) return { type: "commit" };
  if (reader.take("ROLLBACK")) return { type: "rollback" };
  if (reader.is("SELECT") || reader.is("(")) return { type: "select", query: parseQuery(reader) };
  if (reader.take("INSERT")) return parseInsert(reader);
  if (reader.take("UPDATE")) return parseUpdate(reader);
  if (reader.take("DELETE")) return parseDelete(reader);
  return reader.fail("no such verb");
}

/** Settings of a session, as `session-setup.ts` writes them; of the two kinds of executable comments those of MariaDB. */
function parseSet(sql: string): Statement {
  const text = sql
    .replaceAll(/\/\*M!\d+([\s\S]*?)\*\//g, "$1")
    .replaceAll(/\/\*![\s\S]*?\*\//g, "")
    .replace(/^\s*SET\s+(?:SESSION\s+)?/i, "");
  const isolation = /^TRANSACTION\s+ISOLATION\s+LEVEL\s+([A-Z ]+?)\s*$/i.exec(text);
  if (isolation?.[1] !== undefined)
    return { type: "set", settings: new Map([["isolation", isolation[1].toUpperCase()]]) };
  const settings = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/(\w+)\s*=\s*(?:'([^']*)'|([^\s,]+))/g))
    settings.set((name ?? "").toLowerCase(), quoted ?? plain ?? "");
  return { type: "set", settings };
}

export function parseQuery(reader: TokenReader): Query {
  const cores = [parseCore(reader)];
  let distinctUnion = false;
  while (reader.take("UNION")) {
    if (!reader.take("ALL")) distinctUnion = true;
    cores.push(parseCore(reader));
  }
  const orderBy = parseOrderBy(reader);
  const { limit, offset } = parseLimit(reader);
  return { cores, distinctUnion, orderBy, limit, offset, lock: parseLock(reader) };
}

function expression(reader: TokenReader): Expression {
  return parseExpression(reader, parseQuery);
}

function parseCore(reader: TokenReader): Core {
  reader.expect("SELECT");
  const distinct = reader.take("DISTINCT");
  const outputs = reader.commas(() => parseOutput(reader));
  const from = reader.take("FROM") ? parseSources(reader) : [];
  const where = reader.take("WHERE") ? expression(reader) : undefined;
  const groupBy = reader.take("GROUP", "BY") ? reader.commas(() => expression(reader)) : [];
  const having = reader.take("HAVING") ? expression(reader) : undefined;
  return { distinct, outputs, from, where, groupBy, having };
}

function parseOutput(reader: TokenReader): Output {
  if (reader.take("*")) return { expression: undefined, table: undefined, name: "*" };
  if (reader.peek(1)?.upper === "." && reader.peek(2)?.upper === "*") {
    const table = reader.name();
    reader.expect(".", "*");
    return { expression: undefined, table, name: "*" };
  }
  const first = reader.token;
  const value = expression(reader);
  // Without a name of its own a column is called what it is, one that is worked out as it is written.
  const own = value.type === "column" ? value.name : reader.textSince(first);
  return { expression: value, table: undefined, name: reader.alias() ?? own };
}

function parseSources(reader: TokenReader): readonly Source[] {
  const sources: Source[] = [parseSource(reader, "first")];
  for (;;) {
    if (reader.take("JOIN") || reader.take("INNER", "JOIN")) sources.push(parseSource(reader, "inner"));
    else if (reader.take("LEFT", "JOIN") || reader.take("LEFT", "OUTER", "JOIN"))
      sources.push(parseSource(reader, "left"));
    else if (reader.is(",") || reader.is("CROSS") || reader.is("RIGHT")) reader.fail("this kind of join");
    else return sources;
  }
}

function parseSource(reader: TokenReader, join: Source["join"]): Source {
  if (reader.take("(")) {
    const query = parseQuery(reader);
    reader.expect(")");
    const alias = reader.alias();
    if (alias === undefined) return reader.fail("a name for the derived table expected");
    return { what: { query }, alias, join, on: parseOn(reader, join) };
  }
  const table = reader.name();
  const alias = reader.alias() ?? table;
  return { what: { table }, alias, join, on: parseOn(reader, join) };
}

function parseOn(reader: TokenReader, join: Source["join"]): Expression | undefined {
  if (join === "first") return undefined;
  if (!reader.take("ON")) return join === "left" ? reader.fail("ON expected") : undefined;
  return expression(reader);
}

function parseOrderBy(reader: TokenReader): readonly OrderTerm[] {
  if (!reader.take("ORDER", "BY")) return [];
  return reader.commas(() => {
    const term = expression(reader);
    const descending = reader.take("DESC");
    if (!descending) reader.take("ASC");
    return { expression: term, descending };
  });
}

function parseLimit(reader: TokenReader): {
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
} {
  if (!reader.take("LIMIT")) return { limit: undefined, offset: undefined };
  const limit = expression(reader);
  return { limit, offset: reader.take("OFFSET") ? expression(reader) : undefined };
}

function parseLock(reader: TokenReader): Query["lock"] {
  if (reader.take("FOR", "UPDATE")) return reader.take("SKIP", "LOCKED") ? "skip-locked" : "update";
  return reader.take("LOCK", "IN", "SHARE", "MODE") || reader.take("FOR", "SHARE") ? "share" : "none";
}

function parseInsert(reader: TokenReader): Statement {
  reader.expect("INTO");
  const table = reader.name();
  const columns = reader.is("(") ? reader.list(() => reader.name()) : undefined;
  const rows = parseRows(reader);
  const onDuplicate = reader.take("ON", "DUPLICATE", "KEY", "UPDATE") ? parseAssignments(reader) : [];
  return { type: "insert", table, columns, rows, onDuplicate };
}

function parseRows(reader: TokenReader): readonly InsertRow[] | { readonly parameter: number } | Query {
  if (reader.is("SELECT")) return parseQuery(reader);
  reader.expect("VALUES");
  if (reader.token.kind === "parameter") {
    reader.next();
    return { parameter: reader.parameter() };
  }
  return reader.commas(() => reader.list(() => (reader.take("DEFAULT") ? undefined : expression(reader))));
}

function parseAssignments(reader: TokenReader): readonly Assignment[] {
  return reader.commas(() => {
    const first = reader.name();
    const second = reader.take(".") ? reader.name() : undefined;
    reader.expect("=");
    const value = expression(reader);
    return second === undefined
      ? { table: undefined, column: first, value }
      : { table: first, column: second, value };
  });
}

function parseUpdate(reader: TokenReader): Statement {
  const from = parseSources(reader);
  reader.expect("SET");
  const assignments = parseAssignments(reader);
  const where = reader.take("WHERE") ? expression(reader) : undefined;
  const orderBy = parseOrderBy(reader);
  const { limit } = parseLimit(reader);
  return { type: "update", from, assignments, where, orderBy, limit };
}

function parseDelete(reader: TokenReader): Statement {
  reader.expect("FROM");
  const table = reader.name();
  const where = reader.take("WHERE") ? expression(reader) : undefined;
  const orderBy = parseOrderBy(reader);
  const { limit } = parseLimit(reader);
  return { type: "delete", table, where, orderBy, limit };
}
