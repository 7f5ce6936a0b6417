import {
  drawStreamId,
  type EntityId,
  DEVICE_LIMITS,
  type QueueableType,
  operationId,
  splitOperationId,
  type StreamId,
} from "@healthbridge/schema/client";
import { errorFrom, HealthBridgeError } from "../errors.ts";
import type { Keeper, Writer } from "../keeper.ts";
import type { Mirror } from "../mirror.ts";
import type { Foresight, Overlay } from "../replica/overlay.ts";
import { problemOf } from "./check.ts";
import type { EnqueueOptions, Lane } from "./operation.ts";
import { isRecord, type OutboxRow, plain, rowKey, type StreamRow } from "./rows.ts";

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
  readonly known: boolean;
}

/** Operations in one transaction: enough to be fast, few enough that a phone's other writers wait only a moment. */
const CHUNK = 250;
const REF_CHARACTERS = 200;

/** The device's queue: gives numbers, keeps operations durable until they have an outcome. */
export class Outbox {
  readonly #keeper: Keeper;
  readonly #overlay: Overlay;
  readonly #now: () => number;
  readonly #randomBytes: (count: number) => Uint8Array;

  constructor(
    keeper: Keeper,
    overlay: Overlay,
    now: () => number,
    randomBytes: (count: number) => Uint8Array,
  ) {
    this.#keeper = keeper;
    this.#overlay = overlay;
    this.#now = now;
    this.#randomBytes = randomBytes;
  }

  /** Queues operations in order; resolves when all are durable. */
  async add(items: readonly Item[]): Promise<readonly Kept[]> {
    for (const [index, item] of items.entries()) checked(item, index);
    const kept: Kept[] = [];
    for (let at = 0; at < items.length; at += CHUNK) {
      const chunk = items.slice(at, at + CHUNK);
      const earlier = kept.map(({ id }) => id);
      const added = await this.#keeper.write((writer) => this.#addChunk(writer, chunk, at, earlier));
      kept.push(...added);
    }
    return kept;
  }

  async #addChunk(
    writer: Writer,
    chunk: readonly Item[],
    offset: number,
    earlier: EntityId[],
  ): Promise<Kept[]> {
    const { mirror } = this.#keeper;
    const kept: Kept[] = [];
    const streams = new Map<Lane, StreamRow>();
    let order = orderOf(mirror);
    for (const [place, item] of chunk.entries()) {
      const input = checked(item, offset + place, earlier) ?? {};
      const refKey = item.ref === undefined ? undefined : `ref:${mirror.owner}:${item.ref}`;
      const known = refKey === undefined ? undefined : await writer.get("meta", refKey);
      if (isRecord(known) && typeof known["id"] === "string") {
        kept.push({ id: known["id"], foresight: this.#overlay.foresight(known["id"]), known: true });
      } else {
        const lane = item.lane ?? "normal";
        const stream = streams.get(lane) ?? this.openStream(writer, lane);
        const id = operationId(stream.id, stream.next);
        const row = this.#row(item, input, (order += 1), stream);
        const foresight = this.#overlay.admit(id, row);
        const { foreseen } = foresight;
        writer.put(
          "outbox",
          rowKey(stream.id, stream.next),
          foreseen === undefined ? row : { ...row, foreseen },
        );
        if (refKey !== undefined) writer.put("meta", refKey, { id });
        streams.set(lane, { ...stream, next: stream.next + 1 });
        kept.push({ id, foresight, known: false });
      }
      earlier.push(kept.at(-1)?.id ?? "");
    }
    for (const stream of streams.values()) writer.put("meta", `stream:${stream.id}`, stream);
    if (streams.size > 0) writer.put("meta", "order", order);
    return kept;
  }

  /** The stream in which this owner's new operations of a lane are numbered; drawn when first needed. */
  openStream(writer: Writer, lane: Lane): StreamRow {
    const { mirror } = this.#keeper;
    const open = mirror.ownStreams().find((stream) => stream.open && stream.lane === lane);
    if (open !== undefined) return open;
    const id = drawStreamId(this.#randomBytes);
    const stream: StreamRow = {
      id,
      owner: mirror.owner,
      lane,
      born: mirror.streams.size,
      next: 1,
      settled: 0,
      open: true,
    };
    writer.put("meta", `stream:${id}`, stream);
    return stream;
  }

  #row(item: Item, input: Record<string, unknown>, order: number, stream: StreamRow): OutboxRow {
    const after = item.after === undefined || item.after.length === 0 ? undefined : [...item.after];
    const needs = foreignNeeds(this.#keeper.mirror, [input, after], stream.id);
    return {
      type: item.type,
      input,
      madeAt: Math.round(this.#now()),
      order,
      ...(after === undefined ? {} : { after }),
      ...(item.ref === undefined ? {} : { ref: item.ref }),
      ...(needs.length === 0 ? {} : { needs }),
    };
  }
}

/** The input as plain JSON, checked; `undefined` while it waits for earlier ids. */
function checked(
  item: Item,
  index: number,
  earlier?: readonly EntityId[],
): Record<string, unknown> | undefined {
  if ((item.after?.length ?? 0) > DEVICE_LIMITS.afterPerOperation)
    throw new HealthBridgeError("malformed", { path: "after", index });
  if ((item.ref?.length ?? 1) > REF_CHARACTERS)
    throw new HealthBridgeError("malformed", { path: "ref", index });
  const made = isMaker(item.input) ? earlier && item.input(earlier) : item.input;
  if (made === undefined) return undefined;
  const input = plain(made);
  const problem = problemOf(item.type, input);
  if (problem !== undefined) throw errorFrom(problem, { index });
  if (JSON.stringify(input).length > DEVICE_LIMITS.inputBytes)
    throw new HealthBridgeError("too_large", { path: "input", index });
  return input;
}

function isMaker(input: object): input is InputMaker {
  return typeof input === "function";
}

/** The place in the order of queueing that was given last. */
export function orderOf(mirror: Mirror): number {
  const order = mirror.meta.get("order");
  return typeof order === "number" ? order : 0;
}

/** Operations of this device in other streams, still without an outcome, that a value names. */
export function foreignNeeds(mirror: Mirror, value: unknown, stream: StreamId): EntityId[] {
  const named = new Set<EntityId>();
  const look = (part: unknown): void => {
    if (typeof part === "string") {
      if (mirror.isWaiting(part) && splitOperationId(part).stream !== stream) named.add(part);
    } else if (typeof part === "object" && part !== null) for (const each of Object.values(part)) look(each);
  };
  look(value);
  return [...named];
}
