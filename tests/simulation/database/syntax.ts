/** SQL as the parser hands it on. Only what the server's code and its tests send. */
export type Value = string | number | Buffer | null;

export type Expression =
  | { readonly type: "literal"; readonly value: Value; readonly decimal?: boolean }
  | { readonly type: "parameter"; readonly at: number }
  | { readonly type: "column"; readonly table: string | undefined; readonly name: string }
  | { readonly type: "negative" | "not"; readonly operand: Expression }
  | {
      readonly type: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: "in";
      readonly operand: Expression;
      readonly list: readonly Expression[] | Query;
      readonly negated: boolean;
    }
  | {
      readonly type: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  | { readonly type: "is-null"; readonly operand: Expression; readonly negated: boolean }
  | { readonly type: "row"; readonly items: readonly Expression[] }
  | {
      readonly type: "case";
      readonly subject: Expression | undefined;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | undefined;
    }
  | {
      readonly type: "call";
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly distinct: boolean;
      /** `COUNT(*)` */
      readonly star: boolean;
    }
  | { readonly type: "cast"; readonly operand: Expression; readonly to: "signed" | "unsigned" | "char" }
  | { readonly type: "collate"; readonly operand: Expression; readonly collation: string }
  | { readonly type: "subquery"; readonly query: Query };

export type BinaryOperator =
  | "or"
  | "and"
  | "="
  | "<=>"
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "like"
  | "not like"
  | "+"
  | "-"
  | "*"
  | "/"
  | "div"
  | "%";

export interface OrderTerm {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface Source {
  readonly what: { readonly table: string } | { readonly query: Query };
  readonly alias: string;
  readonly join: "first" | "inner" | "left";
  readonly on: Expression | undefined;
}

export interface Output {
  /** `undefined`: all columns, of `table` where it is named */
  readonly expression: Expression | undefined;
  readonly table: string | undefined;
  readonly name: string;
}

/** One SELECT of a union. */
export interface Core {
  readonly distinct: boolean;
  readonly outputs: readonly Output[];
  readonly from: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
}

export interface Query {
  readonly cores: readonly Core[];
  /** UNION without ALL anywhere */
  readonly distinctUnion: boolean;
  readonly orderBy: readonly OrderTerm[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  readonly lock: "none" | "update" | "skip-locked" | "share";
}

export interface Assignment {
  readonly table: string | undefined;
  readonly column: string;
  readonly value: Expression;
}

/** `undefined` stands for DEFAULT. */
export type InsertRow = readonly (Expression | undefined)[];

export type Statement =
  | { readonly type: "select"; readonly query: Query }
  | {
      readonly type: "insert";
      readonly table: string;
      /** `undefined`: all of the table */
      readonly columns: readonly string[] | undefined;
      /** a parameter stands for an array of rows: `VALUES ?` */
      readonly rows: readonly InsertRow[] | { readonly parameter: number } | Query;
      readonly onDuplicate: readonly Assignment[];
    }
  | {
      readonly type: "update";
      readonly from: readonly Source[];
      readonly assignments: readonly Assignment[];
      readonly where: Expression | undefined;
      readonly orderBy: readonly OrderTerm[];
      readonly limit: Expression | undefined;
    }
  | {
      readonly type: "delete";
      readonly table: string;
      readonly where: Expression | undefined;
      readonly orderBy: readonly OrderTerm[];
      readonly limit: Expression | undefined;
    }
  | { readonly type: "begin" | "commit" | "rollback" }
  | { readonly type: "set"; readonly settings: ReadonlyMap<string, string> };

/** A text that the model cannot take for what a server would: better no answer than another one. */
export class UnknownStatement extends Error {
  constructor(sql: string, why: string) {
    super(`the model database does not know this statement: ${sql.trim()}\n(${why})`);
    this.name = "UnknownStatement";
  }
}
