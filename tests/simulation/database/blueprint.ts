import { type ChangePlan, compileDelete, compileInsert, compileUpdate } from "./changes.ts";
import type { QueryPlan, StatementScope } from "./environment.ts";
import { parseMigrations } from "./parse-schema.ts";
import { parseStatement } from "./parser.ts";
import { compileQuery } from "./query.ts";
import type { TableSchema } from "./schema.ts";
import { type Statement, UnknownStatement } from "./syntax.ts";

/** A statement, ready to run as often as wanted, on any database with these tables. */
export type Plan =
  | { readonly kind: "begin" | "commit" | "rollback" }
  | { readonly kind: "set"; readonly settings: ReadonlyMap<string, string> }
  | { readonly kind: "read"; readonly query: QueryPlan }
  | { readonly kind: "write"; readonly change: ChangePlan };

/** Statements differ in how many rows they speak of; more texts than this are not kept. */
const MOST_PLANS = 20_000;

/** What migrations say a database is like, and all statements that were ever sent to one: made once, shared by thousands of databases. */
export class Blueprint {
  readonly tables: readonly TableSchema[];
  /** statements of the migrations that put first rows in */
  readonly firstStatements: readonly string[];
  readonly #byName: ReadonlyMap<string, TableSchema>;
  readonly #plans = new Map<string, Plan>();

  constructor(migrations: readonly string[]) {
    const { tables, statements } = parseMigrations(migrations);
    this.tables = tables;
    this.firstStatements = statements;
    this.#byName = new Map(tables.map((table) => [table.name, table]));
  }

  plan(sql: string): Plan {
    const known = this.#plans.get(sql);
    if (known !== undefined) return known;
    const made = this.#compile(sql, parseStatement(sql));
    if (this.#plans.size >= MOST_PLANS) this.#plans.clear();
    this.#plans.set(sql, made);
    return made;
  }

  #compile(sql: string, statement: Statement): Plan {
    const scope: StatementScope = {
      sql,
      tables: this.#byName,
      compileQuery,
      writes: statement.type !== "select",
      onceCount: 0,
      fail: (why) => {
        throw new UnknownStatement(sql, why);
      },
    };
    switch (statement.type) {
      case "begin":
      case "commit":
      case "rollback":
        return { kind: statement.type };
      case "set":
        return { kind: "set", settings: statement.settings };
      case "select":
        return { kind: "read", query: compileQuery(statement.query, scope) };
      case "insert":
        return { kind: "write", change: compileInsert(statement, scope) };
      case "update":
        return { kind: "write", change: compileUpdate(statement, scope) };
      case "delete":
        break;
    }
    return { kind: "write", change: compileDelete(statement, scope) };
  }
}

const known = new Map<string, Blueprint>();

/** The blueprint of some migrations, made once per process. */
export function blueprintOf(migrations: readonly string[]): Blueprint {
  const text = migrations.join("\n--> statement-breakpoint\n");
  const found = known.get(text) ?? new Blueprint(migrations);
  known.set(text, found);
  return found;
}
