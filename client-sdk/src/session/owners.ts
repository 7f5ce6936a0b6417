import type { EntityId } from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import { isRecord, NOBODY, putStream, refKey, rowKey } from "../outbox/rows.ts";

/** Gives what was queued while nobody was signed in to the account that signed in. What another account queued is not touched. */
export async function adopt(writer: Writer, account: EntityId): Promise<void> {
  const streams = [...writer.mirror.streams.values()];
  for (const stream of streams) {
    if (stream.owner !== NOBODY) continue;
    // Where the account has a stream in this lane already, this one is only emptied.
    const taken = streams.some(({ owner, open, lane }) => owner === account && open && lane === stream.lane);
    putStream(writer, { ...stream, owner: account, open: stream.open && !taken });
  }
  for (const [key, value] of await writer.list("meta", refKey(NOBODY, ""))) {
    writer.delete("meta", key);
    if (isRecord(value)) writer.put("meta", key.replace(NOBODY, account), value);
  }
}

/** Forgets what was read from the server: it belongs to the account that leaves. */
export function forgetReplica(writer: Writer): void {
  writer.clear("entity");
  writer.clear("feed");
  writer.clear("document", "base");
  writer.delete("meta", "follow");
  writer.delete("meta", "denied");
}

/** Throws the present owner's queue away, with the streams it was numbered in: numbers must not have holes. */
export function discardQueue(writer: Writer): void {
  writer.clear("document", `mine:${writer.mirror.owner}:`);
  for (const stream of writer.mirror.ownStreams()) {
    const next = stream.settled + 1;
    for (let number = next; number < stream.next; number++) {
      const ref = writer.mirror.queue.get(`${stream.id}.${number}`)?.ref;
      if (ref !== undefined) writer.delete("meta", refKey(stream.owner, ref));
      writer.delete("outbox", rowKey(stream.id, number));
    }
    // Nothing is in doubt any more either, lest nothing is read for it.
    putStream(writer, { ...stream, next, sent: undefined, open: stream.next === next && stream.open });
  }
}
