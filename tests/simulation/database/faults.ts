/** What a statement is, to who wants to disturb it. */
export type StatementKind = "begin" | "commit" | "rollback" | "read" | "write";

export interface StatementInfo {
  readonly connection: number;
  readonly owner: string;
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly kind: StatementKind;
}

export type StatementFault =
  /** the statement runs after that long; others go on meanwhile */
  | { readonly fault: "delay"; readonly ms: number }
  /** 1213: the whole transaction is rolled back */
  | { readonly fault: "deadlock" }
  /** 1205: the statement is undone, the transaction stays open */
  | { readonly fault: "lock-timeout" }
  /** 1290 on writes and on COMMIT */
  | { readonly fault: "read-only" }
  /** 1366: a value that the table does not take; the statement is undone */
  | { readonly fault: "refused-value" }
  /** the line is cut, the statement was not executed; the server rolls the transaction back */
  | { readonly fault: "lost-before" }
  /** the statement was executed (a COMMIT is durable), its answer is lost with the line */
  | { readonly fault: "lost-after" };
