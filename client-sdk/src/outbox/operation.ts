import type { EntityId, InputOf, QueueableType, Problem } from "@healthbridge/schema/client";

/** In which line an operation waits. A message overtakes a batch: urgent before normal before bulk. */
export type Lane = "urgent" | "normal" | "bulk";

/** Lanes in the order they are sent. */
export const LANES: readonly Lane[] = ["urgent", "normal", "bulk"];

/** How an operation is queued. */
export interface EnqueueOptions {
  /** default `normal` */
  readonly lane?: Lane | undefined;
  /** ids of operations that must have been applied first; if one is rejected, this one is as well (`dependency_failed`); for a patient, those of her own account only */
  readonly after?: readonly EntityId[] | undefined;
  /**
   * Your own reference, as `requests.csv:17`. Stays on this device, comes back with the outcome, and makes queueing repeatable: a reference that is there
   * already answers with the operation it was given to, and nothing is queued (a program that was killed halfway simply starts over). It is kept at least until the
   * outcome was acknowledged; after that until a verified backup of the server has it, or 2,000 later ones of its lane were settled. Whoever reads the same file again months later does not acknowledge.
   */
  readonly ref?: string | undefined;
}

/** One operation for `enqueueMany`. `input` may be made from the ids of those before it in the list (register a patient, book for her). */
export type EnqueueItem = {
  [T in QueueableType]: EnqueueOptions & {
    readonly type: T;
    readonly input: InputOf<T> | ((earlier: readonly EntityId[]) => InputOf<T>);
  };
}[QueueableType];

/**
 * What a decision over the replica says before the server was asked; `unknown` where the device holds too little to say, and always in the core. `confirmed` is no
 * forecast any more but a promise: the time is this device's own (`takeLease`), and the server will book exactly it.
 */
export type Forecast = "applied" | "rejected" | "unknown" | "confirmed";

/** An operation that is safe on this device. */
export interface Enqueued {
  /** id of the operation and of what it creates; stays the same, unless this device turns out to be a copy (event `moved`) */
  readonly id: EntityId;
  readonly number: number;
  readonly forecast: Forecast;
  /** why the forecast is `rejected` */
  readonly problem?: Problem | undefined;
  /** the reference was known: this is the operation it was given to, nothing was queued */
  readonly known?: true | undefined;
  /** Resolves when the server has decided, whichever tab has sent it: minutes or days from now, in this run of the program or never. After a restart use `hb.outcomes()`. */
  outcome(): Promise<Outcome>;
}

/** What became of an operation: exactly one per operation, kept on the device until it is acknowledged. */
export interface Outcome {
  readonly id: EntityId;
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: "applied" | "rejected";
  /** what differs from what was asked, as the time that was found instead */
  readonly output?: unknown;
  /** why it was rejected */
  readonly problem?: Problem | undefined;
  /** `restored`: decided once more because the server was restored from a backup; replaces an earlier outcome */
  readonly note?: "restored" | undefined;
  readonly lane: Lane;
  /** the device's clock when it was queued, ms since 1970 */
  readonly madeAt: number;
  readonly ref?: string | undefined;
}

/** An operation without an outcome yet. */
export interface Waiting {
  readonly id: EntityId;
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly lane: Lane;
  readonly madeAt: number;
  readonly ref?: string | undefined;
  readonly forecast: Forecast;
  readonly problem?: Problem | undefined;
}
