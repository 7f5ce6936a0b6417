import type { Store, StoreTransaction } from "@healthbridge/client-sdk";
import type { EntityId } from "@healthbridge/schema/client";
import { keptPhoto, photoIn } from "./photo-bytes.ts";

/** What somebody has begun to write in a conversation, and has not sent. */
export interface Draft {
  readonly text: string;
  readonly urgent: boolean;
  readonly photos: readonly ChosenPhoto[];
}

/** A photo that is to go with it. */
export interface ChosenPhoto {
  readonly id: string;
  /** of its file */
  readonly name: string;
}

/** Nothing is begun. */
export const BLANK: Draft = { text: "", urgent: false, photos: [] };

/** What is left of a draft when one as it was earlier has been sent: what was written behind it and chosen beside it since. What was written anew meanwhile stays whole. */
export function withoutSent({ text, urgent, photos }: Draft, sent: Draft): Draft {
  return {
    text: text.startsWith(sent.text) ? text.slice(sent.text.length).trimStart() : text,
    urgent: urgent && !sent.urgent,
    photos: photos.filter(({ id }) => sent.photos.every((photo) => photo.id !== id)),
  };
}

/** So long nothing more is typed before what was begun is kept. */
const PAUSE_MS = 700;
/** Whose row it is stands behind the colon: a sealed store hides that. */
const PREFIX = "draft:";

/**
 * What was begun to be written, by conversation. It is kept in a store of its own under her key, like everything else of hers: when the desk has locked it is there again, and for
 * her alone. All windows of a browser have the same: what is written or chosen in one appears in the others, and what was written last stands.
 */
export class Drafts {
  readonly #store: Store;
  readonly #drafts: Map<EntityId, Draft>;
  /** what is not kept yet as it is */
  readonly #changed = new Set<EntityId>();
  /** photos that go with nothing any more */
  readonly #gone = new Set<string>();
  readonly #watchers = new Map<EntityId, Set<(draft: Draft) => void>>();
  readonly #otherWindows: BroadcastChannel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, drafts: Map<EntityId, Draft>) {
    this.#store = store;
    this.#drafts = drafts;
    // Where a browser has no channels, what another window wrote is seen when the conversation is opened anew.
    if (typeof BroadcastChannel === "undefined") return;
    // Only which conversation it is goes by it: what was written is read under her key.
    this.#otherWindows = new BroadcastChannel(`drafts:${String(store.name)}`);
    this.#otherWindows.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") void this.#lookAgain(data);
    });
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

  /** Calls the listener now and whenever the draft is another, whichever window wrote it; returns how to stop. */
  watch(conversation: EntityId, listener: (draft: Draft) => void): () => void {
    const watchers = this.#watchers.get(conversation) ?? new Set();
    this.#watchers.set(conversation, watchers.add(listener));
    listener(this.of(conversation));
    void this.#lookAgain(conversation);
    return () => {
      watchers.delete(listener);
    };
  }

  /** Forgets what was sent, at once; what was written or chosen while it was on its way stays. */
  sent(conversation: EntityId, sent: Draft): void {
    this.note(conversation, withoutSent(this.of(conversation), sent));
    clearTimeout(this.#timer);
    void this.#keep();
  }

  /** Notes how far somebody is: kept after a pause, unless nothing is left. */
  note(conversation: EntityId, draft: Draft): void {
    for (const { id } of this.of(conversation).photos)
      if (draft.photos.every((photo) => photo.id !== id)) this.#gone.add(id);
    this.#changed.add(conversation);
    this.#show(conversation, draft);
    clearTimeout(this.#timer);
    if (draft.text === "") void this.#keep();
    else this.#timer = setTimeout(() => void this.#keep(), PAUSE_MS);
  }

  /**
   * Has a photo go with what is written. It is kept, sealed as the words are, when this resolves.
   * @throws StoreError and it is not chosen: `store_full`, `store_locked` and the store's other codes
   */
  async choose(conversation: EntityId, photo: File): Promise<void> {
    const chosen = { id: crypto.randomUUID(), name: photo.name };
    const kept = await keptPhoto(photo);
    await this.#inTurn(async () => {
      const withPhoto = (): Draft => {
        const draft = this.of(conversation);
        return { ...draft, photos: [...draft.photos, chosen] };
      };
      await this.#store.transaction("write", async (tx) => {
        await tx.put("entity", photoKey(chosen.id), kept);
        await putDraft(tx, conversation, withPhoto());
      });
      // She may have typed on meanwhile.
      this.#show(conversation, withPhoto());
      this.#otherWindows?.postMessage(conversation);
    });
  }

  /**
   * A photo that was chosen; `undefined` where it is there no longer.
   * @throws StoreError
   */
  async photo(id: string): Promise<Blob | undefined> {
    return photoIn(await this.#store.transaction("read", (tx) => tx.get("entity", photoKey(id))));
  }

  /** Everything noted is kept, as far as it could be. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#keep();
    this.#otherWindows?.close();
    this.#watchers.clear();
    await this.#store.close();
  }

  #keep(): Promise<unknown> {
    const keep = this.#inTurn(async () => {
      const conversations = [...this.#changed];
      const photos = [...this.#gone];
      this.#changed.clear();
      this.#gone.clear();
      if (conversations.length === 0) return;
      try {
        await this.#store.transaction("write", async (tx) => {
          for (const each of conversations) await putDraft(tx, each, this.of(each));
          for (const id of photos) await tx.delete("entity", photoKey(id));
        });
      } catch (error) {
        for (const each of conversations) this.#changed.add(each);
        for (const id of photos) this.#gone.add(id);
        throw error;
      }
      for (const each of conversations) this.#otherWindows?.postMessage(each);
    });
    return keep.catch(() => undefined); // no room, or locked in another window a moment ago: tried again with the next letter
  }

  /** Another window has kept something. What is written here and not kept yet is newer: that window hears of it in a moment. */
  async #lookAgain(conversation: EntityId): Promise<void> {
    const look = this.#inTurn(async () => {
      const row = await this.#store.transaction("read", (tx) => tx.get("meta", `${PREFIX}${conversation}`));
      if (!this.#changed.has(conversation)) this.#show(conversation, asDraft(row));
    });
    await look.catch(() => undefined); // locked, or closed: it is read when she is back
  }

  #show(conversation: EntityId, draft: Draft): void {
    this.#drafts.set(conversation, draft);
    for (const watcher of this.#watchers.get(conversation) ?? []) watcher(draft);
  }

  /** One after another: so what is read is never older than what was written here. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

async function putDraft(tx: StoreTransaction, conversation: EntityId, draft: Draft): Promise<void> {
  const key = `${PREFIX}${conversation}`;
  const isBlank = draft.text === "" && draft.photos.length === 0;
  await (isBlank ? tx.delete("meta", key) : tx.put("meta", key, draft));
}

function photoKey(id: string): string {
  return `photo:${id}`;
}

/** Written by this app alone; an earlier version of it kept no photos. */
function asDraft(row: unknown): Draft {
  if (typeof row !== "object" || row === null || !("text" in row) || typeof row.text !== "string")
    return BLANK;
  const photos = "photos" in row && Array.isArray(row.photos) ? row.photos.filter(isChosenPhoto) : [];
  return { text: row.text, urgent: "urgent" in row && row.urgent === true, photos };
}

function isChosenPhoto(photo: unknown): photo is ChosenPhoto {
  return (
    typeof photo === "object" &&
    photo !== null &&
    "id" in photo &&
    typeof photo.id === "string" &&
    "name" in photo &&
    typeof photo.name === "string"
  );
}
