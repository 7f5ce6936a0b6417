import { type EntityId, splitOperationId } from "@healthbridge/schema/client";
import type { Device } from "../device.ts";
import type { Applied } from "../sync/answer.ts";
import { queueInOrder } from "../replica/view.ts";
import type { Enqueued, Outcome, Waiting } from "./operation.ts";
import type { Kept } from "./outbox.ts";
import { idOfKey, isOutcome, keyOf } from "./rows.ts";
import { outcomeOf } from "./settle.ts";

/** Those who wait for an outcome in this run of the program, by operation. */
export type Awaited = Map<EntityId, PromiseWithResolvers<Outcome>>;

/** An operation that was queued, as the app sees it. */
export function enqueued(device: Device, { id, foresight, known }: Kept): Enqueued {
  const { forecast, problem } = foresight;
  return {
    id,
    number: splitOperationId(id).number,
    forecast,
    problem,
    known,
    outcome: () => outcome(device, id),
  };
}

/** Operations of the present account without an outcome, in the order they were queued. */
export function waiting({ keeper, view }: Device): readonly Waiting[] {
  const { streams } = keeper.mirror;
  return queueInOrder(keeper.mirror).map(([id, { type, input, madeAt, ref }]) => {
    const { forecast, problem } = view.foresight(id);
    const { lane = "normal" } = streams.get(splitOperationId(id).stream) ?? {};
    return { id, type, input, lane, madeAt, ref, forecast, problem };
  });
}

/** Outcomes of the present account that were not acknowledged yet, oldest first. */
export async function outcomes({ keeper }: Device): Promise<readonly Outcome[]> {
  const streams = keeper.mirror.ownStreams();
  const found: Array<{ readonly order: number; readonly outcome: Outcome }> = [];
  await keeper.read(async (tx) => {
    for (const stream of streams) {
      for (const [key, row] of await tx.list("outcome", { prefix: `${stream.id}.` }))
        if (isOutcome(row) && !row.acknowledged)
          found.push({ order: row.order, outcome: outcomeOf(idOfKey(key), row, stream) });
    }
  });
  return found.toSorted((left, right) => left.order - right.order).map((each) => each.outcome);
}

/** Another tab may have sent what somebody waits for in this one. */
export function hear(device: Device): void {
  for (const id of device.awaited.keys()) look(device, id).catch(() => undefined); // heard at the next change
}

async function outcome(device: Device, id: EntityId): Promise<Outcome> {
  const { awaited } = device;
  const waiter = awaited.get(id) ?? Promise.withResolvers<Outcome>();
  awaited.set(id, waiter);
  await look(device, id);
  return waiter.promise;
}

/** Tells whoever waits for it of an outcome that is kept already. */
async function look({ keeper, awaited }: Device, id: EntityId): Promise<void> {
  const { streams, queue } = keeper.mirror;
  const stream = streams.get(splitOperationId(id).stream);
  if (!stream || queue.has(id)) return;
  const row = await keeper.read((tx) => tx.get("outcome", keyOf(id)));
  if (isOutcome(row)) tell(awaited, outcomeOf(id, row, stream));
}

/** Tells of everything that became durable. */
export function announce(
  { counters, awaited, events }: Device,
  { outcomes: settled = [], moved = [], restored, pulled }: Applied,
): void {
  counters.pulled += pulled;
  for (const { from, to } of moved) {
    const waiter = awaited.get(from);
    if (waiter) awaited.set(to, waiter);
    awaited.delete(from);
  }
  if (moved.length > 0) events.emit("moved", moved);
  for (const each of settled) {
    counters[each.status] += 1;
    tell(awaited, each);
    events.emit("outcome", each);
  }
  if (restored) events.emit("restored", restored);
}

function tell(awaited: Awaited, settled: Outcome): void {
  awaited.get(settled.id)?.resolve(settled);
  awaited.delete(settled.id);
}
