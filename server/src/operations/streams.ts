import {
  type Actor,
  type EntityId,
  operationId,
  Problem,
  Role,
  splitOperationId,
  type StreamId,
} from "@healthbridge/schema";
import { operation as operationTable } from "@healthbridge/schema/tables";
import type { SqlValue } from "../database/lease.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Slice } from "./batch.ts";
import type { Prepared } from "./judge-submission.ts";
import { contradicts, loadMarks } from "./pruned-marks.ts";
import { insertRows } from "./records/table.ts";
import type { Outcome, Submission, Submitter } from "./submission.ts";

/** The account that stands in a stream's row when nobody or the server itself writes. */
const NOBODY = "anonymous";
const SYSTEM = "system";

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

/** One stream while its batch runs. Its row is locked: nobody else settles it meanwhile. */
export class StreamInBatch {
  readonly id: StreamId;
  readonly tenant: string;
  readonly durableThrough: number;
  readonly prunedThrough: number;
  /** settled numbers that the batch's submissions speak of, as found */
  readonly known = new Map<number, KnownOperation>();
  /** operations this batch settles */
  readonly claims = new Map<number, Prepared>();
  readonly decided = new Map<number, Outcome>();
  /** sums of those that came to what their device foresaw */
  readonly foreseen = new Map<number, string>();
  /** settled up to here once the batch commits */
  claimed: number;
  /** what is left of operations that were pruned, where the batch speaks of such */
  marks = "";

  constructor(row: StreamRow) {
    this.id = row.id;
    this.tenant = row.tenant;
    this.durableThrough = row.durableThrough;
    this.prunedThrough = row.prunedThrough;
    this.claimed = row.settled;
  }

  /** What a submission hears: the outcomes of what it sent, and those it has not heard of. */
  answer({ submission, operations }: Slice): {
    settled: number;
    outcomes: readonly Outcome[];
    fork: boolean;
    anew: boolean;
    knownSince: number | undefined;
  } {
    const outcomes: Outcome[] = [];
    for (const [number, { outcome, spelledOut }] of this.known) {
      if (number > submission.heard && number < submission.from && spelledOut) outcomes.push(outcome);
    }
    let fork = submission.operations.length === 0 && submission.from <= this.claimed;
    let anew = false;
    let knownSince: number | undefined;
    for (const { number, fingerprint, sum } of operations) {
      if (number > this.claimed) break;
      const outcome = this.#outcomeFor(number, fingerprint);
      knownSince ??= this.known.get(number)?.decidedAt;
      const came = this.foreseen.get(number) ?? this.known.get(number)?.sum;
      const echo = sum !== undefined && sum !== came && outcome.status === "applied";
      outcomes.push(echo ? { ...outcome, echo } : outcome);
      // The same operation, foreseen otherwise than before: a copy of the device, which is not sent what the other one foresaw.
      anew ||= came !== undefined && sum !== came;
      // Nor is it known any more what was foreseen of what was pruned.
      anew ||= this.forgot(number);
      fork ||= outcome.status === "rejected" && outcome.problem.code === "key_reused";
    }
    // A copy hears of no number it did not send, nor of one that was not looked at behind a fork: what the other device made there is not its own.
    const last = operations.at(-1)?.number ?? submission.from - 1;
    return { settled: Math.min(this.claimed, last), outcomes, fork, anew, knownSince };
  }

  /** Whether this number was settled so long ago that its row is gone. */
  forgot(number: number): boolean {
    return number <= this.prunedThrough && !this.known.has(number);
  }

  /** Whether this number was settled, or is about to be, with other content. */
  differs({ number, fingerprint }: Pick<Prepared, "number" | "fingerprint">): boolean {
    const first = this.claims.get(number)?.fingerprint ?? this.known.get(number)?.fingerprint;
    return first === undefined ? contradicts(this.marks, number, fingerprint) : first !== fingerprint;
  }

