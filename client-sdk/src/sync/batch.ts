import {
  DEVICE_LIMITS,
  formatCursors,
  PROTOCOL_VERSION,
  type SyncRequest,
} from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import { LANES } from "../outbox/operation.ts";
import { foreignNeeds } from "../outbox/outbox.ts";
import { type OutboxRow, putStream, rowKey, type StreamRow } from "../outbox/rows.ts";
import { isComplete, type View } from "../replica/view.ts";

/** Consecutive operations of one stream, or none to ask how far the server knows it. */
export interface Batch {
  readonly stream: StreamRow;
  readonly rows: readonly OutboxRow[];
}

/** Bytes kept free in a body for everything but operations. */
const ENVELOPE_BYTES = 10_000;

/**
 * The next operations to send: of the first lane (urgent before normal before bulk; older streams before newer) that has one whose needs in other streams are
 * settled. A stream the server is not known to remember is asked for first.
 * @param most operations
 */
export function nextBatch(mirror: Mirror, most: number): Batch | undefined {
  const streams = mirror
    .ownStreams()
    .toSorted((left, right) => LANES.indexOf(left.lane) - LANES.indexOf(right.lane));
  const unsure = streams.find(({ verify }) => verify);
  if (unsure) return { stream: unsure, rows: [] };
  return streams
    .map((stream) => ({ stream, rows: sendable(mirror, stream, most) }))
    .find(({ rows }) => rows.length > 0);
}

/**
 * Whether some feed has not been read to its end yet: the first time, anew, or after an answer that stopped in the middle. Meanwhile pushes bring no changes,
 * and pulls name a stream nobody writes: a server leaves out what the named stream wrote, and a device that reads a feed anew needs that as well. It also
 * tells in another order for each stream, so a cursor from the middle means something to the stream that was named alone.
 */
export function catchingUp(mirror: Mirror): boolean {
  return !!mirror.meta.get("sync")?.refreshing || !followed(mirror).every((name) => isComplete(mirror, name));
}

/**
 * Whether something was sent of which no answer has come. Meanwhile nothing new is read: what others did after it would arrive before it, and could not be
 * told from what they did before.
 * @param answered what is being sent now counts as answered
 */
export function inDoubt(mirror: Mirror, answered?: Batch): boolean {
  return mirror.ownStreams().some(({ id, settled, sent = 0 }) => {
    const count = answered?.stream.id === id ? answered.rows.length : 0;
    return sent > settled + count;
  });
}

function sendable(mirror: Mirror, stream: StreamRow, most: number): readonly OutboxRow[] {
  const rows: OutboxRow[] = [];
  let room = DEVICE_LIMITS.bodyBytes - ENVELOPE_BYTES;
  for (let number = stream.settled + 1; number < stream.next && rows.length < most; number++) {
    const row = mirror.queue.get(`${stream.id}.${number}`);
    if (!row || foreignNeeds(mirror, row, stream.id).length > 0) break;
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
export function sealForesights(writer: Writer, view: View, { stream, rows }: Batch): Batch {
  const { sent = 0, settled, id } = stream;
  const sealed = rows.map((row, at) => {
    const number = settled + 1 + at;
    if (number <= sent) return row;
    const fresh = { ...row, foreseen: undefined, ...view.foresight(`${id}.${number}`).kept };
    if (JSON.stringify(fresh) === JSON.stringify(row)) return row;
    writer.put("outbox", rowKey(id, number), fresh);
    return fresh;
  });
  return {
    stream: putStream(writer, { ...stream, sent: Math.max(sent, settled + rows.length) }),
    rows: sealed,
  };
}

/** The request as it travels: what is `undefined` goes without saying. */
export function requestOf(
  mirror: Mirror,
  { stream, rows }: Batch,
  budget: number | undefined,
  confirmEpoch: boolean,
): SyncRequest {
  const { id, next, settled } = stream;
  const some = rows.length > 0;
  const from = some ? settled + 1 : next;
  // What was settled in another stream may be lost, and the server not say so before it judged what needs it.
  const text = JSON.stringify(rows);
  const names = mirror.ownStreams().some((other) => other.id !== id && text.includes(other.id));
  const follow = followed(mirror)
    .filter((name) => !mirror.feedNamed(name))
    .slice(0, DEVICE_LIMITS.followsPerRequest);
  return {
    protocol: PROTOCOL_VERSION,
    stream: id,
    from,
    operations: some ? rows.map(wireOperation) : undefined,
    heard: settled === from - 1 ? undefined : settled,
    cursors: formatCursors([...mirror.feeds].map(([handle, feed]) => [Number(handle), feed])) || undefined,
    follow: follow.length > 0 && budget !== 0 ? follow : undefined,
    budget,
    epoch: confirmEpoch || names ? mirror.meta.get("sync")?.epoch || undefined : undefined,
  };
}

/** Feeds this device reads: its account's own, its clinics', a doctor's own calendar, and those the app asked for. */
export function followed({ account, meta }: Mirror): readonly string[] {
  if (!account) return [];
  const names = new Set([
    "me",
    ...account.clinics.map((clinic) => `clinic:${clinic}`),
    ...(account.doctor === undefined ? [] : [`calendar:${account.doctor}`]),
    ...(meta.get("follow") ?? []),
  ]);
  for (const name of meta.get("denied") ?? []) names.delete(name);
  // With one that no server reads (an app in JavaScript followed `undefined`) every request would be in vain.
  return [...names].filter((name) => /^"[\w.:-]{1,200}"$/.test(JSON.stringify(name)));
}

function wireOperation({ type, input, madeAt, after, foreseen }: OutboxRow): object {
  return { type, input, madeAt, after, sum: foreseen?.sum };
}
