import { type EntityId, operationId, splitOperationId } from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import type { Outbox } from "./outbox.ts";
import { foreignNeeds } from "./outbox.ts";
import { isOutcomeRow, isRecord, type OutboxRow, rowKey, type StreamRow } from "./rows.ts";

/** An operation's old and new id. */
export interface Move {
  readonly from: EntityId;
  readonly to: EntityId;
}

/**
 * Leaves a stream that another device (a copy of this one) writes to as well: what is not settled goes on in a new stream under new numbers, and whatever
 * named it, names its new id.
 */
export function rehome(writer: Writer, mirror: Mirror, outbox: Outbox, old: StreamRow): readonly Move[] {
  const left = waitingIn(mirror, old);
  writer.put("meta", `stream:${old.id}`, { ...old, open: false, settled: old.next - 1 });
  if (left.length === 0) return [];
  const stream = outbox.openStream(writer, old.lane);
  const moves = left.map(([from], at): Move => ({ from, to: operationId(stream.id, stream.next + at) }));
  const ids = new Map(moves.map(({ from, to }) => [from, to]));
  for (const [from, row] of left) {
    const { foreseen: _sealed, ...rest } = row;
    const to = ids.get(from) ?? from;
    writer.delete("outbox", keyOf(from));
    writer.put("outbox", keyOf(to), renamed(rest, ids));
    if (row.ref !== undefined) writer.put("meta", `ref:${old.owner}:${row.ref}`, { id: to });
  }
  writer.put("meta", `stream:${stream.id}`, { ...stream, next: stream.next + left.length });
  // Others that name a moved one were never sent: they need it settled first.
  for (const [id, row] of mirror.queue) {
    if (row.needs?.some((need) => ids.has(need)) === true)
      writer.put("outbox", keyOf(id), withNeeds(mirror, id, renamed(row, ids)));
  }
  return moves;
}

/**
 * The server was restored from a backup and knows a stream only up to `known`: what it forgot is offered again, under the same numbers.
 * @returns the number of operations offered again, or `undefined` where not all of them are held any more
 */
export async function reoffer(writer: Writer, stream: StreamRow, known: number): Promise<number | undefined> {
  const lost: Array<readonly [key: string, row: OutboxRow]> = [];
  for (let number = known + 1; number <= stream.settled; number++) {
    const key = rowKey(stream.id, number);
    const row = await writer.get("outcome", key);
    if (isOutcomeRow(row)) {
      const {
        status,
        output: _output,
        problem: _problem,
        note: _note,
        acknowledged: _acknowledged,
        ...rest
      } = row;
      lost.push([key, { ...rest, restored: status }]);
    }
  }
  for (const [key, row] of lost) writer.put("outbox", key, row);
  const { verify: _asked, durable: _durable, ...rest } = stream;
  writer.put("meta", `stream:${stream.id}`, { ...rest, settled: known, sent: known });
  return lost.length === stream.settled - known ? lost.length : undefined;
}

function waitingIn(mirror: Mirror, stream: StreamRow): ReadonlyArray<readonly [EntityId, OutboxRow]> {
  return [...mirror.queue]
    .filter(([id]) => splitOperationId(id).stream === stream.id)
    .toSorted(([left], [right]) => splitOperationId(left).number - splitOperationId(right).number);
}

function withNeeds(mirror: Mirror, id: EntityId, { needs: _needs, ...row }: OutboxRow): OutboxRow {
  const needs = foreignNeeds(mirror, [row.input, row.after], splitOperationId(id).stream);
  return needs.length === 0 ? row : { ...row, needs };
}

function renamed(row: OutboxRow, ids: ReadonlyMap<EntityId, EntityId>): OutboxRow {
  const { after, needs } = row;
  const input = rename(row.input, ids);
  return {
    ...row,
    input: isRecord(input) ? input : row.input,
    ...(after === undefined ? {} : { after: after.map((id) => ids.get(id) ?? id) }),
    ...(needs === undefined ? {} : { needs: needs.map((id) => ids.get(id) ?? id) }),
  };
}

function rename(value: unknown, ids: ReadonlyMap<EntityId, EntityId>): unknown {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each: unknown) => rename(each, ids));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rename(each, ids)]));
}

function keyOf(id: EntityId): string {
  const { stream, number } = splitOperationId(id);
  return rowKey(stream, number);
}
