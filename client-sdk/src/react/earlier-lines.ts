import type { EntityId } from "@healthbridge/schema/client";
import type { Chat } from "../chat/chat.ts";
import { newestGap, type ShownMessage } from "../chat/shown-message.ts";
import { HealthBridgeError } from "../errors.ts";
import { type Observable, Value } from "../observable.ts";
import { hasGap, withEarlier } from "./conversation-lines.ts";

/** Lines that were read at the server, and how the reading stands. */
export interface EarlierRead {
  readonly lines: readonly ShownMessage[];
  readonly reading: boolean;
  /** why the last reading failed */
  readonly problem: HealthBridgeError["code"] | undefined;
  /** number of the line before which the server has none, whatever the numbers say */
  readonly first: number | undefined;
}

const NOTHING: EarlierRead = { lines: [], reading: false, problem: undefined, first: undefined };

/** Pages backwards through one conversation. What it has read is kept for as long as it is itself, and on no disk. */
export class EarlierLines {
  readonly #chat: Chat | undefined;
  readonly #conversation: EntityId;
  readonly #state = new Value(NOTHING);
  #underWay: Promise<void> | undefined;

  constructor(chat: Chat | undefined, conversation: EntityId) {
    this.#chat = chat;
    this.#conversation = conversation;
  }

  get state(): Observable<EarlierRead> {
    return this.#state;
  }

  /** Reads the lines before the newest gap; while that is going on it is the same reading. Never rejects: the state says why it failed. */
  readonly read = (): Promise<void> => {
    this.#underWay ??= this.#readPage().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  };

  async #readPage(): Promise<void> {
    const chat = this.#chat;
    const lines = withEarlier(chat?.messages(this.#conversation) ?? [], this.#state.get().lines);
    const before = newestGap(lines);
    if (chat === undefined || before === undefined || !hasGap(lines)) return;
    this.#note({ reading: true, problem: undefined });
    try {
      const page = await chat.earlier(this.#conversation, { before });
      const known = new Set(page.map(({ id }) => id));
      const rest = this.#state.get().lines.filter(({ id }) => !known.has(id));
      this.#note({ reading: false, lines: [...page, ...rest], ...(page.length === 0 && { first: before }) });
    } catch (error) {
      this.#note({ reading: false, problem: error instanceof HealthBridgeError ? error.code : "internal" });
    }
  }

  #note(change: Partial<EarlierRead>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}
