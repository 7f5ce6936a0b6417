import { type Actor, type EntityId, type Problem, splitOperationId } from "@healthbridge/schema";
import { operation as operationTable } from "@healthbridge/schema/tables";
import type { SqlValue } from "../database/lease.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Slice } from "./batch.ts";
import type { Prepared } from "./judge-submission.ts";
import { knownOperation, type KnownRow, loadApplied, type Owner } from "./known-operations.ts";
import { loadMarks } from "./pruned-marks.ts";
import { insertRows } from "./records/table.ts";
import { StreamInBatch, type StreamRow } from "./stream-in-batch.ts";
import type { Submission, Submitter } from "./submission.ts";
import { accountOf, actorFor, lockDevices } from "./submitters.ts";

interface SliceStream {
  readonly stream: StreamInBatch | undefined;
  readonly actor: Actor | undefined;
  readonly refused: Problem | undefined;
}

/** The streams of a batch, and who writes them. */
export class BatchStreams {
  /** the database's clock, ms */
  readonly now: number;
  readonly #bySlice: readonly SliceStream[];
  readonly #streams: ReadonlyMap<string, StreamInBatch>;
  readonly #applied: ReadonlyMap<string, Owner>;

  constructor(
    now: number,
    bySlice: readonly SliceStream[],
    streams: ReadonlyMap<string, StreamInBatch>,
    applied: ReadonlyMap<string, Owner>,
  ) {
    this.now = now;
    this.#bySlice = bySlice;
    this.#streams = streams;
    this.#applied = applied;
  }

  of(slice: number): SliceStream {
    return this.#bySlice[slice] ?? { stream: undefined, actor: undefined, refused: { code: "internal" } };
  }

  /**
   * Whether an operation that somebody's needs was applied, before this batch or in it. A patient builds on her account's alone: of anybody else's she would be told that it is there.
   * People of a clinic share devices and what they queued there.
   */
  wasApplied(id: EntityId, tenant: string, actor: Actor | undefined): boolean {
    const { stream, number } = splitOperationId(id);
    const here = this.#streams.get(stream);
    const decided = here?.decided.get(number)?.status === "applied" ? here : undefined;
    const owner = this.#applied.get(id) ?? decided;
    return owner?.tenant === tenant && (actor?.role !== "patient" || owner.account === actor.account);
  }
}

/** Writes the device and stream rows (serialises each stream, cuts off revoked devices) and reads what is settled. Always the first statements of a batch. */
export async function lockStreams(tx: Transaction, slices: readonly Slice[]): Promise<BatchStreams> {
  const submissions = slices.map(({ submission }) => submission);
  const people = await lockDevices(tx, submissions);
  const allowed = submissions.map((submission) => actorFor(submission.submitter, people));
  const welcome = submissions.filter((_, at) => allowed[at]?.refused === undefined);
  const rows = await lockStreamRows(tx, welcome);
  const now = rows.values().next().value?.now ?? (await databaseNow(tx));
  const streams = new Map([...rows].map(([id, row]) => [id, new StreamInBatch(row)]));
  const bySlice = submissions.map((submission, at): SliceStream => {
    const who = allowed[at] ?? { actor: undefined, refused: { code: "internal" as const } };
    const row = rows.get(submission.stream);
    if (who.refused !== undefined) return { stream: undefined, ...who };
    const mine =
      row !== undefined &&
      row.account === accountOf(submission.submitter) &&
      row.tenant === submission.submitter.tenant;
    // Somebody else's stream: nothing of it is told, the device draws a new one.
    return mine
      ? { stream: streams.get(submission.stream), ...who }
      : { stream: undefined, actor: who.actor, refused: { code: "key_reused" } };
  });
  await loadKnown(tx, slices, bySlice);
  return new BatchStreams(now, bySlice, streams, await loadApplied(tx, slices));
}

