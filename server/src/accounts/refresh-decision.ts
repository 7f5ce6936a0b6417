/** A session as refreshing looks at it. */
export interface SessionState {
  readonly generation: number;
  /** digests */
  readonly currentHash: string;
  readonly previousHash: string | null;
  readonly nonceHash: string;
  /** ms since 1970 */
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly endedWhy: string | null;
}

/** What a device presents, as digests. */
export interface Presented {
  readonly tokenHash: string;
  readonly nonceHash: string;
  /** the token is one of ours, whatever its generation */
  readonly genuine: boolean;
  readonly generation: number;
}

export type RefreshDecision =
  /** the newest token, for the first time: make its successor */
  | "advance"
  /** the same request again: its answer was lost, the same successor once more */
  | "repeat"
  /** a token whose successor was used, or asked for by somebody else: end the family */
  | "theft"
  /** ended before */
  | "ended"
  | "ended_by_theft"
  /** not used for too long, or too old */
  | "expired"
  | "unknown";

/** Why a family was ended by {@link decideRefresh}. */
export const THEFT = "theft";

/**
 * Decides a refresh. There is no window of time in which an old token still works: what makes a repeated request harmless
 * is that it carries the same nonce, however late it comes, until the successor was used.
 */
export function decideRefresh(
  session: SessionState,
  presented: Presented,
  now: number,
  idleMs: number,
): RefreshDecision {
  const isCurrent = presented.tokenHash === session.currentHash;
  const isPrevious = presented.tokenHash === session.previousHash;
  if (!isCurrent && !isPrevious && !presented.genuine) return "unknown";
  if (session.endedWhy !== null) return session.endedWhy === THEFT ? "ended_by_theft" : "ended";
  if (now >= session.expiresAt || now >= session.usedAt + idleMs) return "expired";
  // One of ours that is newer than anything known here: the database was put back from a backup, and nobody stole anything.
  const isFromBeforeRestore = presented.genuine && presented.generation > session.generation;
  if (isCurrent || isFromBeforeRestore) return "advance";
  return isPrevious && presented.nonceHash === session.nonceHash ? "repeat" : "theft";
}
