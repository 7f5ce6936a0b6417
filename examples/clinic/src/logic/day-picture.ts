import type { Outcome, SyncStatus, Waiting } from "@healthbridge/client-sdk";

/** The picture at the end of a day: what of a worker's doing was sent and what was not, and why. */

export type Fate =
  /** the server has done it as it was asked */
  | "done"
  /** done, but otherwise than asked: somebody has to be told */
  | "otherwise"
  | "refused"
  /** not sent yet, and certain all the same */
  | "certain"
  | "waiting";

export const FATES: readonly Fate[] = ["done", "otherwise", "refused", "certain", "waiting"];

export type Counts = Readonly<Record<Fate, number>>;

/** A bar of the picture. Of other workers of the device only is known how many wait. */
export interface WorkerBar {
  readonly name: string;
  readonly own: boolean;
  readonly counts: Counts;
  readonly total: number;
}

/** Somebody else who works on this device; her queue is sealed. */
export interface OtherWorker {
  readonly name: string;
  readonly waiting: number;
}

/** Why something is not sent. */
export type Why = "noNetwork" | "signIn" | "upgrade" | "underWay" | "notYet" | "willBeRefused";

export interface Unsent {
  readonly operation: Waiting;
  readonly why: Why;
  /** booked, whenever it is sent */
  readonly certain: boolean;
}

export interface DayPicture {
  readonly bars: readonly WorkerBar[];
  /** operations of the largest bar */
  readonly most: number;
  readonly refused: readonly Outcome[];
  readonly otherwise: readonly Outcome[];
  readonly unsent: readonly Unsent[];
  readonly done: readonly Outcome[];
}

/** What a device does of itself is no worker's work. */
const OWN_ACCORD: ReadonlySet<string> = new Set([
  "conversation.markDelivered",
  "conversation.markRead",
  "lease.giveBack",
]);

/** Whether nobody asked for it. */
export function isOwnAccord({ type }: { readonly type: string }): boolean {
  return OWN_ACCORD.has(type);
}

/** The picture of what is on this device. */
export function dayPicture(
  name: string,
  outcomes: readonly Outcome[],
  waiting: readonly Waiting[],
  others: readonly OtherWorker[],
  state: SyncStatus["state"],
): DayPicture {
  const settled = Map.groupBy(
    outcomes.filter((each) => !isOwnAccord(each)),
    fateOf,
  );
  const unsent = unsentOf(waiting, state);
  const counts = {
    done: settled.get("done")?.length ?? 0,
    otherwise: settled.get("otherwise")?.length ?? 0,
    refused: settled.get("refused")?.length ?? 0,
    certain: unsent.filter(({ certain }) => certain).length,
    waiting: unsent.filter(({ certain }) => !certain).length,
  };
  const bars = [barOf(name, true, counts), ...others.map((other) => otherBar(other))];
  return {
    bars,
    most: Math.max(1, ...bars.map(({ total }) => total)),
    refused: settled.get("refused") ?? [],
    otherwise: settled.get("otherwise") ?? [],
    done: settled.get("done") ?? [],
    unsent,
  };
}

function otherBar({ name, waiting }: OtherWorker): WorkerBar {
  return barOf(name, false, { done: 0, otherwise: 0, refused: 0, certain: 0, waiting });
}

function barOf(name: string, own: boolean, counts: Counts): WorkerBar {
  return { name, own, counts, total: FATES.reduce((sum, fate) => sum + counts[fate], 0) };
}

/** What became of an operation: done otherwise where another time came of it than was asked for, a place on the list, or something the clinic has yet to confirm. */
export function fateOf({ status, output, type }: Outcome): "done" | "otherwise" | "refused" {
  if (status === "rejected") return "refused";
  if (typeof output !== "object" || output === null || !PLACED.has(type)) return "done";
  const differs = ("wish" in output && output.wish !== 0) || "status" in output || hasMissed(output);
  return differs ? "otherwise" : "done";
}

const PLACED: ReadonlySet<string> = new Set(["appointment.book", "appointment.reschedule"]);

function hasMissed(output: object): boolean {
  return "missed" in output && Array.isArray(output.missed) && output.missed.length > 0;
}

/** A booking that was cancelled here since is certain no longer: both are sent, and nobody has the time. */
function unsentOf(waiting: readonly Waiting[], state: SyncStatus["state"]): readonly Unsent[] {
  const cancelled = new Set(
    waiting
      .filter(({ type, forecast }) => type === "appointment.cancel" && forecast !== "rejected")
      .map(({ input }) => input["appointment"]),
  );
  return waiting
    .filter((each) => !isOwnAccord(each))
    .map((operation) => ({
      operation,
      why: whyOf(operation, state),
      certain: operation.forecast === "confirmed" && !cancelled.has(operation.id),
    }));
}

function whyOf({ forecast }: Waiting, state: SyncStatus["state"]): Why {
  if (forecast === "rejected") return "willBeRefused";
  return REASONS[state];
}

const REASONS: Readonly<Record<SyncStatus["state"], Why>> = {
  online: "notYet",
  sending: "underWay",
  offline: "noNetwork",
  "needs-sign-in": "signIn",
  "upgrade-needed": "upgrade",
};
