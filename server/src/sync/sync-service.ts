import {
  FeedName,
  formatCursors,
  hidesMessages,
  importance,
  LIMITS,
  mayRead,
  parseCursors,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  storedName,
  type SyncHead,
  type SyncRequest,
  type WireOutcome,
} from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read, type Reader } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { type TenantViewer, viewerOf } from "../feeds/access.ts";
import { type FeedPosition, hasReadPast, readFeeds } from "../feeds/read-feeds.ts";
import { type KnownRow, knownOperation } from "../operations/known-operations.ts";
import {
  type Executor,
  type Outcome,
  type Settlement,
  SubmissionRefused,
  type Submitter,
} from "../operations/submission.ts";
import type { SyncAnswer, SyncService } from "./sync-answer.ts";

/** Submissions that may wait before heavy devices are asked to slow down, and for how long (ms). */
const BUSY_AT = 20;
const HEAVY_OPERATIONS = 50;
const PACE_MS = 2_000;

/** Makes the endpoint's inside: push through the executor, then pull from the feeds. */
export function createSyncService({
  pool,
  executor,
}: {
  readonly pool: DatabasePool;
  readonly executor: Executor;
}): SyncService {
  return {
    async answer(request, submitter, { told, gone } = {}): Promise<SyncAnswer> {
      if (request.protocol < PROTOCOL_FLOOR || request.protocol > PROTOCOL_VERSION) {
        throw new SubmissionRefused({
          code: "protocol_unsupported",
          path: "protocol",
          detail: `spoken here: ${PROTOCOL_FLOOR} to ${PROTOCOL_VERSION}`,
        });
      }
      const pushed = (await toBeDone(pool, request)) ? await push(executor, request, submitter) : undefined;
      // Nobody reads what is answered from here on.
      if (gone?.aborted === true) throw new SubmissionRefused({ code: "rate_limited" });
      const follow = (request.follow ?? []).filter(isFeedName);
      if (follow.length > 0) await makeFeeds(pool, follow, submitter);
      const already = pushed !== undefined && isPlain(pushed) ? told?.() : undefined;
      if (pushed !== undefined && already !== undefined) {
        const head = headOf(pushed, already.epoch, paceFor(executor, request));
        return { head, pages: already.pages, tail: {} };
      }
      return read(pool, (reader) => pull(reader, request, submitter, pushed, paceFor(executor, request)));
    },
  };
}

/** Nothing in what became of it asks for what the device has read before. */
function isPlain({ fork, anew, knownSince }: Settlement): boolean {
  return !fork && !anew && knownSince === undefined;
}

/** Outcomes that are told again in one answer: as many as one request asks for. */
const MOST_TOLD_AGAIN = LIMITS.operationsPerRequest;

/**
 * Of a device that does not know yet that the server was restored nothing is done: what it builds on may be lost, and comes again before it. Nor of one that has yet to hear
 * of more than fits an answer: it hears of the first, and sends on from there.
 */
async function toBeDone(pool: DatabasePool, request: SyncRequest): Promise<boolean> {
  const { operations = [], epoch, from } = request;
  if (operations.length === 0 || from - 1 - heardOf(request) > MOST_TOLD_AGAIN) return false;
  if (epoch === undefined) return true;
  const [row] = await read(pool, (reader) =>
    reader.query<{ epoch: string }>("SELECT value AS epoch FROM server_state WHERE name = 'epoch'"),
  );
  return Number(row?.epoch) === epoch;
}

function push(executor: Executor, request: SyncRequest, submitter: Submitter): Promise<Settlement> {
  return executor.submit({
    submitter,
    stream: request.stream,
    from: request.from,
    heard: heardOf(request),
    operations: request.operations ?? [],
    carrier: "queue",
  });
}

function paceFor(executor: Executor, request: SyncRequest): number | undefined {
  return executor.waiting > BUSY_AT && (request.operations ?? []).length >= HEAVY_OPERATIONS
    ? PACE_MS
    : undefined;
}

function heardOf(request: SyncRequest): number {
  return Math.min(request.heard ?? request.from - 1, request.from - 1);
}

