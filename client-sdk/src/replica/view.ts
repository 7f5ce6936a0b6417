import {
  type EntityId,
  type Kind,
  phoneProblemOf,
  type Problem,
  splitOperationId,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";
import type { Forecast } from "../outbox/operation.ts";
import type { OutboxRow } from "../outbox/rows.ts";
import { Shelf } from "./shelf.ts";

/** What this device foresees of one operation. */
export interface Foresight {
  readonly forecast: Forecast;
  readonly problem?: Problem;
  /** what is kept with the operation; the input where this device has confirmed it by itself */
  readonly kept?: Partial<Pick<OutboxRow, "foreseen" | "input" | "needs">>;
}

/** Said where a device does not decide, or holds too little to. */
export const UNKNOWN: Foresight = { forecast: "unknown" };

/** How a device shows what it holds and what it has queued: the overlay, which decides ahead of the server, or the plain view, which does not. */
export interface View {
  /** What is wrong with an operation's input, as far as this bundle can tell. */
  check(type: string, input: unknown): Problem | undefined;
  /**
   * What is foreseen of an operation in the queue.
   * @param added the operation, where it is about to be queued after all others
   */
  foresight(id: EntityId, added?: OutboxRow): Foresight;
  /** An entity as the device shows it. */
  readonly held: Shelf["get"];
  /** What queued operations have touched, as they leave it. */
  readonly touched: Shelf;
  /** What is said of an entity that they have touched; nothing where nothing is foreseen. */
  mark?(kind: Kind, id: string): Mark | undefined;
}

/** An operation that is not settled has touched it; `confirmed` where that is certain all the same. */
export interface Mark {
  readonly waiting: true;
  readonly confirmed?: true;
}

export type OpenView = (mirror: Mirror, runtime: Runtime) => View;

/** The core's view: what the server said last. Of what is queued nothing is foreseen, so no sum is sent and the server sends back what it came to. */
export const plainView: OpenView = ({ base }) => ({
  check: phoneProblemOf,
  foresight: () => UNKNOWN,
  held: (kind, id) => base.get(kind, id),
  touched: new Shelf(),
});

/** Whether everything a feed had has been pulled at least once. */
export function isComplete(mirror: Mirror, feed: string): boolean {
  return !!mirror.feeds.get(mirror.feedNamed(feed) ?? "")?.complete;
}

/** The present account's queue in the order in which it was queued. */
export function queueInOrder(mirror: Mirror): ReadonlyArray<readonly [EntityId, OutboxRow]> {
  const { owner } = mirror;
  return [...mirror.queue]
    .filter(([id]) => mirror.streams.get(splitOperationId(id).stream)?.owner === owner)
    .toSorted(([, left], [, right]) => left.order - right.order);
}
