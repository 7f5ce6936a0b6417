import type { EntityId, Message } from "@healthbridge/schema/client";

/**
 * The lines a device holds, by conversation, each in the order of their numbers. They are looked through once for all that asks in one turn, in which nothing can
 * change: a list of five hundred conversations would else go through every line five hundred times.
 */
export class HeldLines {
  readonly #all: () => readonly Message[];
  #found: ReadonlyMap<EntityId, readonly Message[]> | undefined;

  /** @param all reads every line the device holds */
  constructor(all: () => readonly Message[]) {
    this.#all = all;
  }

  of(conversation: EntityId): readonly Message[] {
    this.#found ??= this.#look();
    return this.#found.get(conversation) ?? [];
  }

  #look(): ReadonlyMap<EntityId, readonly Message[]> {
    const found = new Map<EntityId, Message[]>();
    for (const each of this.#all()) {
      const lines = found.get(each.conversation) ?? [];
      found.set(each.conversation, lines);
      lines.push(each);
    }
    for (const lines of found.values()) lines.sort((left, right) => left.number - right.number);
    queueMicrotask(() => {
      this.#found = undefined;
    });
    return found;
  }
}
