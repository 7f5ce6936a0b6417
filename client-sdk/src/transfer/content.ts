import {
  DEVICE_LIMITS,
  type EntityId,
  LARGEST_OPERATION_NUMBER,
  type StreamId,
} from "@healthbridge/schema/client";
import { type Lane, LANES } from "../outbox/operation.ts";
import { isRecord, type OutboxRow, type OutcomeRow } from "../outbox/rows.ts";
import { damaged } from "./queue-file.ts";

/** An operation that waits, as it travels: what this device alone thinks of it stays here. */
export type CarriedOperation = Pick<
  OutboxRow,
  "type" | "input" | "madeAt" | "after" | "ref" | "order" | "needs"
>;

/** An operation that is settled, and that no verified backup of the server is known to hold: should that be restored, it is offered again from wherever it is held. */
export type CarriedOutcome = Omit<OutcomeRow, "ref" | "acknowledged">;

/** A stream that has operations waiting. */
export interface CarriedStream {
  readonly id: StreamId;
  readonly lane: Lane;
  /** every operation up to here has its outcome on the first device */
  readonly settled: number;
  readonly durable?: number | undefined;
  readonly outcomes: ReadonlyArray<readonly [number: number, outcome: CarriedOutcome]>;
  /** those that wait, from `settled + 1` on */
  readonly operations: readonly CarriedOperation[];
}

/** All that a file holds. */
export interface QueueContent {
  readonly account: EntityId;
  /** by the first device's clock, ms since 1970 */
  readonly madeAt: number;
  readonly streams: readonly CarriedStream[];
}

const STREAM_ID = /^[\w-]{16}$/;

/**
 * The content of a file that was opened. Whoever knows the passphrase may have written it, so nothing in it is believed that is not looked at.
 * @throws HealthBridgeError `file_damaged`
 */
export function parseContent(text: string): QueueContent {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw damaged();
  }
  if (isContent(content)) return content;
  throw damaged();
}

function isContent(value: unknown): value is QueueContent {
  if (!isRecord(value) || typeof value["account"] !== "string" || !isNumber(value["madeAt"])) return false;
  const { streams } = value;
  if (!isList(streams, isStream)) return false;
  return new Set(streams.map(({ id }) => id)).size === streams.length;
}

function isStream(value: unknown): value is CarriedStream {
  if (!isRecord(value)) return false;
  const { id, lane, settled, durable, outcomes, operations } = value;
  return (
    typeof id === "string" &&
    STREAM_ID.test(id) &&
    LANES.some((each) => each === lane) &&
    isNumber(settled) &&
    (durable === undefined || isNumber(durable)) &&
    isList(operations, isOperation) &&
    // One behind the last that there can be would be in the way of everything else.
    settled + operations.length <= LARGEST_OPERATION_NUMBER &&
    isList(outcomes, (entry): entry is readonly [number, CarriedOutcome] => isOutcome(entry, settled))
  );
}

function isOperation(value: unknown): value is CarriedOperation {
  if (!isRecord(value)) return false;
  const { type, input, madeAt, after = [], ref = "", order, needs = [] } = value;
  return (
    typeof type === "string" &&
    isRecord(input) &&
    JSON.stringify(input).length <= DEVICE_LIMITS.inputBytes &&
    isNumber(madeAt) &&
    isNumber(order) &&
    typeof ref === "string" &&
    isList(after, isText) &&
    after.length <= DEVICE_LIMITS.afterPerOperation &&
    isList(needs, isText)
  );
}

function isOutcome(entry: unknown, settled: number): boolean {
  if (!isList(entry, isAnything)) return false;
  const [number, row] = entry;
  const isSettled = isNumber(number) && number >= 1 && number <= settled;
  return isSettled && isOperation(row) && "status" in row && /^(applied|rejected)$/.test(String(row.status));
}

function isList<T>(value: unknown, isOne: (each: unknown) => each is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isAnything(_value: unknown): _value is unknown {
  return true;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