  #outcomeFor(number: number, fingerprint: string): Outcome {
    if (this.differs({ number, fingerprint }))
      return { number, status: "rejected", problem: { code: "key_reused" } };
    const outcome = this.decided.get(number) ?? this.known.get(number)?.outcome;
    return outcome ?? { number, status: "rejected", problem: { code: "outcome_pruned" } };
  }
}

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
  readonly #applied: ReadonlySet<string>;

  constructor(
    now: number,
    bySlice: readonly SliceStream[],
    streams: ReadonlyMap<string, StreamInBatch>,
    applied: ReadonlySet<string>,
  ) {
    this.now = now;
    this.#bySlice = bySlice;
    this.#streams = streams;
    this.#applied = applied;
  }

  of(slice: number): SliceStream {
    return this.#bySlice[slice] ?? { stream: undefined, actor: undefined, refused: { code: "internal" } };
  }

  /** Whether an operation that another one needs was applied, before this batch or in it. */
  wasApplied(id: EntityId, tenant: string): boolean {
    const { stream, number } = splitOperationId(id);
    const here = this.#streams.get(stream);
    return (
      this.#applied.has(`${tenant} ${id}`) ||
      (here?.tenant === tenant && here.decided.get(number)?.status === "applied")
    );
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

interface PersonRow {
  readonly device: EntityId;
  readonly deviceStatus: string;
  readonly tenant: string;
  readonly account: EntityId;
  readonly role: string;
  readonly doctor: EntityId | null;
  readonly status: string;
  readonly clinic: EntityId | null;
}

async function lockDevices(
  tx: Transaction,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<string, readonly PersonRow[]>> {
  const devices = [
    ...new Set(
      submissions.flatMap(({ submitter }) => (submitter.device === undefined ? [] : [submitter.device])),
    ),
  ].toSorted();
  if (devices.length === 0) return new Map();
  await tx.write(
    "UPDATE device SET last_seen_at = ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) WHERE id IN (?) AND status = 'active'",
    [devices],
  );
  const rows = await tx.query<PersonRow>(
    `SELECT d.id AS device, d.status AS deviceStatus, a.tenant_id AS tenant, a.id AS account, a.role, a.doctor_id AS doctor, a.status, c.clinic_id AS clinic
     FROM device d JOIN account a ON a.id = d.account_id LEFT JOIN account_clinic c ON c.account_id = a.id WHERE d.id IN (?)`,
    [devices],
  );
  return Map.groupBy(rows, (row) => row.device);
}

function actorFor(
  submitter: Submitter,
  people: ReadonlyMap<string, readonly PersonRow[]>,
): { readonly actor: Actor | undefined; readonly refused: Problem | undefined } {
  if (submitter.system === true)
    return { actor: { account: SYSTEM, role: "system", clinics: [] }, refused: undefined };
  if (submitter.account === undefined) return { actor: undefined, refused: undefined };
  const rows = submitter.device === undefined ? [] : (people.get(submitter.device) ?? []);
  const [row] = rows;
  const fits =
    row !== undefined &&
    row.account === submitter.account &&
    row.tenant === submitter.tenant &&
    row.deviceStatus === "active" &&
    row.status === "active";
  if (!fits) return { actor: undefined, refused: { code: "device_revoked" } };
  const clinics = rows.flatMap(({ clinic }) => (clinic === null ? [] : [clinic]));
  return {
    actor: {
      account: row.account,
      role: Role.parse(row.role),
      clinics,
      device: row.device,
      ...(row.doctor === null ? {} : { doctor: row.doctor }),
    },
    refused: undefined,
  };
}

interface StreamRow {
  readonly id: StreamId;
  readonly tenant: string;
  readonly account: string;
  readonly settled: number;
  readonly prunedThrough: number;
  readonly durableThrough: number;
  readonly now: number;
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
    if (stream === undefined || since >= stream.claimed) continue;
    streams.set(stream.id, stream);
    ranges.push(stream.id, since + 1, stream.claimed);
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

/** Which of the operations that others name in `after` were applied before this batch. What was pruned was applied: only such rows are. */
async function loadApplied(tx: Transaction, slices: readonly Slice[]): Promise<ReadonlySet<string>> {
  const needed = [
    ...new Set(slices.flatMap(({ operations }) => operations.flatMap(({ after }) => after))),
  ].map(splitOperationId);
  if (needed.length === 0) return new Set();
  const rows = await tx.query<{ stream: string; number: number; tenant: string; applied: number }>(
    "SELECT stream_id AS stream, number, tenant_id AS tenant, applied FROM operation WHERE (stream_id, number) IN (?)",
    [needed.map(({ stream, number }) => [stream, number])],
  );
  const found = new Set(rows.map(({ stream, number }) => operationId(stream, number)));
  const absent = needed.filter(({ stream, number }) => !found.has(operationId(stream, number)));
  const pruned = await loadPruned(tx, absent);
  return new Set([
    ...rows.filter(({ applied }) => applied === 1).map((row) => `${row.tenant} ${row.stream}.${row.number}`),
    ...pruned,
  ]);
}

async function loadPruned(
  tx: Transaction,
  absent: readonly { readonly stream: StreamId; readonly number: number }[],
): Promise<readonly string[]> {
  if (absent.length === 0) return [];
  const rows = await tx.query<{ id: string; tenant: string; through: number }>(
    "SELECT id, tenant_id AS tenant, pruned_through AS through FROM stream WHERE id IN (?)",
    [absent.map(({ stream }) => stream)],
  );
  const marks = new Map(rows.map((row) => [row.id, row]));
  return absent.flatMap(({ stream, number }) => {
    const mark = marks.get(stream);
    return mark !== undefined && number <= mark.through ? [`${mark.tenant} ${stream}.${number}`] : [];
  });
}

function accountOf(submitter: Submitter): string {
  if (submitter.system === true) return SYSTEM;
  return submitter.account ?? NOBODY;
}
