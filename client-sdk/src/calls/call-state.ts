import type { EntityId } from "@healthbridge/schema/client";

/** One call: its name, and the conversation whose participants speak. */
export interface CallName {
  readonly call: string;
  readonly conversation: EntityId;
}

/** Why a microphone cannot be had: there is none (or something else uses it), or this page may not use it. */
export type MicrophoneTrouble = "missing" | "denied";

/**
 * Why a call is over.
 * - `over`: one of the two hung up
 * - `declined`, `busy`: the other side said so
 * - `unanswered`: it rang for a minute and nobody took it
 * - `missed`: it rang here, and whoever called is gone
 * - `elsewhere`: another device of the same people has taken it
 * - `lost`: no way was found between the two, or it broke
 * - `microphone`: there was none, and nobody was called
 */
export type CallEnd =
  | "over"
  | "declined"
  | "busy"
  | "unanswered"
  | "missed"
  | "elsewhere"
  | "lost"
  | "microphone";

/** A way by which one end of a call can be reached. */
export interface CallWay {
  readonly candidate: string;
  readonly mid?: string | undefined;
  readonly index?: number | undefined;
}

/** How things stand with the one call a device can have. */
export type CallState =
  | { readonly is: "idle" }
  /** the microphone is being opened, for a call that begins here (`out`) or that was taken here (`in`) */
  | (CallName & { readonly is: "opening"; readonly by?: EntityId | undefined; readonly heard?: Offered })
  /** it rings at the others */
  | (CallName & { readonly is: "calling"; readonly offer: string; readonly tries: number })
  /** it rings here; `trouble`: it was taken, and there is no microphone */
  | (CallName & Offered & { readonly is: "ringing"; readonly trouble?: MicrophoneTrouble | undefined })
  /** it was taken, and the two ends look for a way to each other; `answer`: what this end said, where it was called */
  | (CallName & Taken & { readonly is: "connecting"; readonly answer?: string | undefined })
  /** they hear each other; `weak`: not at this moment */
  | (CallName & Taken & { readonly is: "talking"; readonly weak: boolean })
  /** it is over; shown until it is dismissed, or another call comes */
  | (CallName & {
      readonly is: "ended";
      readonly why: CallEnd;
      readonly trouble?: MicrophoneTrouble | undefined;
    });

/** What was heard of a call that rings. */
export interface Offered {
  /** the account that calls, its line, and the session it offers */
  readonly by: EntityId;
  readonly from: string;
  readonly offer: string;
  /** ways of its that came before the call was taken */
  readonly ways: readonly CallWay[];
}

/** Who is at the other end. */
export interface Taken {
  readonly by: EntityId;
  /** her line */
  readonly from: string;
}

/** Times after which something happens where nobody says anything. */
const PATIENCE_MS = {
  /** between two offers */
  calling: 4_000,
  /** whoever calls says so every few seconds: after three that did not come she is gone */
  ringing: 13_000,
  connecting: 30_000,
  /** an end that is silent for so long is gone */
  weak: 30_000,
} as const;

/** How often a call is offered: for a minute. */
export const MOST_TRIES = 15;

/** After how many ms without any news the call goes on by itself (`timeout`); `undefined`: it waits for somebody. */
export function patienceOf(state: CallState): number | undefined {
  if (state.is === "talking") return state.weak ? PATIENCE_MS.weak : undefined;
  if (state.is === "calling" || state.is === "ringing" || state.is === "connecting")
    return PATIENCE_MS[state.is];
  return undefined;
}
