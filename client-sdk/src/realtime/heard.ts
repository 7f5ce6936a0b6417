import type { ServerFrame } from "@healthbridge/schema/client";
import { tell } from "../tell.ts";

/** What another participant of a conversation does that is not kept. */
export interface Whisper {
  readonly conversation: string;
  /** her account */
  readonly by: string;
  /** `typing`; `here`: looks at the conversation; `away`: does so no longer */
  readonly does: "typing" | "here" | "away";
}

/** What another end of a call says. Whoever answers names its line: `to: heard.from`. */
export type HeardSignal = Extract<ServerFrame, { readonly call: string }>;

/** Who listens to what is said by others and not kept. */
export class Heard {
  readonly #whispers = new Set<(whisper: Whisper) => void>();
  readonly #signals = new Set<(heard: HeardSignal) => void>();

  onWhisper(listener: (whisper: Whisper) => void): () => void {
    return added(this.#whispers, listener);
  }

  onSignal(listener: (heard: HeardSignal) => void): () => void {
    return added(this.#signals, listener);
  }

  tell(frame: Readonly<Record<string, unknown>>): void {
    if (isSignal(frame)) return tell(this.#signals, frame);
    const { typing, presence, by, away } = frame;
    const conversation = typing ?? presence;
    if (typeof conversation !== "string" || typeof by !== "string") return;
    const does = typing === undefined ? (away === true ? "away" : "here") : "typing";
    tell(this.#whispers, { conversation, by, does });
  }
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function isSignal(frame: object): frame is HeardSignal {
  return "call" in frame && "from" in frame && "signal" in frame;
}
