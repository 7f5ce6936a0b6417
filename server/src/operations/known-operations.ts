import { operationId, Problem, splitOperationId, type StreamId } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { Slice } from "./batch.ts";
import type { Outcome } from "./submission.ts";

/** What is known of operations that were settled before. */

/** An operation's row, as far as a replay needs it. */
export interface KnownOperation {
  readonly fingerprint: string;
  /** what its device foresaw, where it came to that */
  readonly sum: string | undefined;
  readonly outcome: Outcome;
  readonly spelledOut: boolean;
  /** ms by the database's clock */
  readonly decidedAt: number;
}

/** A row of `operation`, as far as a replay needs it. */
export interface KnownRow {
  readonly stream: StreamId;
  readonly number: number;
  readonly fingerprint: string;
  readonly applied: number;
  readonly outcome: string | null;
  readonly sum: string | null;
  readonly decidedAt: number;
}

/** Reads a row of `operation` as what became of the operation. */
export function knownOperation({
  number,
  fingerprint,
  sum,
  applied,
  outcome,
  decidedAt,
}: KnownRow): KnownOperation {
  const told: unknown = outcome === null ? undefined : JSON.parse(outcome);
  const common = { fingerprint, sum: sum ?? undefined, decidedAt };
  if (applied === 0)
    return {
      ...common,
      outcome: { number, status: "rejected", problem: Problem.parse(told) },
      spelledOut: true,
    };
  return {
    ...common,
    outcome: told === undefined ? { number, status: "applied" } : { number, status: "applied", output: told },
    spelledOut: told !== undefined,
  };
}

/** Whose an operation is. */
export interface Owner {
  readonly tenant: string;
  readonly account: string;
}

/** Which of the operations that others name in `after` were applied before this batch, by id. What was pruned was applied: only such rows are. */
export async function loadApplied(
  tx: Transaction,
  slices: readonly Slice[],
): Promise<ReadonlyMap<string, Owner>> {
  const needed = [
    ...new Set(slices.flatMap(({ operations }) => operations.flatMap(({ after }) => after))),
  ].map(splitOperationId);
  if (needed.length === 0) return new Map();
  const rows = await tx.query<Owner & { stream: string; number: number; applied: number }>(
    "SELECT stream_id AS stream, number, tenant_id AS tenant, account_id AS account, applied FROM operation WHERE (stream_id, number) IN (?)",
    [needed.map(({ stream, number }) => [stream, number])],
  );
  const found = new Set(rows.map(({ stream, number }) => operationId(stream, number)));
  const absent = needed.filter(({ stream, number }) => !found.has(operationId(stream, number)));
  const pruned = await loadPruned(tx, absent);
  return new Map([
    ...rows
      .filter(({ applied }) => applied === 1)
      .map((row) => [operationId(row.stream, row.number), row] as const),
    ...pruned,
  ]);
}

async function loadPruned(
  tx: Transaction,
  absent: readonly { readonly stream: StreamId; readonly number: number }[],
): Promise<readonly (readonly [string, Owner])[]> {
  if (absent.length === 0) return [];
  const rows = await tx.query<Owner & { id: string; through: number }>(
    "SELECT id, tenant_id AS tenant, account_id AS account, pruned_through AS through FROM stream WHERE id IN (?)",
    [absent.map(({ stream }) => stream)],
  );
  const marks = new Map(rows.map((row) => [row.id, row]));
  return absent.flatMap(({ stream, number }) => {
    const mark = marks.get(stream);
    return mark !== undefined && number <= mark.through ? [[operationId(stream, number), mark] as const] : [];
  });
}
