import type { EntityId } from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import { isRecord, NOBODY, rowKey } from "../outbox/rows.ts";

/** Gives what was queued while nobody was signed in to the account that signed in. What another account queued is not touched. */
export async function adopt(writer: Writer, mirror: Mirror, account: EntityId): Promise<void> {
  const lanes = new Set(
    [...mirror.streams.values()]
      .filter((each) => each.owner === account && each.open)
      .map((each) => each.lane),
  );
  for (const stream of mirror.streams.values()) {
    if (stream.owner !== NOBODY) continue;
    // Where the account has a stream in this lane already, this one is only emptied.
    writer.put("meta", `stream:${stream.id}`, {
      ...stream,
      owner: account,
      open: stream.open && !lanes.has(stream.lane),
    });
  }
  for (const [key, value] of await writer.list("meta", `ref:${NOBODY}:`)) {
    writer.delete("meta", key);
    if (isRecord(value)) writer.put("meta", key.replace(`ref:${NOBODY}:`, `ref:${account}:`), value);
  }
}

/** Forgets what was read from the server: it belongs to the account that leaves. */
export function forgetReplica(writer: Writer): void {
  writer.clear("entity");
  writer.clear("feed");
  writer.delete("meta", "follow");
  writer.delete("meta", "denied");
}

/** Throws the present owner's queue away, with the streams it was numbered in: numbers must not have holes. */
export function discardQueue(writer: Writer, mirror: Mirror): void {
  for (const stream of mirror.ownStreams()) {
    for (let number = stream.settled + 1; number < stream.next; number++) {
      const key = rowKey(stream.id, number);
      const ref = mirror.queue.get(`${stream.id}.${number}`)?.ref;
      if (ref !== undefined) writer.delete("meta", `ref:${stream.owner}:${ref}`);
      writer.delete("outbox", key);
    }
    writer.put("meta", `stream:${stream.id}`, {
      ...stream,
      next: stream.settled + 1,
      open: stream.next === stream.settled + 1 && stream.open,
    });
  }
}
