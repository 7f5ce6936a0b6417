import { HealthBridgeError } from "../errors.ts";
import type { Keeper } from "../keeper.ts";
import {
  idOfKey,
  isOutcome,
  type OutboxRow,
  type OutcomeRow,
  rowKey,
  type StreamRow,
} from "../outbox/rows.ts";
import { runtimeOf } from "../carriers/signed-call.ts";
import { operationId, splitOperationId } from "@healthbridge/schema/client";
import type { CarriedOperation, CarriedOutcome, CarriedStream, QueueContent } from "./content.ts";
import { sealFile } from "./queue-file.ts";
import { inSecondTab, type TransferDevice } from "./second-tab.ts";

/**
 * Everything that this account has queued on this device and the server has not settled, sealed with a passphrase: for a memory card, a cable, another phone. Nothing changes here:
 * what waits goes on waiting, and is sent when there is a network. That another device has it as well does no harm, for operations keep their numbers.
 *
 * Not in it: photos and voice notes, documents that are being edited, and what was read from the server.
 * @returns the file
 * @throws HealthBridgeError `not_signed_in`; `passphrase_weak` (fewer than 10 characters); `vault_unavailable` (a page that is neither https nor localhost); `store_closed`, `store_blocked`, `store_failed`, `store_locked`
 * @example
 * ```ts
 * const file = await exportQueue({ hb, url, store }, { passphrase });
 * download(new Blob([file]), "waiting.hbq");
 * ```
 */
export async function exportQueue(
  device: TransferDevice,
  { passphrase }: { readonly passphrase: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const runtime = runtimeOf(device);
  const content = await inSecondTab(device, (keeper) => contentOf(keeper, Math.round(runtime.now())));
  return sealFile(JSON.stringify(content), passphrase, runtime);
}

async function contentOf(keeper: Keeper, madeAt: number): Promise<QueueContent> {
  const { mirror } = keeper;
  const account = mirror.session?.account.id;
  if (account === undefined) throw new HealthBridgeError("not_signed_in");
  const streams: CarriedStream[] = [];
  for (const stream of mirror.ownStreams()) {
    if (stream.next > stream.settled + 1) streams.push(await carried(keeper, stream));
  }
  return { account, madeAt, streams };
}

async function carried(keeper: Keeper, stream: StreamRow): Promise<CarriedStream> {
  const { id, lane, settled, durable = 0, next } = stream;
  const operations: CarriedOperation[] = [];
  for (let number = settled + 1; number < next; number += 1) {
    const row = keeper.mirror.queue.get(operationId(id, number));
    if (row === undefined) break; // a hole, behind which nothing is sent either
    operations.push(asCarried(row));
  }
  const rows = await keeper.read((tx) =>
    tx.list("outcome", { prefix: `${id}.`, after: rowKey(id, durable) }),
  );
  const outcomes = rows.flatMap(([key, row]) => {
    const { number } = splitOperationId(idOfKey(key));
    return isOutcome(row) && number <= settled ? [[number, outcomeOf(row)] as const] : [];
  });
  return { id, lane, settled, durable: stream.durable, outcomes, operations };
}

function asCarried({ type, input, madeAt, after, ref, order, needs }: OutboxRow): CarriedOperation {
  return { type, input, madeAt, after, ref, order, needs };
}

function outcomeOf({ ref: _ref, acknowledged: _acknowledged, ...row }: OutcomeRow): CarriedOutcome {
  return row;
}
