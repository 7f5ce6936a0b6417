import type { CallFrame, CallSignal, EntityId } from "@healthbridge/schema/client";
import type { HeardSignal } from "../realtime/heard.ts";
import {
  type CallEnd,
  type CallName,
  type CallState,
  type CallWay,
  type MicrophoneTrouble,
  MOST_TRIES,
  type Offered,
} from "./call-state.ts";

/** What happens to a call. What comes from the connection names the call it was opened for: what comes too late is passed over. */
export type CallEvent =
  | (CallName & { readonly type: "call"; readonly listen: boolean })
  | { readonly type: "answer"; readonly listen: boolean }
  | { readonly type: "decline" | "hangUp" | "dismiss" | "timeout" }
  | { readonly type: "heard"; readonly heard: HeardSignal }
  | { readonly type: "described"; readonly call: string; readonly sdp: string }
  | { readonly type: "found"; readonly call: string; readonly way: CallWay }
  | { readonly type: "connection"; readonly call: string; readonly is: "up" | "weak" | "lost" }
  | { readonly type: "trouble"; readonly call: string; readonly trouble: MicrophoneTrouble };

/** What is to be done about it, in this order. */
export type CallStep =
  | { readonly do: "say"; readonly frame: CallFrame }
  /** open the microphone (unless one only listens) and describe this end: an answer, where there is an offer */
  | {
      readonly do: "open";
      readonly call: string;
      readonly listen: boolean;
      readonly offered?: Pick<Offered, "offer" | "ways"> | undefined;
    }
  | { readonly do: "take"; readonly answer: string }
  | { readonly do: "add"; readonly way: CallWay }
  | { readonly do: "close" };

/** A state and what has to be done on the way to it. */
export type Stepped = readonly [CallState, ...CallStep[]];

const CLOSE = { do: "close" } as const;

/** What becomes of the call when something happens. Pure: time, sound and sockets are the caller's. */
// oxlint-disable-next-line typescript/consistent-return -- every case returns, which tsc and the exhaustiveness rule see to
export function stepCall(state: CallState, event: CallEvent): Stepped {
  switch (event.type) {
    case "call":
      return begin(state, event);
    case "answer":
      return answer(state, event.listen);
    case "decline":
      return state.is === "ringing"
        ? [ended(state, "over"), say(state, { bye: "declined" }, state.from)]
        : [state];
    case "hangUp":
      return hangUp(state);
    case "dismiss":
      return state.is === "ended" ? [{ is: "idle" }] : [state];
    case "timeout":
      return waited(state);
    case "heard":
      return hear(state, event.heard);
    case "described":
      return isOf(state, event) ? described(state, event.sdp) : [state];
    case "found":
      return isOf(state, event) ? found(state, event.way) : [state];
    case "connection":
      return isOf(state, event) ? connection(state, event.is) : [state];
    case "trouble":
      return isOf(state, event) ? troubled(state, event.trouble) : [state];
  }
}

function begin(state: CallState, { call, conversation, listen }: CallName & { listen: boolean }): Stepped {
  if (state.is !== "idle" && state.is !== "ended") return [state];
  return [
    { is: "opening", call, conversation },
    { do: "open", call, listen },
  ];
}

function answer(state: CallState, listen: boolean): Stepped {
  if (state.is !== "ringing") return [state];
  const { call, conversation, by, from, offer, ways } = state;
  return [
    { is: "opening", call, conversation, by, heard: { by, from, offer, ways } },
    { do: "open", call, listen, offered: { offer, ways } },
  ];
}

// oxlint-disable-next-line typescript/consistent-return -- every case returns, which tsc and the exhaustiveness rule see to
function hangUp(state: CallState): Stepped {
  switch (state.is) {
    case "idle":
    case "ended":
      return [state];
    case "opening":
      return state.heard === undefined
        ? [ended(state, "over"), CLOSE]
        : [ended(state, "over"), CLOSE, say(state, { bye: "declined" }, state.heard.from)];
    case "calling":
      return [ended(state, "over"), CLOSE, say(state, { bye: "over" })];
    case "ringing":
      return stepCall(state, { type: "decline" });
    case "connecting":
    case "talking":
      return [ended(state, "over"), CLOSE, say(state, { bye: "over" }, state.from)];
  }
}

/** Nothing was heard for as long as `patienceOf` says. */
// oxlint-disable-next-line typescript/consistent-return -- every case returns, which tsc and the exhaustiveness rule see to
function waited(state: CallState): Stepped {
  switch (state.is) {
    case "calling": {
      if (state.tries >= MOST_TRIES) return [ended(state, "unanswered"), CLOSE, say(state, { bye: "over" })];
      return [{ ...state, tries: state.tries + 1 }, say(state, { offer: state.offer })];
    }
    case "ringing":
      return [ended(state, "missed")];
    case "connecting":
    case "talking":
      return [ended(state, "lost"), CLOSE, say(state, { bye: "failed" }, state.from)];
    case "idle":
    case "opening":
    case "ended":
      return [state];
  }
}

function hear(state: CallState, heard: HeardSignal): Stepped {
  const { signal } = heard;
  if ("offer" in signal) return hearOffer(state, { ...heard, offer: signal.offer, ways: [] });
  if (!isOf(state, heard)) return [state];
  if ("answer" in signal) return hearAnswer(state, heard, signal.answer);
  if ("bye" in signal) return hearBye(state, heard, signal.bye);
  const { candidate, mid, index } = signal;
  const way = { candidate, mid, index };
  if (state.is === "ringing" && state.from === heard.from) return [{ ...state, ways: [...state.ways, way] }];
  const other = otherLine(state);
  return other === heard.from ? [state, { do: "add", way }] : [state];
}

