import { type EntityId, operationId } from "@healthbridge/schema/client";
import { HealthBridgeError } from "../errors.ts";
import type { Writer } from "../keeper.ts";
import { isRecord, putStream, refKey, rowKey, type StreamRow } from "../outbox/rows.ts";
import { type CarriedOperation, type CarriedStream, parseContent, type QueueContent } from "./content.ts";
import { openFile } from "./queue-file.ts";
import { inSecondTab, type TransferDevice } from "./second-tab.ts";

/** What became of the operations in a file. */
export interface ImportReport {
  /** wait here now, and are sent by whichever device comes first */
  readonly taken: number;
  /** were here already, or are settled here */
  readonly known: number;
  /**
   * could not be taken: this device has something else under their numbers, or waits for earlier ones of the same line itself (sync, then import the file again). The first device
   * still has them
   */
  readonly refused: number;
}

/** One operation that is to be put into the queue, still without its place. */
interface Taken {
  readonly id: EntityId;
  readonly key: string;
  readonly operation: CarriedOperation;
}

/**
 * Puts what `exportQueue` wrote into this device's queue, all of it in one step. The operations keep their numbers, which are what the server knows them by: import the file twice, or
 * let both devices send, and each still takes effect once. This device never adds to a line that came from another: what is queued here afterwards has numbers of its own.
 * @throws HealthBridgeError and nothing has changed: `file_damaged`, `file_newer`, `file_foreign` (another account's), `passphrase_wrong`, `not_signed_in`, `vault_unavailable`; `store_full`,
 * `store_closed`, `store_blocked`, `store_failed`, `store_locked`
 * @example
 * ```ts
 * const { taken, known, refused } = await importQueue({ hb, url, store }, file, { passphrase });
 * ```
 */
export async function importQueue(
  device: TransferDevice,
  file: Uint8Array,
  { passphrase }: { readonly passphrase: string },
): Promise<ImportReport> {
  const content = parseContent(await openFile(file, passphrase));
  const report = await inSecondTab(device, async (keeper) => {
    const done = await keeper.write((writer) => takeIn(writer, content));
    keeper.poke();
    return done;
  });
  await device.hb.acknowledge([]); // it looks at the store, and has seen them when this resolves
  return report;
}

async function takeIn(writer: Writer, content: QueueContent): Promise<ImportReport> {
  const { mirror } = writer;
  const { session } = mirror;
  if (session === undefined) throw new HealthBridgeError("not_signed_in");
  if (session.account.id !== content.account) throw new HealthBridgeError("file_foreign");
  const taken: Taken[] = [];
  const counts = { known: 0, refused: 0 };
  for (const stream of content.streams)
    await takeStream(writer, stream, { owner: content.account, taken, counts });
  // In the order in which they were queued there, and after everything that was queued here: what refers to another one comes behind it.
  for (const { id, key, operation } of taken.toSorted(
    (one, other) => one.operation.order - other.operation.order,
  )) {
    const order = (mirror.meta.get("order") ?? 0) + 1;
    writer.put("meta", "order", order);
    const ref = await ownRef(writer, content.account, operation.ref);
    writer.put("outbox", key, { ...operation, ref, order });
    if (ref !== undefined) writer.put("meta", refKey(content.account, ref), { id });
  }
  return { taken: taken.length, ...counts };
}

interface Into {
  readonly owner: EntityId;
  readonly taken: Taken[];
  readonly counts: { known: number; refused: number };
}

async function takeStream(
  writer: Writer,
  carried: CarriedStream,
  { owner, taken, counts }: Into,
): Promise<void> {
  const { id, settled, operations } = carried;
  const known = writer.mirror.streams.get(id);
  if (known !== undefined && known.owner !== owner) {
    counts.refused += operations.length;
    return;
  }
  const stream = await standing(writer, carried, owner);
  let { next } = stream;
  for (const [at, operation] of operations.entries()) {
    const number = settled + 1 + at;
    const key = rowKey(id, number);
    if (number === next) {
      taken.push({ id: operationId(id, number), key, operation });
      next += 1;
    } else if (number < next && (await isSame(writer, key, operation))) counts.known += 1;
    else counts.refused += 1;
  }
  // Whoever else writes to it goes on under the next number: here nothing is added any more.
  if (next > stream.next) putStream(writer, { ...stream, next, open: false });
}

/** The stream as this device has it, brought to where the first device's outcomes end where nothing of it waits here. */
async function standing(writer: Writer, carried: CarriedStream, owner: EntityId): Promise<StreamRow> {
  const { id, lane, settled, durable } = carried;
  const known = writer.mirror.streams.get(id);
  const isIdle = known === undefined || known.next === known.settled + 1;
  if (known !== undefined && (!isIdle || known.settled >= settled)) return known;
  for (const [number, outcome] of carried.outcomes) {
    const key = rowKey(id, number);
    if ((await writer.get("outcome", key)) === undefined)
      writer.put("outcome", key, { ...outcome, acknowledged: true });
  }
  const { size: born } = writer.mirror.streams;
  return putStream(writer, {
    ...(known ?? { id, owner, lane, born }),
    durable,
    settled,
    next: settled + 1,
    open: false,
  });
}

/** Whether what is under this number here is the same operation; what is settled and forgotten here counts as it. */
async function isSame(writer: Writer, key: string, operation: CarriedOperation): Promise<boolean> {
  const here = (await writer.get("outbox", key)) ?? (await writer.get("outcome", key));
  return here === undefined || textOf(here) === textOf(operation);
}

function textOf(row: unknown): string {
  return isRecord(row) ? JSON.stringify([row["type"], row["input"], row["after"]]) : "";
}

/** The app's own reference, unless this device has given it to something else. */
async function ownRef(writer: Writer, owner: EntityId, ref: string | undefined): Promise<string | undefined> {
  if (ref === undefined || (await writer.get("meta", refKey(owner, ref))) !== undefined) return undefined;
  return ref;
}
