import type { ForeignAnswer, GarbageForm } from "./http-answers.ts";
import type { Ending } from "./line.ts";

/** What may happen to one request. Bytes are counted from the first of the message's head. */
export type HttpFault =
  | ForeignAnswer
  /**
   * Cut after exactly so many bytes of that message went by, or after its last if it is shorter; both sides.
   * What a request cut leaves out never reaches the server; before a response cut the server has got it all.
   */
  | {
      readonly kind: "cut";
      readonly direction: "request" | "response";
      readonly afterBytes: number;
      readonly how?: Ending;
    }
  /** The same at a share of the whole message: 0 is before its first byte, 1 after its last. */
  | {
      readonly kind: "cut-at-share";
      readonly direction: "request" | "response";
      readonly share: number;
      readonly how?: Ending;
    }
  /** Later to the server, or (`response`) later back from it. */
  | { readonly kind: "delay"; readonly ms: number; readonly direction?: "request" | "response" }
  /** Sent to the server twice, on two connections, at once or so much later; the copy's answer is dropped. */
  | { readonly kind: "duplicate"; readonly afterMs?: number }
  /** Held back until a request that came later on another connection has been answered, at most so long. */
  | { readonly kind: "reorder"; readonly atMostMs?: number }
  /** Both directions no faster than that. */
  | { readonly kind: "throttle"; readonly bytesPerSecond: number }
  /** Taken from the client and never heard of again, until `lift` or until the client gives up. */
  | { readonly kind: "blackhole" }
  /** The server has got it and answers; the answer is lost, the server's side closed, the client's stays open in silence. */
  | { readonly kind: "half-open" }
  /** The port is closed that long: everybody is reset, whoever comes is refused. */
  | { readonly kind: "refuse"; readonly ms: number }
  /** The answer arrives whole, and cannot be read. */
  | { readonly kind: "garbage"; readonly form: GarbageForm };

/** What a plan is asked about, when a request's head is there. */
export interface HttpRequest {
  /** from 1, over all connections, in the order of arrival */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** of the whole request, head included, as far as its head tells (a chunked body is not counted) */
  readonly bytes: number;
  readonly headers: ReadonlyMap<string, string>;
}
