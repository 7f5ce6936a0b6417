import { formatCursors, LIMITS, PROTOCOL_VERSION, type SyncRequest } from "@healthbridge/schema";
import type { Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import { LANES } from "../outbox/operation.ts";
import { type OutboxRow, rowKey, type StreamRow } from "../outbox/rows.ts";
import type { Overlay } from "../replica/overlay.ts";
import { syncRow } from "./clock.ts";

/** What one exchange says: consecutive operations of one stream (or none), and where the feeds were read to. */
export interface Batch {
  readonly stream: StreamRow;
  readonly rows: readonly OutboxRow[];
}

/** Bytes kept free in a body for everything but operations. */
const ENVELOPE_BYTES = 10_000;

/** Streams in the order they are sent: urgent before normal before bulk, older before newer. */
export function streamsInTurn(mirror: Mirror): readonly StreamRow[] {
  return mirror.ownStreams().toSorted((left, right) => LANES.indexOf(left.lane) - LANES.indexOf(right.lane));
}

/**
 * The next operations to send: the first lane that has one whose needs in other streams are settled.
 * @param most operations
 */
export function nextBatch(mirror: Mirror, most: number): Batch | undefined {
  const streams = streamsInTurn(mirror);
  const unsure = streams.find((stream) => stream.verify === true);
  if (unsure !== undefined) return { stream: unsure, rows: [] };
  for (const stream of streams) {
    const rows = sendable(mirror, stream, most);
    if (rows.length > 0) return { stream, rows };
  }
  const any = streams.find((stream) => stream.open && stream.lane === "normal") ?? streams[0];
  return any === undefined ? undefined : { stream: any, rows: [] };
}

/** Whether anything could be sent now. */
export function hasSendable(mirror: Mirror): boolean {
  return mirror
    .ownStreams()
    .some((stream) => stream.verify === true || sendable(mirror, stream, 1).length > 0);
}

function sendable(mirror: Mirror, stream: StreamRow, most: number): readonly OutboxRow[] {
  const rows: OutboxRow[] = [];
  let room = LIMITS.bodyBytes - ENVELOPE_BYTES;
  for (let number = stream.settled + 1; number < stream.next && rows.length < most; number++) {
    const row = mirror.queue.get(`${stream.id}.${number}`);
    if (row === undefined || row.needs?.some((id) => mirror.isWaiting(id)) === true) break;
    room -= JSON.stringify(row.input).length + 200;
    if (room < 0 && rows.length > 0) break;
    rows.push(row);
  }
  return rows;
}

/**
 * Brings what is foreseen of the operations up to date before they are sent for the first time, durably: after a restart, and however often they are sent
 * again, it is known which changes their sums stand for.
 */
export function sealForesights(writer: Writer, overlay: Overlay, { stream, rows }: Batch): Batch {
  const sent = stream.sent ?? 0;
  const sealed = rows.map((row, at) => {
    const number = stream.settled + 1 + at;
    if (number <= sent) return row;
    const { foreseen } = overlay.foresight(`${stream.id}.${number}`);
    if (JSON.stringify(foreseen) === JSON.stringify(row.foreseen)) return row;
    const { foreseen: _old, ...rest } = row;
    const fresh: OutboxRow = foreseen === undefined ? rest : { ...rest, foreseen };
    writer.put("outbox", rowKey(stream.id, number), fresh);
    return fresh;
  });
  const last = stream.settled + rows.length;
  if (last <= sent) return { stream, rows: sealed };
  const marked = { ...stream, sent: last };
  writer.put("meta", `stream:${stream.id}`, marked);
  return { stream: marked, rows: sealed };
}

/** The request as it travels: nothing in it that goes without saying. */
export function requestOf(
  mirror: Mirror,
  batch: Batch,
  budget: number | undefined,
  confirmEpoch: boolean,
): SyncRequest {
  const known = new Set([...mirror.feeds.values()].map(({ name }) => name));
  const follow = followed(mirror)
    .filter((name) => !known.has(name))
    .slice(0, LIMITS.followsPerRequest);
  const epoch = confirmEpoch ? syncRow(mirror)?.epoch : undefined;
  const cursors = formatCursors([...mirror.feeds].map(([handle, { cursor }]) => [handle, cursor] as const));
  return {
    protocol: PROTOCOL_VERSION,
    stream: batch.stream.id,
    from: batch.stream.settled + 1,
    ...(batch.rows.length === 0 ? {} : { operations: batch.rows.map(wireOperation) }),
    ...(cursors === "" ? {} : { cursors }),
    ...(follow.length === 0 ? {} : { follow }),
    ...(budget === undefined ? {} : { budget }),
    ...(epoch === undefined ? {} : { epoch }),
  };
}

/** Feeds the app asked for, beside those an account has by itself. */
export function followed(mirror: Mirror): readonly string[] {
  const names: unknown = mirror.meta.get("follow");
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

function wireOperation({ type, input, madeAt, after, foreseen }: OutboxRow): object {
  return {
    type,
    input,
    madeAt,
    ...(after === undefined ? {} : { after }),
    ...(foreseen === undefined ? {} : { sum: foreseen.sum }),
  };
}
