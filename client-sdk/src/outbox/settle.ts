import {
  type EntityId,
  operationId,
  splitOperationId,
  type SyncHead,
  type WireOutcome,
  withSlotState,
} from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import { type Mirror, OWN } from "../mirror.ts";
import type { Outcome } from "./operation.ts";
import { isOutcomeRow, isRecord, type OutboxRow, type OutcomeRow, rowKey, type StreamRow } from "./rows.ts";

/**
 * Turns the head of an answer into outcomes, durable and told once.
 * @param through number of the last operation that the request carried. The server may have settled more, after an answer that was lost or from a copy of
 *   this device; but it tells outcomes of what it was asked for only, so those further are sent again and not taken for "applied as asked".
 */
export async function settle(
  writer: Writer,
  mirror: Mirror,
  stream: StreamRow,
  head: SyncHead,
  through: number,
): Promise<readonly Outcome[]> {
  const spelled = new Map((head.outcomes ?? []).map((outcome) => [outcome.number, outcome]));
  const last = Math.min(head.settled, stream.next - 1, through);
  const told: Outcome[] = [];
  for (let number = stream.settled + 1; number <= last; number++) {
    const id = operationId(stream.id, number);
    const row = mirror.queue.get(id);
    const outcome = spelled.get(number);
    // `key_reused` says that another device wrote this number: the operation itself was not judged, it moves to a new stream.
    if (row === undefined || outcome?.problem?.code === "key_reused") continue;
    if (outcome?.problem === undefined) moveIntoBase(writer, mirror, row, outcome);
    const before =
      row.restored === undefined ? undefined : await writer.get("outcome", rowKey(stream.id, number));
    const kept = outcomeRow(row, outcome);
    writer.delete("outbox", rowKey(stream.id, number));
    if (row.restored === kept.status && isOutcomeRow(before)) continue; // as before the server was restored: told already
    writer.put("outcome", rowKey(stream.id, number), kept);
    told.push(outcomeOf(id, kept, stream));
  }
  const { verify: _asked, ...rest } = stream;
  const durable = head.durableThrough ?? stream.durable;
  const settled = Math.max(stream.settled, last);
  if (settled !== stream.settled || stream.verify === true || durable !== stream.durable) {
    writer.put("meta", `stream:${stream.id}`, {
      ...rest,
      settled,
      ...(durable === undefined ? {} : { durable }),
    });
  }
  return told;
}

/** An outcome as the app sees it. */
export function outcomeOf(id: EntityId, row: OutcomeRow, stream: StreamRow): Outcome {
  const { acknowledged: _acknowledged, order: _order, after: _after, ...rest } = row;
  return { ...rest, id, lane: stream.lane };
}

/** What is kept of outcomes the app has acknowledged: a restored server is offered them again. Newest per stream. */
const KEPT_PER_STREAM = 2_000;

/** Marks outcomes as dealt with, and lets go of those the server has in a verified backup, and of the oldest beyond a bound. */
export async function acknowledge(writer: Writer, mirror: Mirror, ids: readonly EntityId[]): Promise<void> {
  const streams = new Set<string>();
  for (const id of ids) {
    const { stream, number } = splitOperationId(id);
    if (mirror.streams.get(stream)?.owner !== mirror.owner) continue;
    const row = await writer.get("outcome", rowKey(stream, number));
    if (!isOutcomeRow(row)) continue;
    writer.put("outcome", rowKey(stream, number), { ...row, acknowledged: true });
    streams.add(stream);
  }
  await writer.flush();
  for (const stream of streams) await prune(writer, mirror.streams.get(stream));
}

async function prune(writer: Writer, stream: StreamRow | undefined): Promise<void> {
  if (stream === undefined) return;
  const rows = await writer.list("outcome", `${stream.id}.`);
  const durable = rowKey(stream.id, stream.durable ?? 0);
  for (const [at, [key, row]] of rows.entries()) {
    if (!isOutcomeRow(row) || row.acknowledged !== true) continue;
    if (key > durable && at >= rows.length - KEPT_PER_STREAM) continue;
    writer.delete("outcome", key);
    if (row.ref !== undefined) writer.delete("meta", `ref:${stream.owner}:${row.ref}`);
  }
}

function outcomeRow(row: OutboxRow, outcome: WireOutcome | undefined): OutcomeRow {
  const { needs: _needs, foreseen: _foreseen, restored, ...rest } = row;
  const note = restored === undefined ? {} : { note: "restored" as const };
  if (outcome?.problem !== undefined)
    return { ...rest, ...note, status: "rejected", problem: outcome.problem };
  return {
    ...rest,
    ...note,
    status: "applied",
    ...(outcome?.output === undefined ? {} : { output: outcome.output }),
  };
}

/**
 * What an operation was foreseen to change becomes what the server said: where both came to the same it is not sent back. Where they did not, the pages that
 * follow say so and win. Of sheets only the slots that changed are marked, for others change the rest.
 */
function moveIntoBase(
  writer: Writer,
  mirror: Mirror,
  { foreseen }: OutboxRow,
  outcome: WireOutcome | undefined,
): void {
  if (foreseen === undefined) return;
  const output = outcome?.output;
  const placed = isRecord(output) ? output["start"] : undefined;
  if (
    placed !== undefined &&
    !foreseen.entities.some(([, entity]) => "start" in entity && entity.start === placed)
  )
    return;
  for (const [kind, entity] of foreseen.entities) {
    const feeds = mirror.entities.get(`${kind}:${entity.id}`)?.feeds ?? [];
    writer.put("entity", `${kind}:${entity.id}`, { entity, feeds: feeds.length === 0 ? [OWN] : feeds });
  }
  for (const [id, instant, state] of foreseen.slots) {
    const sheet = mirror.base.get("sheet", id);
    const feeds = mirror.entities.get(`sheet:${id}`)?.feeds;
    if (sheet !== undefined && feeds !== undefined)
      writer.put("entity", `sheet:${id}`, { entity: withSlotState(sheet, instant, state), feeds });
  }
}