async function pull(
  reader: Reader,
  request: SyncRequest,
  submitter: Submitter,
  pushed: Settlement | undefined,
  pace: number | undefined,
): Promise<SyncAnswer> {
  const viewer = await viewerOf(reader, submitter);
  if (viewer === undefined) throw new SubmissionRefused({ code: "device_revoked" });
  const stream = await streamState(reader, request, submitter);
  const { positions, names, refused, dropped, reset } = await locate(reader, request, viewer);
  const budget = Math.min(request.budget ?? LIMITS.answerBytes, LIMITS.largestBudget);
  const last = request.from - 1 + (request.operations ?? []).length;
  const author = { stream: request.stream, last };
  const reading = await readFeeds(reader, positions, author, budget, stream.serverTime);
  const settlement = pushed ?? stream;
  const { knownSince } = settlement;
  const anew =
    settlement.anew || (knownSince !== undefined && (await hasReadPast(reader, positions, knownSince)));
  const common = headOf({ ...settlement, anew, serverTime: stream.serverTime }, stream.epoch, pace);
  const { settled, outcomes, ...rest } = common;
  const head: SyncHead = {
    settled,
    ...(outcomes === undefined ? {} : { outcomes }),
    ...(names.length === 0 ? {} : { feeds: names }),
    ...(refused.length === 0 ? {} : { refused }),
    ...(dropped.length === 0 ? {} : { dropped }),
    ...(reset.length === 0 ? {} : { reset }),
    ...rest,
  };
  const tail = {
    ...(reading.cursors.size === 0 ? {} : { cursors: formatCursors(reading.cursors) }),
    ...(reading.more ? { more: true } : {}),
  };
  return { head, pages: reading.pages, tail };
}

/** What is said of a settlement. What says nothing is left out. */
function headOf(
  { settled, outcomes, fork, anew, serverTime, durableThrough }: Settlement,
  epoch: number,
  pace: number | undefined,
): SyncHead {
  const told = outcomes.flatMap(wireOutcome);
  return {
    settled,
    ...(told.length === 0 ? {} : { outcomes: told }),
    ...(fork ? { fork: true } : {}),
    ...(anew ? { anew: true } : {}),
    serverTime,
    epoch,
    ...(durableThrough === 0 ? {} : { durableThrough }),
    ...(pace === undefined ? {} : { pace }),
  };
}

/** What is known of the stream without writing to it. */
async function streamState(
  reader: Reader,
  request: SyncRequest,
  submitter: Submitter,
): Promise<Settlement & { readonly epoch: number }> {
  const [row] = await reader.query<{
    now: number;
    epoch: string;
    settled: number | null;
    durable: number | null;
    account: string | null;
  }>(
    `SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now, e.value AS epoch, s.settled, s.durable_through AS durable, s.account_id AS account
     FROM server_state e LEFT JOIN stream s ON s.id = ? WHERE e.name = 'epoch'`,
    [request.stream],
  );
  const settled = row?.settled ?? 0;
  const foreign = row?.account !== null && row?.account !== submitter.account;
  const heard = heardOf(request);
  const common = {
    serverTime: row?.now ?? 0,
    epoch: Number(row?.epoch ?? 1),
    anew: false,
    knownSince: undefined,
  };
  if (foreign) return { ...common, settled: 0, outcomes: [], fork: true, durableThrough: 0 };
  const through = Math.min(settled, request.from - 1, heard + MOST_TOLD_AGAIN);
  const outcomes = heard < through ? await outcomesAfter(reader, request, heard, through) : [];
  return {
    ...common,
    settled: through,
    outcomes,
    // Operations that were not looked at may be what is known under their numbers.
    fork: request.from <= settled && (request.operations ?? []).length === 0,
    durableThrough: row?.durable ?? 0,
  };
}

async function outcomesAfter(
  reader: Reader,
  request: SyncRequest,
  heard: number,
  through: number,
): Promise<readonly Outcome[]> {
  const rows = await reader.query<KnownRow>(
    "SELECT stream_id AS stream, number, fingerprint, applied, outcome, sum, decided_at AS decidedAt FROM operation WHERE stream_id = ? AND number > ? AND number <= ? AND outcome IS NOT NULL ORDER BY number",
    [request.stream, heard, through],
  );
  return rows.map((row) => knownOperation(row).outcome);
}

/** Outcomes that say no more than "applied as asked" cost nothing: `settled` says them. */
function wireOutcome(outcome: Outcome): WireOutcome[] {
  if (outcome.status === "rejected") return [{ number: outcome.number, problem: outcome.problem }];
  const { number, output, echo } = outcome;
  return output === undefined && echo === undefined ? [] : [{ number, output, echo }];
}

interface Located {
  readonly positions: readonly FeedPosition[];
  readonly names: { name: string; handle: number }[];
  readonly refused: string[];
  readonly dropped: number[];
  readonly reset: number[];
}

interface FeedRow {
  readonly handle: number;
  readonly tenant: string;
  readonly name: string;
  readonly number: number;
  readonly horizon: number;
}

