import {
  formatCursors,
  DEVICE_LIMITS,
  PROTOCOL_VERSION,
  type SyncRequest,
} from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import { LANES } from "../outbox/operation.ts";
import { type OutboxRow, rowKey, type StreamRow } from "../outbox/rows.ts";
import type { Overlay } from "../replica/overlay.ts";
import { syncRow } from "./clock.ts";

/** Consecutive operations of one stream, or none to ask how far the server knows it. */
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
 * The next operations to send: the first lane that has one whose needs in other streams are settled. A stream the server is not known to remember is asked
 * for first.
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
  return undefined;
}

/**
 * Whether some feed has not been read to its end yet: the first time, anew, or after an answer that stopped in the middle. Meanwhile pushes bring no changes,
 * and pulls name a stream nobody writes: a server leaves out what the named stream wrote, and a device that reads a feed anew needs that as well. It also
 * tells in another order for each stream, so a cursor from the middle means something to the stream that was named alone.
 */
export function catchingUp(mirror: Mirror): boolean {
  return (
    syncRow(mirror)?.refreshing === true ||
    followed(mirror).some((name) => {
      const handle = mirror.feedNamed(name);
      return handle === undefined || mirror.feeds.get(handle)?.complete !== true;
    })
  );
}

/**
 * Whether something was sent of which no answer has come. Meanwhile nothing new is read: what others did after it would arrive before it, and could not be
 * told from what they did before.
 * @param answered what is being sent now counts as answered
 */
export function inDoubt(mirror: Mirror, answered?: Batch): boolean {
  return mirror.ownStreams().some((stream) => {
    const through =
      answered?.stream.id === stream.id ? stream.settled + answered.rows.length : stream.settled;
    return (stream.sent ?? 0) > through;
  });
}

/** Whether anything could be sent now. */
export function hasSendable(mirror: Mirror): boolean {
  return mirror
    .ownStreams()
    .some((stream) => stream.verify === true || sendable(mirror, stream, 1).length > 0);
}

function sendable(mirror: Mirror, stream: StreamRow, most: number): readonly OutboxRow[] {
  const rows: OutboxRow[] = [];
  let room = DEVICE_LIMITS.bodyBytes - ENVELOPE_BYTES;
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
  { stream, rows }: Batch,
  options: { readonly budget: number | undefined; readonly confirmEpoch: boolean },
): SyncRequest {
  const from = rows.length === 0 ? stream.next : stream.settled + 1;
  const known = new Set([...mirror.feeds.values()].map(({ name }) => name));
  const wanted = options.budget === 0 ? [] : followed(mirror).filter((name) => !known.has(name));
  const follow = wanted.slice(0, DEVICE_LIMITS.followsPerRequest);
  const epoch = options.confirmEpoch ? syncRow(mirror)?.epoch : undefined;
  const cursors = formatCursors([...mirror.feeds].map(([handle, { cursor }]) => [handle, cursor] as const));
  return {
    protocol: PROTOCOL_VERSION,
    stream: stream.id,
    from,
    ...(rows.length === 0 ? {} : { operations: rows.map(wireOperation) }),
    ...(stream.settled === from - 1 ? {} : { heard: stream.settled }),
    ...(cursors === "" ? {} : { cursors }),
    ...(follow.length === 0 ? {} : { follow }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(epoch === undefined ? {} : { epoch }),
  };
}

/** Feeds this device reads: its account's own, its clinics', a doctor's own calendar, and those the app asked for. */
export function followed(mirror: Mirror): readonly string[] {
  const { account } = mirror;
  if (account === undefined) return [];
  const own = [
    "me",
    ...account.clinics.map((clinic) => `clinic:${clinic}`),
    ...(account.doctor === undefined ? [] : [`calendar:${account.doctor}`]),
  ];
  const denied = new Set(namesIn(mirror, "denied"));
  return [...new Set([...own, ...askedFor(mirror)])].filter((name) => !denied.has(name));
}

/** Feeds the app asked for, beside those an account has by itself. */
export function askedFor(mirror: Mirror): readonly string[] {
  return namesIn(mirror, "follow");
}

/** A list of feeds' names that is kept: those the app follows, and those it may not. */
export function namesIn(mirror: Mirror, key: "follow" | "denied"): readonly string[] {
  const list: unknown = mirror.meta.get(key);
  return Array.isArray(list) ? list.filter((name) => typeof name === "string") : [];
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
