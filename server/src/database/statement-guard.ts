import { misuse } from "./database-error.ts";

const READS: ReadonlySet<string> = new Set(["SELECT", "WITH", "SHOW", "EXPLAIN", "TABLE", "VALUES"]);
const WRITES: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "REPLACE"]);

export type Permission = "read" | "read-write";

/**
 * Lets through only statements that leave no trace on the connection. SET, BEGIN, COMMIT, LOCK TABLES, USE and DDL
 * (which commits by itself) would: the next borrower would find it. GET_LOCK survives even a ROLLBACK.
 */
export function checkStatement(sql: string, permission: Permission): void {
  const verb = firstWord(sql);
  const allowed = READS.has(verb) || (permission === "read-write" && WRITES.has(verb));
  if (!allowed) throw misuse(`${verb === "" ? "An empty statement" : verb} is not allowed here.`);
  if (/\bget_lock\s*\(/i.test(sql)) throw misuse("GET_LOCK stays on the connection; lock a row.");
  if (/\bfor\s+update\b/i.test(sql) && permission === "read")
    throw misuse("A read outside a transaction locks nothing.");
}

function firstWord(sql: string): string {
  const start = /^(?:\s|\(|--[^\n]*\n|#[^\n]*\n|\/\*(?![!M])[\s\S]*?\*\/)*([a-z]*)/i.exec(sql);
  return (start?.[1] ?? "").toUpperCase();
}
