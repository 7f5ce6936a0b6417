import type { Store } from "@healthbridge/client-sdk";
import type { EntityId } from "@healthbridge/schema/client";

/** What somebody has begun to write in a conversation, and has not sent. */
export interface Draft {
  readonly text: string;
  readonly urgent: boolean;
}

/** Nothing is begun. */
export const BLANK: Draft = { text: "", urgent: false };

/** So long nothing more is typed before what was begun is kept. */
const PAUSE_MS = 700;
/** Whose row it is stands behind the colon: a sealed store hides that. */
const PREFIX = "draft:";

/**
 * What was begun to be written, by conversation. It is kept in a store of its own under her key, like everything else of hers: when the desk has locked it is there again, and for
 * her alone.
 */
export class Drafts {
  readonly #store: Store;
  readonly #drafts: Map<EntityId, Draft>;
  /** what is not kept yet as it is */
  readonly #changed = new Set<EntityId>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, drafts: Map<EntityId, Draft>) {
    this.#store = store;
    this.#drafts = drafts;
  }

  static async open(store: Store): Promise<Drafts> {
    const nothing: ReadonlyArray<readonly [string, unknown]> = [];
    const rows = await store
      .transaction("read", (tx) => tx.list("meta", { prefix: PREFIX }))
      .catch(() => nothing); // damaged, or no room: that keeps nobody from her desk
    const drafts = rows.map(([key, row]) => [key.slice(PREFIX.length), asDraft(row)] as const);
    return new Drafts(store, new Map(drafts));
  }

  of(conversation: EntityId): Draft {
    return this.#drafts.get(conversation) ?? BLANK;
  }

  /** Notes how far somebody is. What was sent is forgotten at once, not after a pause. */
  note(conversation: EntityId, draft: Draft): void {
    this.#drafts.set(conversation, draft);
    this.#changed.add(conversation);
    clearTimeout(this.#timer);
    if (draft.text === "") void this.#keep();
    else this.#timer = setTimeout(() => void this.#keep(), PAUSE_MS);
  }

  /** Everything noted is kept, as far as it could be. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#keep();
    await this.#store.close();
  }

  #keep(): Promise<unknown> {
    const rows = [...this.#changed].map((id) => [`${PREFIX}${id}`, this.of(id)] as const);
    this.#changed.clear();
    if (rows.length > 0)
      this.#keeping = this.#keeping
        .then(() =>
          this.#store.transaction("write", async (tx) => {
            for (const [key, draft] of rows)
              await (draft.text === "" ? tx.delete("meta", key) : tx.put("meta", key, draft));
          }),
        )
        .catch(() => undefined); // no room, or locked in another window a moment ago: noted again with the next letter
    return this.#keeping;
  }
}

/** Written by this app alone. */
function asDraft(row: unknown): Draft {
  if (typeof row !== "object" || row === null || !("text" in row) || typeof row.text !== "string")
    return BLANK;
  return { text: row.text, urgent: "urgent" in row && row.urgent === true };
}