/** Writes what became of operations, and how far their streams are settled by them. */
export async function writeSettled(
  tx: Transaction,
  settled: readonly {
    readonly stream: StreamInBatch;
    readonly operation: Prepared;
    readonly submitter: Submitter;
  }[],
  now: number,
): Promise<void> {
  const rows = settled.flatMap(({ stream, operation, submitter }) => {
    const outcome = stream.decided.get(operation.number);
    if (outcome === undefined) return [];
    const told = outcome.status === "rejected" ? outcome.problem : outcome.output;
    return [
      {
        streamId: stream.id,
        number: operation.number,
        tenantId: submitter.tenant,
        accountId: accountOf(submitter),
        type: operation.type,
        fingerprint: operation.fingerprint,
        input: operation.input,
        applied: outcome.status === "applied" ? 1 : 0,
        outcome: told === undefined ? null : JSON.stringify(told),
        sum: stream.foreseen.get(operation.number) ?? null,
        madeAt: operation.madeAt,
        decidedAt: now,
      },
    ];
  });
  await insertRows(tx, operationTable, rows);
  const marks = new Map(settled.map(({ stream }) => [stream.id, stream.claimed]));
  const cases = [...marks].map(() => "WHEN ? THEN ?").join(" ");
  await tx.write(`UPDATE stream SET settled = CASE id ${cases} END WHERE id IN (?)`, [
    ...[...marks].flat(),
    [...marks.keys()],
  ]);
}

async function lockStreamRows(
  tx: Transaction,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<string, StreamRow>> {
  if (submissions.length === 0) return new Map();
  const first = new Map(submissions.map((submission) => [submission.stream, submission.submitter]));
  const rows = [...first]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, submitter]) => [
      id,
      submitter.tenant,
      accountOf(submitter),
      submitter.device ?? null,
      0,
      0,
      0,
      0,
    ]);
  await tx.write(
    `INSERT INTO stream (id, tenant_id, account_id, device_id, settled, pruned_through, durable_through, touched_at) VALUES ?
     ON DUPLICATE KEY UPDATE touched_at = ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000)`,
    [rows],
  );
  const found = await tx.query<StreamRow>(
    `SELECT id, tenant_id AS tenant, account_id AS account, settled, pruned_through AS prunedThrough, durable_through AS durableThrough,
       CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now FROM stream WHERE id IN (?)`,
    [[...first.keys()]],
  );
  return new Map(found.map((row) => [row.id, row]));
}

async function databaseNow(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ now: number }>(
    "SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now",
  );
  return row?.now ?? 0;
}

/** The settled operations that submissions send again, or have not heard the outcome of. */
async function loadKnown(
  tx: Transaction,
  slices: readonly Slice[],
  bySlice: readonly SliceStream[],
): Promise<void> {
  const ranges: SqlValue[] = [];
  const streams = new Map<string, StreamInBatch>();
  for (const [at, { submission, operations }] of slices.entries()) {
    const stream = bySlice[at]?.stream;
    const first = operations[0]?.number ?? submission.from;
    const since = submission.heard < submission.from - 1 ? submission.heard : first - 1;
    // A stream may have gone on far beyond what a copy, or an old request, speaks of.
    const last = Math.min(operations.at(-1)?.number ?? submission.from - 1, stream?.claimed ?? 0);
    if (stream === undefined || since >= last) continue;
    streams.set(stream.id, stream);
    ranges.push(stream.id, since + 1, last);
  }
  if (streams.size === 0) return;
  const where = Array.from(
    { length: ranges.length / 3 },
    () => "(stream_id = ? AND number BETWEEN ? AND ?)",
  ).join(" OR ");
  const rows = await tx.query<KnownRow>(
    `SELECT stream_id AS stream, number, fingerprint, applied, outcome, sum, decided_at AS decidedAt FROM operation WHERE ${where} ORDER BY stream_id, number`,
    ranges,
  );
  for (const row of rows) streams.get(row.stream)?.known.set(row.number, knownOperation(row));
  const forgotten = slices.flatMap(({ operations }, at) => {
    const stream = bySlice[at]?.stream;
    return stream !== undefined && operations.some(({ number }) => stream.forgot(number)) ? [stream] : [];
  });
  const marks = await loadMarks(
    tx,
    forgotten.map(({ id }) => id),
  );
  for (const stream of forgotten) stream.marks = marks.get(stream.id) ?? "";
}
