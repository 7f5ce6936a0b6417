import type { Line } from "@healthbridge/client-sdk/realtime";
import type { EntityId } from "@healthbridge/schema";

/** What is needed of a line to know who else is there. */
export type TalkLine = Pick<Line, "typing" | "present" | "onWhisper" | "state">;

/** ms after which somebody of whom nothing more is heard types no longer. */
const TYPING_MS = 5_000;
/** ms between two words that one types. */
const SAY_MS = 2_000;

/** Who else looks at the conversation that is open, and whether somebody types there. Nothing of it is kept, and where there is no line nothing is known. */
export class Company implements Disposable {
  readonly #line: TalkLine;
  readonly #changed: () => void;
  readonly #stops: ReadonlyArray<() => void>;
  readonly #here = new Set<EntityId>();
  #conversation: EntityId | undefined;
  #typing: NodeJS.Timeout | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;

  /** @param changed told when `words` says something else */
  constructor(line: TalkLine, changed: () => void) {
    this.#line = line;
    this.#changed = changed;
    this.#stops = [
      line.onWhisper(({ conversation, by, does }) => {
        if (conversation === this.#conversation) this.#hear(by, does);
      }),
      line.state.subscribe((state) => {
        // A new line knows nothing of what the last one said or heard.
        this.#forget();
        if (state === "live" && this.#conversation !== undefined) line.present(this.#conversation);
        changed();
      }),
    ];
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
    this.look(undefined);
  }

  /** The one here looks at a conversation from now on; `undefined`: at none. */
  look(conversation: EntityId | undefined): void {
    if (conversation === this.#conversation) return;
    if (this.#conversation !== undefined) this.#line.present(this.#conversation, false);
    this.#forget();
    this.#conversation = conversation;
    if (conversation !== undefined) this.#line.present(conversation);
  }

  /** The one here types. */
  types(): void {
    const now = performance.now();
    if (this.#conversation === undefined || now - this.#saidAt < SAY_MS) return;
    this.#saidAt = now;
    this.#line.typing(this.#conversation);
  }

  /** `somebody is typing …`, or who is there; empty where nobody is. */
  words(): string {
    if (this.#typing !== undefined) return "somebody is typing …";
    return this.#here.size === 0 ? "" : "somebody else is here";
  }

  #hear(by: EntityId, does: "typing" | "here" | "away"): void {
    if (does === "away") this.#here.delete(by);
    else this.#here.add(by);
    clearTimeout(this.#typing);
    this.#typing = undefined;
    if (does === "typing")
      this.#typing = setTimeout(() => {
        this.#typing = undefined;
        this.#changed();
      }, TYPING_MS).unref();
    this.#changed();
  }

  #forget(): void {
    this.#here.clear();
    clearTimeout(this.#typing);
    this.#typing = undefined;
  }
}