/** Finds the feeds a device reads, checks each anew, and says what it may not read (any longer). */
async function locate(reader: Reader, request: SyncRequest, viewer: TenantViewer): Promise<Located> {
  const cursors = parseCursors(request.cursors ?? "");
  const named = (request.follow ?? []).filter(isFeedName).slice(0, LIMITS.feedsPerDevice - cursors.size);
  const asked = new Map(named.map((name) => [storedName(name, viewer), name]));
  const refused = (request.follow ?? []).filter((name) => !named.includes(name));
  const located: Located = { positions: [], names: [], refused, dropped: [], reset: [] };
  if (cursors.size + asked.size === 0) return located;
  if (cursors.size > LIMITS.feedsPerDevice)
    throw new SubmissionRefused({
      code: "malformed",
      path: "cursors",
      detail: `at most ${LIMITS.feedsPerDevice} feeds`,
    });
  const rows = await feedRows(reader, [...cursors.keys()], [...asked.keys()], viewer.tenant);
  const readable = rows.filter((row) => row.tenant === viewer.tenant && mayRead(viewer, row.name));
  const byHandle = new Map(readable.map((row) => [row.handle, row]));
  const byName = new Map(readable.map((row) => [row.name, row]));
  located.dropped.push(...[...cursors.keys()].filter((handle) => !byHandle.has(handle)));
  for (const [stored, name] of asked) {
    const row = byName.get(stored);
    if (row === undefined) located.refused.push(name);
    else located.names.push({ name, handle: row.handle });
  }
  const positions = readable
    .toSorted((left, right) => importance(left.name) - importance(right.name) || left.handle - right.handle)
    .map((row): FeedPosition => {
      const { handle, number, horizon } = row;
      const position = { handle, number, hidesMessages: hidesMessages(viewer, row.name) };
      const { cursor, begun = 0 } = cursors.get(handle) ?? { cursor: 0 };
      const tooOld = cursor > 0 && (Math.max(cursor, begun) < horizon || cursor > number);
      if (tooOld) located.reset.push(handle);
      if (tooOld || cursor === 0) return { ...position, cursor: 0, begun: number };
      return { ...position, cursor, begun: begun > cursor ? Math.min(begun, number) : 0 };
    });
  return { ...located, positions };
}

function isFeedName(name: string): name is FeedName {
  return FeedName.safeParse(name).success;
}

function feedRows(
  reader: Reader,
  handles: readonly number[],
  names: readonly string[],
  tenant: string,
): Promise<readonly FeedRow[]> {
  const byHandle = handles.length === 0 ? "FALSE" : "handle IN (?)";
  const byName = names.length === 0 ? "FALSE" : "(tenant_id = ? AND name IN (?))";
  return reader.query<FeedRow>(
    `SELECT handle, tenant_id AS tenant, name, number, horizon FROM feed WHERE ${byHandle} OR ${byName}`,
    [...(handles.length === 0 ? [] : [handles]), ...(names.length === 0 ? [] : [tenant, names])],
  );
}

/** A feed nobody wrote to yet gets its handle when it is first followed. Only feeds somebody may read, and calendars of doctors there are. */
async function makeFeeds(
  pool: DatabasePool,
  follow: readonly FeedName[],
  submitter: Submitter,
): Promise<void> {
  const missing = await read(pool, async (reader) => {
    const viewer = await viewerOf(reader, submitter);
    if (viewer === undefined) return [];
    const names = follow.map((name) => storedName(name, viewer)).filter((name) => mayRead(viewer, name));
    const found = new Set((await feedRows(reader, [], names, viewer.tenant)).map(({ name }) => name));
    const lacking = names.filter((name) => !found.has(name));
    const behind = lacking.flatMap((name) =>
      name.includes(":") && !name.startsWith("account:") ? [name.slice(name.indexOf(":") + 1)] : [],
    );
    const real =
      behind.length === 0
        ? []
        : await reader.query<{ id: string }>(
            "SELECT id FROM doctor WHERE tenant_id = ? AND id IN (?) UNION SELECT id FROM clinic WHERE tenant_id = ? AND id IN (?)",
            [viewer.tenant, behind, viewer.tenant, behind],
          );
    const ids = new Set(real.map(({ id }) => id));
    return lacking.filter(
      (name) =>
        name === "directory" || name.startsWith("account:") || ids.has(name.slice(name.indexOf(":") + 1)),
    );
  });
  if (missing.length === 0) return;
  const rows = missing.toSorted().map((name) => [submitter.tenant, name, 0, 0]);
  await inTransaction(pool, (tx) =>
    tx.write(
      "INSERT INTO feed (tenant_id, name, number, horizon) VALUES ? ON DUPLICATE KEY UPDATE number = number",
      [rows],
    ),
  );
}
