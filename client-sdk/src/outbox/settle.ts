import {
  type EntityId,
  operationId,
  splitOperationId,
  type SyncHead,
  type WireOutcome,
  withLetter,
} from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import { OWN } from "../mirror.ts";
import type { Outcome } from "./operation.ts";
import {
  isOutcome,
  isRecord,
  keyOf,
  type OutboxRow,
  type OutcomeRow,
  putStream,
  refKey,
  rowKey,
  type StreamRow,
} from "./rows.ts";

/**
 * Turns the head of an answer into outcomes, durable and told once.
 * @param through number of the last operation that the request carried. The server may have settled more, after an answer that was lost or from a copy of
 *   this device; but it tells outcomes of what it was asked for only, so those further are sent again and not taken for "applied as asked".
 * @returns the outcomes
 */
export async function settle(
  writer: Writer,
  stream: StreamRow,
  { outcomes = [], settled, durableThrough = stream.durable }: SyncHead,
  through: number,
): Promise<readonly Outcome[]> {
  const last = Math.min(settled, stream.next - 1, through);
  const told: Outcome[] = [];
  for (let number = stream.settled + 1; number <= last; number++) {
    const id = operationId(stream.id, number);
    const key = rowKey(stream.id, number);
    const row = writer.mirror.queue.get(id);
    const found = outcomes.find((each) => each.number === number);
    // A server forgets nothing but what was applied as asked, long after it has said so.
    const outcome = found?.problem?.code === "outcome_pruned" ? undefined : found;
    // `key_reused` says that another device wrote this number: the operation itself was not judged, it moves to a new stream.
    if (!row || outcome?.problem?.code === "key_reused") continue;
    const kept = outcomeRow(row, outcome);
    // Whoever has signed out meanwhile hears of it, and leaves nothing in the next one's sight.
    if (kept.status === "applied" && writer.mirror.owner === stream.owner) moveIntoBase(writer, row, outcome);
    writer.delete("outbox", key);
    // Word for word as before the server was restored: told already.
    const heard = row.restored && (await writer.get("outcome", key));
    if (isOutcome(heard) && said(heard) === said(kept)) continue;
    writer.put("outcome", key, kept);
    told.push(outcomeOf(id, kept, stream));
  }
  putStream(writer, {
    ...stream,
    verify: undefined,
    settled: Math.max(stream.settled, last),
    durable: durableThrough,
  });
  return told;
}

function said({ status, output, problem }: OutcomeRow): string {
  return JSON.stringify([status, output, problem]);
}

/** An outcome as the app sees it. */
export function outcomeOf(id: EntityId, row: OutcomeRow, stream: StreamRow): Outcome {
  const { acknowledged: _acknowledged, order: _order, after: _after, ...rest } = row;
  return { ...rest, id, lane: stream.lane };
}

/** What is kept of outcomes the app has acknowledged: a restored server is offered them again. Newest per stream. */
const KEPT_PER_STREAM = 2_000;

/** Marks outcomes as dealt with, and lets go of those the server has in a verified backup, and of the oldest beyond a bound. */
export async function acknowledge(writer: Writer, ids: readonly EntityId[]): Promise<void> {
  const streams = new Set<StreamRow>();
  for (const id of ids) {
    const stream = writer.mirror.streams.get(splitOperationId(id).stream);
    if (stream?.owner !== writer.mirror.owner) continue;
    const row = await writer.get("outcome", keyOf(id));
    if (!isOutcome(row)) continue;
    writer.put("outcome", keyOf(id), { ...row, acknowledged: true });
    streams.add(stream);
  }
  await writer.flush();
  for (const stream of streams) await prune(writer, stream);
}

async function prune(writer: Writer, { id, durable = 0, owner }: StreamRow): Promise<void> {
  const rows = await writer.list("outcome", `${id}.`);
  for (const [at, [key, row]] of rows.entries()) {
    if (
      !isOutcome(row) ||
      !row.acknowledged ||
      (key > rowKey(id, durable) && at >= rows.length - KEPT_PER_STREAM)
    )
      continue;
    writer.delete("outcome", key);
    if (row.ref !== undefined) writer.delete("meta", refKey(owner, row.ref));
  }
}

function outcomeRow(row: OutboxRow, outcome: WireOutcome | undefined): OutcomeRow {
  const { foreseen: _foreseen, restored, ...rest } = row;
  const note = restored && "restored";
  const { problem, output } = outcome ?? {};
  return { ...rest, note, status: problem ? "rejected" : "applied", problem, output };
}

/**
 * What an operation was foreseen to change becomes what the server said: where both came to the same it is not sent back. Where they did not, the pages that
 * follow say so and win. Of sheets only the slots that changed are marked, for others change the rest; not where the server came to others (`echo`), which
 * may be of another sheet than those it sends.
 */
function moveIntoBase(
  writer: Writer,
  { foreseen, input }: OutboxRow,
  outcome: WireOutcome | undefined,
): void {
  const { base, entities, meta } = writer.mirror;
  if (!foreseen) return;
  // While all is read anew it comes with that, where it may still be seen.
  const own = meta.get("sync")?.refreshing ? [] : [OWN];
  // Where the server says nothing else it is the time that was asked for, and booked, whatever this device thought of it: a copy of it may have foreseen better.
  const asked = startOf(input);
  const output = isRecord(outcome?.output) ? outcome.output : {};
  const start = startOf(output) ?? asked;
  for (const [kind, entity] of foreseen.entities) {
    const key = `${kind}:${entity.id}`;
    const feeds = entities.get(key)?.feeds ?? [];
    const foresaw = startOf(entity);
    writer.put("entity", key, {
      entity:
        foresaw && asked && start
          ? {
              ...entity,
              start: Date.parse(foresaw) === Date.parse(start) ? foresaw : start,
              status: output["status"] ?? "booked",
              ...(output["doctor"] ? { doctor: output["doctor"] } : undefined),
            }
          : entity,
      feeds: feeds.length > 0 ? feeds : own,
    });
  }
  if (outcome?.echo) return;
  for (const [id, instant, state] of foreseen.slots) {
    const held = base.get("sheet", id);
    const row = entities.get(`sheet:${id}`);
    if (held && row)
      writer.put("entity", `sheet:${id}`, { ...row, entity: withLetter(held, instant, state) });
  }
}

function startOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value["start"] === "string" ? value["start"] : undefined;
}