function hearOffer(
  state: CallState,
  { call, conversation, by, from, offer, ways }: CallName & Offered,
): Stepped {
  const ring = { is: "ringing", call, conversation, by, from, offer, ways } as const;
  if (state.is === "idle") return [ring];
  if (state.call === call) return hearOfferAgain(state, ring);
  if (state.is === "ended") return [ring];
  // Both call each other: the call with the smaller name goes on, and is taken at the other end at once.
  const ours = state.is === "calling" || (state.is === "opening" && state.heard === undefined);
  if (ours && state.conversation === conversation) {
    if (state.call < call) return [state];
    const [taken, ...steps] = answer(ring, false);
    return [taken, CLOSE, ...steps];
  }
  return [state, say({ call, conversation }, { bye: "busy" }, from)];
}

/** Whoever calls goes on saying so until she hears an answer. */
function hearOfferAgain(state: Exclude<CallState, { is: "idle" }>, ring: CallName & Offered): Stepped {
  if (state.is === "ringing") return [{ ...state, offer: ring.offer }];
  if (state.is === "connecting" && state.answer !== undefined && state.from === ring.from)
    return [state, say(state, { answer: state.answer }, state.from)];
  return [state];
}

function hearAnswer(state: CallState, { by, from }: HeardSignal, text: string): Stepped {
  if (state.is === "calling") {
    const { call, conversation } = state;
    return [
      { is: "connecting", call, conversation, by, from },
      { do: "take", answer: text },
      say(state, { bye: "elsewhere" }),
    ];
  }
  // Two devices took it: the second hears that it was too late.
  if ((state.is === "connecting" || state.is === "talking") && state.from !== from)
    return [state, say(state, { bye: "busy" }, from)];
  return [state];
}

function hearBye(
  state: CallState,
  { from }: HeardSignal,
  bye: Extract<CallSignal, { bye: string }>["bye"],
): Stepped {
  if (state.is === "calling") {
    if (bye === "elsewhere") return [state];
    const why = bye === "over" ? "declined" : bye === "failed" ? "lost" : bye;
    return [ended(state, why), CLOSE, say(state, { bye: "over" })];
  }
  if (state.is === "idle" || otherLine(state) !== from) return [state];
  if (state.is === "ringing") return [ended(state, bye === "elsewhere" ? "elsewhere" : "missed")];
  // She who has the call hears that the others cease to ring, and goes on.
  if (bye === "elsewhere") return [state];
  const late = state.is === "connecting" && bye === "busy";
  return [ended(state, late ? "elsewhere" : bye === "failed" ? "lost" : "over"), CLOSE];
}

/** This end has described itself: to begin with, and once more when it knows all its ways. */
function described(state: CallState, sdp: string): Stepped {
  if (state.is === "calling") return [{ ...state, offer: sdp }];
  if (state.is !== "opening") return [state];
  const { call, conversation, heard } = state;
  if (heard === undefined)
    return [{ is: "calling", call, conversation, offer: sdp, tries: 1 }, say(state, { offer: sdp })];
  const { by, from } = heard;
  return [{ is: "connecting", call, conversation, by, from, answer: sdp }, say(state, { answer: sdp }, from)];
}

/** Before this end is described its ways stand in the description itself. */
function found(state: CallState, { candidate, mid, index }: CallWay): Stepped {
  const signal = { candidate, mid, index };
  if (state.is === "calling") return [state, say(state, signal)];
  if (state.is === "connecting" || state.is === "talking") return [state, say(state, signal, state.from)];
  return [state];
}

function connection(state: CallState, is: "up" | "weak" | "lost"): Stepped {
  if (state.is === "opening" && is === "lost") return [ended(state, "lost"), CLOSE];
  if (state.is !== "connecting" && state.is !== "talking") return [state];
  const { call, conversation, by, from } = state;
  if (is === "lost") return [ended(state, "lost"), CLOSE, say(state, { bye: "failed" }, from)];
  if (is === "weak" && state.is === "connecting") return [state];
  return [{ is: "talking", call, conversation, by, from, weak: is === "weak" }];
}

function troubled(state: CallState, trouble: MicrophoneTrouble): Stepped {
  if (state.is !== "opening") return [state];
  if (state.heard === undefined) return [{ ...ended(state, "microphone"), trouble }, CLOSE];
  const { call, conversation, heard } = state;
  return [{ is: "ringing", call, conversation, ...heard, trouble }, CLOSE];
}

function isOf(state: CallState, { call }: { readonly call: string }): boolean {
  return state.is !== "idle" && state.call === call;
}

function otherLine(state: CallState): string | undefined {
  if (state.is === "ringing" || state.is === "connecting" || state.is === "talking") return state.from;
  return state.is === "opening" ? state.heard?.from : undefined;
}

function ended({ call, conversation }: CallName, why: CallEnd): CallName & { is: "ended"; why: CallEnd } {
  return { is: "ended", call, conversation, why };
}

function say({ call, conversation }: CallName, signal: CallSignal, to?: EntityId): CallStep {
  return { do: "say", frame: { call, conversation, signal, to } };
}
