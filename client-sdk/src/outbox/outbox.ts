import {
  drawStreamId,
  type EntityId,
  DEVICE_LIMITS,
  type QueueableType,
  operationId,
  splitOperationId,
  type StreamId,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Device } from "../device.ts";
import { HealthBridgeError } from "../errors.ts";
import type { Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import type { Foresight, View } from "../replica/view.ts";
import type { EnqueueOptions, Lane } from "./operation.ts";
import {
  isRecord,
  NOBODY,
  type OutboxRow,
  plain,
  putStream,
  refKey,
  rowKey,
  type StreamRow,
} from "./rows.ts";

/** An operation on its way into the queue. */
export interface Item extends EnqueueOptions {
  readonly type: QueueableType;
  readonly input: object | InputMaker;
}

type InputMaker = (earlier: readonly EntityId[]) => object;

/** An operation in the queue, or the one that was found under its reference. */
export interface Kept {
  readonly id: EntityId;
  readonly foresight: Foresight;
  readonly known?: true;
}

/** Operations in one transaction: enough to be fast, few enough that a phone's other writers wait only a moment. */
const CHUNK = 250;
const REF_CHARACTERS = 200;

/** Queues operations in order, numbered; resolves when all are durable. */
export async function addToOutbox(device: Device, items: readonly Item[]): Promise<readonly Kept[]> {
  const { view, keeper } = device;
  const { owner } = keeper.mirror;
  // As they are now: an app may go on to write in its objects before its turn has come.
  const taken = items.map((item, index) => ({ ...item, index, made: checked(view, item, index) }));
  const kept: Kept[] = [];
  for (let at = 0; at < taken.length; at += CHUNK) {
    const added = await keeper.write(async (writer) => {
      // Another tab may have signed her out meanwhile: nothing is queued in somebody else's name.
      if (owner !== NOBODY && owner !== writer.mirror.owner) throw new HealthBridgeError("not_signed_in");
      const rows: Kept[] = [];
      const earlier = kept.map(({ id }) => id);
      for (const item of taken.slice(at, at + CHUNK)) {
        const input = item.made ?? checked(view, item, item.index, earlier) ?? {};
        const row = await add(device, writer, item, input);
        rows.push(row);
        earlier.push(row.id);
      }
      return rows;
    });
    kept.push(...added);
  }
  return kept;
}

async function add(
  { view, runtime }: Device,
  writer: Writer,
  item: Item,
  input: Record<string, unknown>,
): Promise<Kept> {
  const { mirror } = writer;
  const { type, ref, lane = "normal" } = item;
  const known = ref !== undefined && (await writer.get("meta", refKey(mirror.owner, ref)));
  if (isRecord(known) && typeof known["id"] === "string")
    return { id: known["id"], foresight: view.foresight(known["id"]), known: true };
  const stream = openStream(writer, runtime, lane);
  const id = operationId(stream.id, stream.next);
  const order = (mirror.meta.get("order") ?? 0) + 1;
  const after = item.after?.length ? [...item.after] : undefined;
  const row: OutboxRow = { type, input, madeAt: Math.round(runtime.now()), order, after, ref };
  const foresight = view.foresight(id, row);
  writer.put("outbox", rowKey(stream.id, stream.next), { ...row, ...foresight.kept });
  if (ref !== undefined) writer.put("meta", refKey(mirror.owner, ref), { id });
  putStream(writer, { ...stream, next: stream.next + 1 });
  writer.put("meta", "order", order);
  return { id, foresight };
}

/** The stream in which this owner's new operations of a lane are numbered; drawn when first needed. */
export function openStream(writer: Writer, runtime: Runtime, lane: Lane): StreamRow {
  const { mirror } = writer;
  return (
    mirror.ownStreams().find((stream) => stream.open && stream.lane === lane) ??
    putStream(writer, {
      id: drawStreamId((count) => runtime.randomBytes(count)),
      owner: mirror.owner,
      lane,
      born: mirror.streams.size,
      next: 1,
      settled: 0,
      open: true,
    })
  );
}

/** The input as plain JSON, checked; `undefined` while it waits for earlier ids. */
function checked(
  view: View,
  { type, input: given, after = [], ref = "-" }: Item,
  index: number,
  earlier?: readonly EntityId[],
): Record<string, unknown> | undefined {
  if (after.length > DEVICE_LIMITS.afterPerOperation)
    throw new HealthBridgeError("malformed", { path: "after", index });
  if (ref.length > REF_CHARACTERS) throw new HealthBridgeError("malformed", { path: "ref", index });
  if (isMaker(given) && !earlier) return undefined;
  // Plain JavaScript may give none: the check says what it lacks.
  const input = plain((isMaker(given) ? given(earlier ?? []) : given) ?? {});
  const problem = view.check(type, input);
  if (problem) throw new HealthBridgeError(problem.code, { ...problem, index });
  if (JSON.stringify(input).length > DEVICE_LIMITS.inputBytes)
    throw new HealthBridgeError("too_large", { path: "input", index });
  return input;
}

function isMaker(input: object): input is InputMaker {
  return typeof input === "function";
}

/**
 * Operations of this owner in other streams, still without an outcome, that an operation names: they are settled first. Those of others who use the device are
 * not waited for: they may not come back for weeks, and the server says what it knows of them.
 */
export function foreignNeeds(
  { queue, streams }: Mirror,
  row: OutboxRow,
  stream: StreamId,
): readonly EntityId[] {
  const owner = streams.get(stream)?.owner;
  const named = new Set<EntityId>();
  const look = (part: unknown): void => {
    if (typeof part === "string") {
      const other = splitOperationId(part).stream;
      const earlier = queue.get(part);
      if (earlier && earlier.order < row.order && other !== stream && streams.get(other)?.owner === owner)
        named.add(part);
    } else if (typeof part === "object" && part) for (const each of Object.values(part)) look(each);
  };
  look(row);
  return [...named];
}
