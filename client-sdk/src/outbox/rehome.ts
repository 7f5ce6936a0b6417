import {
  drawStreamId,
  type EntityId,
  operationId,
  splitOperationId,
  type StreamId,
  textSum,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Writer } from "../keeper.ts";
import { foreignNeeds } from "./outbox.ts";
import {
  asOutcome,
  keyOf,
  type OutboxRow,
  plain,
  putStream,
  refKey,
  rowKey,
  type StreamRow,
} from "./rows.ts";

const STREAM_CHARACTERS = 16;

/** An operation's old and new id. */
export interface Move {
  readonly from: EntityId;
  readonly to: EntityId;
}

/**
 * Leaves a stream that another device (a copy of this one) writes to as well: what is not settled goes on in a new stream under new numbers, and whatever
 * named it, names its new id. The new stream's id follows from the old one's and where it was left: a third copy that holds the same operations leaves for the
 * same stream, so that they are recognised there and not done twice.
 */
export function rehome(writer: Writer, runtime: Runtime, old: StreamRow): readonly Move[] {
  const { mirror } = writer;
  const left = [...mirror.queue]
    .filter(([id]) => splitOperationId(id).stream === old.id)
    .toSorted(([, one], [, other]) => one.order - other.order);
  putStream(writer, { ...old, open: false, settled: old.next - 1 });
  const [first] = left;
  if (first === undefined) return [];
  const next = streamAfter(first[0]);
  const id = mirror.streams.has(next) ? drawStreamId((count) => runtime.randomBytes(count)) : next;
  const moves = left.map(([from], at): Move => ({ from, to: operationId(id, at + 1) }));
  const ids = new Map<unknown, EntityId>(moves.map(({ from, to }) => [from, to]));
  for (const [from, row] of left) {
    const to = ids.get(from) ?? from;
    writer.delete("outbox", keyOf(from));
    writer.put("outbox", keyOf(to), { ...renamed(row, ids), foreseen: undefined });
    if (row.ref !== undefined) writer.put("meta", refKey(old.owner, row.ref), { id: to });
  }
  const { owner, lane, open } = old;
  putStream(writer, { id, owner, lane, open, born: mirror.streams.size, next: left.length + 1, settled: 0 });
  // Others that name a moved one were never sent: they need it settled first.
  for (const [id, row] of mirror.queue) {
    if (row.needs?.some((need) => ids.has(need))) {
      const moved = renamed(row, ids);
      const needs = foreignNeeds(mirror, [moved.input, moved.after], splitOperationId(id).stream);
      writer.put("outbox", keyOf(id), { ...moved, needs });
    }
  }
  return moves;
}

/** Some eighty bits of the old id, as good as drawn anew for everybody else. */
function streamAfter(left: EntityId): StreamId {
  const sums = [1, 2, 3, 4].map((salt) => textSum(`${salt}/${left}`));
  return sums.join("").slice(0, STREAM_CHARACTERS);
}

/**
 * The server was restored from a backup and knows a stream only up to `known`: what it forgot is offered again, under the same numbers.
 * @returns the number of operations offered again, or `undefined` where not all of them are held any more
 */
export async function reoffer(writer: Writer, stream: StreamRow, known: number): Promise<number | undefined> {
  let offered = 0;
  for (let number = known + 1; number <= stream.settled; number++) {
    const key = rowKey(stream.id, number);
    const row = asOutcome(await writer.get("outcome", key));
    if (!row) continue;
    const { type, input, madeAt, after, ref, order, status: restored } = row;
    writer.put("outbox", key, { type, input, madeAt, after, ref, order, restored });
    offered += 1;
  }
  putStream(writer, { ...stream, verify: undefined, durable: undefined, settled: known, sent: known });
  return offered === stream.settled - known ? offered : undefined;
}

/** A row in which every moved id is the new one. */
function renamed(row: OutboxRow, ids: ReadonlyMap<unknown, EntityId>): OutboxRow {
  return { ...row, ...plain(row, (_key, value) => ids.get(value) ?? value) };
}
