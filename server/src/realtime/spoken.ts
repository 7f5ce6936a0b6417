import type { CallFrame, PresenceFrame, TypingFrame } from "@healthbridge/schema";
import type { Clock } from "../adapters/clock.ts";
import { httpProblem } from "../http/problem.ts";
import { Allowance } from "./allowance.ts";
import type { CallEnd, Calls } from "./calls.ts";
import { CONNECTION } from "./limits.ts";
import type { WhisperEnd, Whispers } from "./whispers.ts";

/** Frames that are passed on to other participants of a conversation. */
export type SpokenFrame = TypingFrame | PresenceFrame | CallFrame;

export interface SpokenParts {
  readonly whispers: Whispers;
  readonly calls: Calls;
  readonly clock: Clock;
}

/** What a line says to the other participants of conversations, at a rate of its own. */
export class Spoken {
  readonly #parts: SpokenParts;
  readonly #end: WhisperEnd & CallEnd;
  readonly #whispers: Allowance;
  readonly #signals: Allowance;

  constructor(parts: SpokenParts, end: WhisperEnd & CallEnd) {
    const now = parts.clock.monotonic();
    this.#parts = parts;
    this.#end = end;
    this.#whispers = new Allowance(CONNECTION.whispers, now);
    this.#signals = new Allowance(CONNECTION.callSignals, now);
  }

  /** @throws HttpProblem `not_found`, `rate_limited` */
  async say(frame: SpokenFrame): Promise<void> {
    const { whispers, calls, clock } = this.#parts;
    const now = clock.monotonic();
    if ("call" in frame) {
      if (!this.#signals.take(now)) throw httpProblem("rate_limited", "call");
      return calls.signal(this.#end, frame);
    }
    // Of too many the last are not missed.
    if (!this.#whispers.take(now)) return undefined;
    if ("typing" in frame) return whispers.typing(this.#end, frame.typing);
    if (frame.away === true) return whispers.go(this.#end, frame.presence);
    return whispers.come(this.#end, frame.presence);
  }
}
