import {
  type Cursor,
  parseCursors,
  PROTOCOL_VERSION,
  type StreamId,
  type SyncRequest,
} from "@healthbridge/schema";
import type { SyncAnswer } from "../sync/sync-answer.ts";
import { CONNECTION } from "./limits.ts";

/** Where a device stands by feed, as far as it can be known here. */
export type KnownCursors = ReadonlyMap<number, Cursor>;

/**
 * Where a device stands once it has taken an answer in. It may come out otherwise (its disk is full, it reads anew): then what is sent from here is of no use to it, which it
 * sees.
 */
export function cursorsAfter(
  { cursors = "" }: Pick<SyncRequest, "cursors">,
  answer: SyncAnswer,
): KnownCursors {
  const { head, pages, tail } = answer;
  const known = parseCursors(cursors);
  for (const { handle } of head.feeds ?? []) known.set(handle, { cursor: 0 });
  for (const handle of head.reset ?? []) known.set(handle, { cursor: 0 });
  for (const { feed, cursor, begun } of pages) known.set(feed, { cursor, begun });
  for (const [handle, cursor] of parseCursors(tail.cursors ?? "")) known.set(handle, cursor);
  for (const handle of head.dropped ?? []) known.delete(handle);
  return known;
}

/** Whether an answer says anything that a device has to hear of. */
export function saysSomething({ head, pages }: SyncAnswer): boolean {
  return [pages, head.dropped, head.reset].some((list) => list !== undefined && list.length > 0);
}

/**
 * The request of who sends nothing and stands here.
 * @param reader a stream nobody writes
 */
export function pullFrom(cursors: string, reader: StreamId): SyncRequest {
  return {
    protocol: PROTOCOL_VERSION,
    stream: reader,
    from: 1,
    cursors,
    budget: CONNECTION.pageBytes,
  };
}
