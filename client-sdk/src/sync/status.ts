import type { Account } from "@healthbridge/schema/client";
import type { HealthBridgeError } from "../errors.ts";
import type { Lane } from "../outbox/operation.ts";

/**
 * - `online`: the last exchange with the server succeeded and nothing is going on
 * - `sending`: an exchange is going on
 * - `offline`: the last exchange failed, or none was tried yet
 * - `needs-sign-in`: the server wants a sign-in; everything queued is kept
 * - `upgrade-needed`: the server speaks newer versions only; everything queued is kept
 */
export type SyncState = "online" | "sending" | "offline" | "needs-sign-in" | "upgrade-needed";

/** Why an exchange failed. */
export interface SyncProblem {
  readonly code: HealthBridgeError["code"];
  readonly detail?: string | undefined;
  /** ms after which the server wants to be asked again */
  readonly retryAfter?: number | undefined;
}

/** How things stand between this device and the server. */
export interface SyncStatus {
  readonly state: SyncState;
  /** syncs by itself (`start`, `autoSync`) */
  readonly started: boolean;
  /** who is signed in on this device; stays while the server wants a new sign-in */
  readonly account: Account | undefined;
  /** operations without an outcome, per lane and in all */
  readonly waiting: Readonly<Record<Lane | "total", number>>;
  /** ms since 1970 by the device's clock */
  readonly lastSuccess: number | undefined;
  readonly lastProblem: (SyncProblem & { readonly at: number }) | undefined;
  /** bytes of bodies sent since `open`, as sent */
  readonly bytesSent: number;
  /** bytes of bodies received since `open`, as the platform shows them (decompressed in browsers) */
  readonly bytesReceived: number;
  /** when the next attempt is due, ms since 1970 by the device's clock */
  readonly nextAttempt: number | undefined;
  /** ms by which the server's clock was ahead of this device's when they last met (kept over restarts); below 0 where this device's is fast, 0 until they have met */
  readonly ahead: number;
}

/** What is counted while an instance is open. */
export interface Counters {
  applied: number;
  rejected: number;
  pulled: number;
  bytesSent: number;
  bytesReceived: number;
}

/** What one `sync()` came to. */
export interface SyncReport {
  /** everything queued has an outcome and, unless asked otherwise, everything new was pulled */
  readonly done: boolean;
  /** operations that got their outcome */
  readonly applied: number;
  readonly rejected: number;
  /** operations that still wait */
  readonly waiting: number;
  /** entities that changed on this device */
  readonly pulled: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** why it ended early */
  readonly problem?: SyncProblem | undefined;
}

/** How a `sync()` is run. */
export interface SyncOptions {
  /** ends waiting, not the work: what was sent stays sent */
  readonly signal?: AbortSignal | undefined;
  /**
   * bytes of changes one answer may hold, from 1 to 524,288; 0 with `until: "settled"`: nothing is pulled. Anything else counts as left out. Default: the server's, less
   * on slow lines. Where several wait for a sync, the smallest holds
   */
  readonly budget?: number | undefined;
  /** `settled`: stop once every queued operation has its outcome; `current` (default): and everything new was pulled */
  readonly until?: "settled" | "current" | undefined;
  /** ms to go on trying, with growing pauses, while the server cannot be reached; default 0: stop at the first failure */
  readonly tryFor?: number | undefined;
}

/**
 * The status in a few plain words for a screen.
 * @example describeStatus(hb.status.get()) // "12 waiting to be sent"
 */
export function describeStatus({ state, waiting: { total } }: SyncStatus): string {
  if (state === "sending") return total === 0 ? "Looking for news" : `Sending, ${total} to go`;
  const ending = ENDINGS[state];
  if (total > 0)
    return ending === "" ? `${total} waiting to be sent` : `${total} waiting to be sent; ${ending}`;
  return state === "online" ? "Everything is sent" : `Nothing waiting; ${ending}`;
}

const ENDINGS = {
  online: "",
  offline: "no connection",
  "needs-sign-in": "please sign in",
  "upgrade-needed": "please update the app",
} as const;
