import {
  type EntityId,
  operationId,
  type Problem,
  type SlotMark,
  splitOperationId,
  type StreamId,
} from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import type { Lane } from "./operation.ts";

/** What the store holds of streams and operations. Written by this version only, so a row is what its table and key say. */

/** Owner of what was queued while nobody was signed in; the next account that signs in takes it over. */
export const NOBODY = "-";

/** Table `meta`, key `stream:<id>`. */
export interface StreamRow {
  readonly id: StreamId;
  /** account whose operations these are, or `NOBODY` */
  readonly owner: string;
  readonly lane: Lane;
  /** place in the order of this device's streams */
  readonly born: number;
  /** number of the next operation */
  readonly next: number;
  /** operations up to here were sent at least once: what is foreseen of them stays as the server was told it */
  readonly sent?: number | undefined;
  /** operations up to here are in a verified backup of the server */
  readonly durable?: number | undefined;
  /** every operation up to here has its outcome on this device */
  readonly settled: number;
  /** new operations are written here; a stream that was left is only emptied */
  readonly open: boolean;
  /** the server was restored: ask it how far it knows this stream before sending */
  readonly verify?: true | undefined;
}

/** What a device foresees an operation to change, kept because the server does not send it back where it comes to the same. */
export interface Foreseen {
  readonly sum: string;
  readonly entities: ReadonlyArray<readonly [kind: string, entity: { readonly id: string }]>;
  readonly slots: readonly SlotMark[];
}

/** What is kept of an operation, before and after its outcome. */
interface OperationRow {
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly madeAt: number;
  readonly after?: readonly EntityId[] | undefined;
  readonly ref?: string | undefined;
  /** place in the order in which this device queued */
  readonly order: number;
}

/** Table `outbox`, key `<stream>.<number in ten digits>`. */
export interface OutboxRow extends OperationRow {
  readonly foreseen?: Foreseen | undefined;
  /** operations that it must not overtake, whatever becomes of them; known to this device alone */
  readonly needs?: readonly EntityId[] | undefined;
  /** was settled before the server was restored from a backup: what it was then */
  readonly restored?: "applied" | "rejected" | undefined;
}

/** Table `outcome`, same key. Kept after it was acknowledged until the server says it is durable there. */
export interface OutcomeRow extends OperationRow {
  readonly status: "applied" | "rejected";
  readonly output?: unknown;
  readonly problem?: Problem | undefined;
  readonly note?: "restored" | undefined;
  readonly acknowledged?: true | undefined;
}

const DIGITS = 10;

/** The key of an operation in the tables `outbox` and `outcome`; sorts by number. */
export function rowKey(stream: StreamId, number: number): string {
  return `${stream}.${String(number).padStart(DIGITS, "0")}`;
}

/** The operation's id from such a key. */
export function idOfKey(key: string): EntityId {
  const { stream, number } = splitOperationId(key);
  return operationId(stream, number);
}

/** The key of the operation with this id. */
export function keyOf(id: EntityId): string {
  const { stream, number } = splitOperationId(id);
  return rowKey(stream, number);
}

/** The key in `meta` under which an owner's own reference is kept. */
export function refKey(owner: string, ref: string): string {
  return `ref:${owner}:${ref}`;
}

/** Keeps a stream's row. */
export function putStream(writer: Writer, stream: StreamRow): StreamRow {
  writer.put("meta", `stream:${stream.id}`, stream);
  return stream;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether there is a row of the table `outcome`, as it was read. */
export function isOutcome(row: unknown): row is OutcomeRow {
  return row !== undefined;
}

/** The plain JSON of a value: what a store holds and the wire carries. */
export function plain(
  value: object,
  reviver?: (key: string, value: unknown) => unknown,
): Record<string, unknown> {
  const copy: unknown = JSON.parse(JSON.stringify(value), reviver);
  return isRecord(copy) ? copy : {};
}
