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
  isOutcome,
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

interface Moved extends Move {
  /** its place in the order of queueing */
  readonly order: number;
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
  const [first] = left;
  if (!first) {
    putStream(writer, { ...old, open: false });
    return [];
  }
  // It ends before what leaves it: what comes there is the other device's.
  const next = splitOperationId(first[0]).number;
  putStream(writer, { ...old, open: false, next, settled: next - 1, sent: undefined });
  const after = streamAfter(first[0]);
  const id = mirror.streams.has(after) ? drawStreamId((count) => runtime.randomBytes(count)) : after;
  const moves = left.map(([from, { order }], at) => ({ from, to: operationId(id, at + 1), order }));
  const ids = new Map<unknown, Moved>(moves.map((move) => [move.from, move]));
  // Others that name one of these were never sent, unless a restored server is offered them again: it may know them as they are.
  const naming = [...mirror.queue].filter(
    ([id, row]) =>
      !row.restored && foreignNeeds(mirror, row, splitOperationId(id).stream).some((need) => ids.has(need)),
  );
  for (const [at, [from, row]] of left.entries()) {
    const to = operationId(id, at + 1);
    writer.delete("outbox", keyOf(from));
    if (row.restored) writer.delete("outcome", keyOf(from));
    writer.put("outbox", keyOf(to), { ...renamed(row, ids), foreseen: undefined });
    if (row.ref !== undefined) writer.put("meta", refKey(old.owner, row.ref), { id: to });
  }
  const { owner, lane, open } = old;
  putStream(writer, { id, owner, lane, open, born: mirror.streams.size, next: left.length + 1, settled: 0 });
  for (const [id, row] of naming) writer.put("outbox", keyOf(id), renamed(row, ids));
  return moves.map(({ from, to }) => ({ from, to }));
}

/** Some eighty bits of the old id, as good as drawn anew for everybody else. */
function streamAfter(left: EntityId): StreamId {
  const sums = [1, 2, 3, 4].map((salt) => textSum(`${salt}/${left}`));
  return sums.join("").slice(0, STREAM_CHARACTERS);
}

/**
 * The server was restored from a backup and knows a stream only up to `known`: what it forgot is offered again, under the same numbers. So is what it knows
 * and no verified backup held, as far as this device does: a copy of it may have offered that first, and it may have come out otherwise.
 * @returns the number of operations offered again, or `undefined` where not all that was forgotten is held any more
 */
export async function reoffer(writer: Writer, stream: StreamRow, known: number): Promise<number | undefined> {
  let settled = stream.settled;
  for (; settled > (stream.durable ?? 0); settled--) {
    const key = rowKey(stream.id, settled);
    const row = await writer.get("outcome", key);
    if (!isOutcome(row)) break;
    const { type, input, madeAt, after, ref, order, status: restored } = row;
    writer.put("outbox", key, { type, input, madeAt, after, ref, order, restored });
  }
  putStream(writer, { ...stream, verify: undefined, durable: undefined, settled, sent: known });
  return settled > known ? undefined : stream.settled - settled;
}

/** A row in which every moved id is the new one. What was queued before what moves can only mean what the server knows by that id: a copy's. */
function renamed(row: OutboxRow, ids: ReadonlyMap<unknown, Moved>): OutboxRow {
  return {
    ...row,
    ...plain(row, (_key, value) => {
      const moved = ids.get(value);
      return moved && moved.order < row.order ? moved.to : value;
    }),
  };
}
