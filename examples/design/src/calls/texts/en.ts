import type { Catalogue } from "../../shell/speech.ts";

/** What is said around a call, in English. */
export const en = {
  callClose: "Close",
  call: "Call",
  callNoSupport: "This browser cannot call",
  callNoLine: "No live line to the server in this window: calling is not possible here now",
  callBusy: "There is a call already",
  callWith: "Call with {name}",
  callOpening: "Opening the microphone",
  callCalling: "Calling: it rings where they are online",
  callRinging: "is calling you",
  callConnecting: "Connecting",
  callTalking: "You are talking",
  callWeak: "The connection is weak: trying",
  callOver: "The call is over",
  callDeclined: "They cannot talk now",
  callTheyAreBusy: "They are in another call",
  callUnanswered: "Nobody answered",
  callMissed: "A missed call",
  callElsewhere: "Taken on another device",
  callLost: "The connection was lost",
  callNobodyCalled: "Nobody was called",
  callAnswer: "Answer",
  callDecline: "Decline",
  callListen: "Only listen",
  callHangUp: "Hang up",
  callMute: "Mute",
  callUnmute: "Speak again",
  callShow: "Show your picture",
  callHide: "Hide your picture",
  theirPicture: "Picture of {name}",
  ownPicture: "Your own picture",
  helpDenied:
    "This page may not use the microphone. Allow it in the browser, or only listen: then they do not hear you.",
  helpMissing:
    "There is no microphone here, or something else uses it. You can only listen: then they do not hear you.",
  helpNoRelay:
    "This server has no relay (TURN): between two mobile networks about one call in five finds no way.",
  helpNoCamera: "The camera could not be opened.",
  helpLost:
    "No way was found between the two devices, or it broke. Try again, or write: a message waits until they are there.",
  helpWrite: "Write a message instead: it waits until they are there.",
} as const satisfies Catalogue;

export type CallKey = keyof typeof en;
