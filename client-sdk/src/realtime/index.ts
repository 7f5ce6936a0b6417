/**
 * A socket beside HTTP: what is new comes by itself, and a sync costs a few bytes. An addition to the SDK, which an app fetches only where it imports it.
 *
 * @packageDocumentation
 */
import { Line, type LineOptions } from "./line.ts";

export type { LineSocket, OpenSocket } from "../adapters/platform-socket.ts";
export type { HeardSignal, Whisper } from "./heard.ts";
export type { Line, LineOptions, LineState } from "./line.ts";

/** Opens a line; see `Line`. */
export function openLine(options: LineOptions): Line {
  return new Line(options);
}
