import type { StreamId } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";

/** Characters of a fingerprint that stay when an operation's row is pruned: another operation has the same once in 16 million times. */
const CHARACTERS = 4;

/** Stands for an operation that was pruned without a mark. */
export const NO_MARK = "????";

/** What stays of a fingerprint. */
export function markOf(fingerprint: string): string {
  return fingerprint.slice(0, CHARACTERS);
}

/** Whether marks say of a number that it was another operation's than the one with this fingerprint. */
export function contradicts(marks: string, number: number, fingerprint: string): boolean {
  const mark = marks.slice((number - 1) * CHARACTERS, number * CHARACTERS);
  return mark !== "" && mark !== NO_MARK && mark !== markOf(fingerprint);
}

/** The marks of streams, from their number 1 on. */
export async function loadMarks(
  tx: Transaction,
  streams: readonly StreamId[],
): Promise<ReadonlyMap<StreamId, string>> {
  if (streams.length === 0) return new Map();
  const rows = await tx.query<{ stream: StreamId; marks: string }>(
    "SELECT stream_id AS stream, marks FROM pruned_marks WHERE stream_id IN (?)",
    [[...streams]],
  );
  return new Map(rows.map(({ stream, marks }) => [stream, marks]));
}
