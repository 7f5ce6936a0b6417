import type { CallState, CallView } from "@healthbridge/client-sdk/calls";
import type { CallKey } from "./texts/en.ts";

const ENDS = {
  over: "callOver",
  declined: "callDeclined",
  busy: "callTheyAreBusy",
  unanswered: "callUnanswered",
  missed: "callMissed",
  elsewhere: "callElsewhere",
  lost: "callLost",
  microphone: "callNobodyCalled",
} as const satisfies Readonly<Record<Extract<CallState, { is: "ended" }>["why"], CallKey>>;

const STANDS = {
  opening: "callOpening",
  calling: "callCalling",
  ringing: "callRinging",
  connecting: "callConnecting",
} as const satisfies Readonly<Partial<Record<CallState["is"], CallKey>>>;

/** How a call stands, in words. */
export function wordsOf(state: Exclude<CallState, { readonly is: "idle" }>): CallKey {
  if (state.is === "ended") return ENDS[state.why];
  if (state.is === "talking") return state.weak ? "callWeak" : "callTalking";
  return STANDS[state.is];
}

/** What is not as it should be, and what to do about it: a missing microphone, no way to each other, nobody there. */
export function helpOf({ state, relay, noCamera }: CallView): CallKey | undefined {
  if ((state.is === "ringing" || state.is === "ended") && state.trouble !== undefined)
    return state.trouble === "denied" ? "helpDenied" : "helpMissing";
  if (state.is === "connecting" && relay === false) return "helpNoRelay";
  if (state.is === "talking" && noCamera) return "helpNoCamera";
  if (state.is !== "ended") return undefined;
  if (state.why === "lost") return "helpLost";
  return state.why === "unanswered" || state.why === "declined" || state.why === "busy"
    ? "helpWrite"
    : undefined;
}
