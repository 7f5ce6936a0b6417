/**
 * Voice and video calls between the participants of a conversation: an addition to the SDK, over a line (`@healthbridge/client-sdk/realtime`). Sound and pictures go from device to
 * device; what the two ends tell each other until then the server passes on.
 *
 * @packageDocumentation
 */
import { type OpenCallMedia, platformCallMedia } from "../adapters/call-media.ts";
import type { Line } from "../realtime/line.ts";
import { Calls } from "./calls.ts";

export type { CallConnection, CallListener, CallSetting, OpenCallMedia } from "../adapters/call-media.ts";
export { NoMicrophone } from "../adapters/call-media.ts";
export type { Calls, CallView } from "./calls.ts";
export type { CallEnd, CallName, CallState, MicrophoneTrouble } from "./call-state.ts";

/**
 * Listens for calls, and makes them; see `Calls`.
 * @returns `undefined` where the platform has no calls (no `RTCPeerConnection`) and none are given
 */
export function openCalls({
  line,
  openMedia = platformCallMedia(),
}: {
  readonly line: Pick<Line, "onSignal" | "relays" | "runtime" | "signal">;
  /** how an end is opened; default: the browser's microphone, camera and WebRTC */
  readonly openMedia?: OpenCallMedia | undefined;
}): Calls | undefined {
  return openMedia && new Calls({ line, openMedia });
}
