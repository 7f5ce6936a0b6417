import type { Observable, Store } from "@healthbridge/client-sdk";
import type { EntityId } from "@healthbridge/schema/client";
import type { BookingForm } from "../logic/booking.ts";
import type { Enclosed } from "../logic/draft.ts";
import { type Filters, type Place, type Remembered, rememberedWith, USUAL_FILTERS } from "../logic/near.ts";

/** What this app remembers of her searches, under her PIN like everything else. */
export interface Memories {
  readonly place?: Place | undefined;
  readonly filters: Filters;
  /** doctors who were found, the newest first */
  readonly found: readonly Remembered[];
  /** doctors whose free times are kept up to date, the newest first */
  readonly followed: readonly EntityId[];
  /** fetch free times of those doctors alone whom she opens */
  readonly saver: boolean;
  /** what she has begun to write, by conversation, or by what else it is about: kept when the app locks in the middle of it */
  readonly drafts: Readonly<Record<string, string>>;
  /** photos and voice notes that are to go with it, by conversation; the files themselves are kept with those that wait */
  readonly enclosed: Readonly<Record<EntityId, readonly Enclosed[]>>;
  /** what else she has chosen in a request that is not sent, by doctor: for whom, what instead; the reason is among the drafts */
  readonly requests: Readonly<Record<EntityId, BegunRequest>>;
}

/** What she has chosen in a request beside its reason. */
export type BegunRequest = Partial<Omit<BookingForm, "reason">>;

const NOTHING: Memories = {
  filters: USUAL_FILTERS,
  found: [],
  followed: [],
  saver: false,
  drafts: {},
  enclosed: {},
  requests: {},
};
const MOST_FOUND = 120;
/** Calendars that are kept up to date; each costs a few hundred bytes now and then. */
const MOST_FOLLOWED = 12;
const KEY = "patient";

/** Keeps `Memories` in a store of their own, beside what the SDK keeps. */
export class Memory implements Observable<Memories> {
  readonly #store: Store;
  readonly #listeners = new Set<(memories: Memories) => void>();
  #memories: Memories;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, memories: Memories) {
    this.#store = store;
    this.#memories = memories;
  }

  static async open(store: Store): Promise<Memory> {
    return new Memory(store, asMemories(await store.transaction("read", (tx) => tx.get("meta", KEY))));
  }

  get(): Memories {
    return this.#memories;
  }

  subscribe(listener: (memories: Memories) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#memories);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Shows the change at once and keeps it. Where it cannot be kept it is forgotten with the app: nothing of it is needed to be treated. */
  note(change: Partial<Memories>): void {
    this.#change(() => change);
  }

  #change(change: (before: Memories) => Partial<Memories>): void {
    const changed = (before: Memories): Memories => ({ ...before, ...change(before) });
    this.#memories = changed(this.#memories);
    // Another tab may have noted something meanwhile: what is kept is changed, and not replaced by what this one knows.
    const keep = (): Promise<void> =>
      this.#store.transaction("write", async (tx) => {
        await tx.put("meta", KEY, changed(asMemories(await tx.get("meta", KEY))));
      });
    this.#writing = this.#writing.then(keep).catch(() => undefined);
    for (const listener of this.#listeners) listener(this.#memories);
  }

  /** Remembers doctors who were found. */
  noteFound(found: readonly Remembered[]): void {
    this.#change((before) => ({ found: rememberedWith(before.found, found, MOST_FOUND) }));
  }

  /** Remembers what she has begun to write; an empty text forgets it. */
  noteDraft(about: string, text: string): void {
    if ((this.#memories.drafts[about] ?? "") === text) return;
    this.#change(({ drafts }) => {
      const { [about]: _, ...others } = drafts;
      return { drafts: text === "" ? others : { ...others, [about]: text } };
    });
  }

  /** What is to go with a line that she has not sent. */
  enclosedIn(conversation: EntityId): readonly Enclosed[] {
    return this.#memories.enclosed[conversation] ?? [];
  }

  /** Remembers what is to go with a line that she has not sent; nothing forgets it. */
  noteEnclosed(conversation: EntityId, enclosed: readonly Enclosed[]): void {
    this.#change((before) => {
      const { [conversation]: _, ...others } = before.enclosed;
      return { enclosed: enclosed.length === 0 ? others : { ...others, [conversation]: enclosed } };
    });
  }

  /** Remembers what she has chosen in a request to a doctor; nothing forgets it. */
  noteRequest(doctor: EntityId, request: BegunRequest | undefined): void {
    this.#change((before) => {
      const { [doctor]: _, ...others } = before.requests;
      return { requests: request === undefined ? others : { ...others, [doctor]: request } };
    });
  }

  /**
   * Remembers whose free times are to be kept up to date.
   * @returns those whose turn is over
   */
  noteFollowed(doctors: readonly EntityId[]): readonly EntityId[] {
    const before = this.#memories.followed;
    const all = [...new Set([...doctors, ...before])];
    if (all.some((doctor, at) => doctor !== before[at])) this.note({ followed: all.slice(0, MOST_FOLLOWED) });
    return all.slice(MOST_FOLLOWED);
  }

  /** Everything noted is kept, as far as it could be. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#store.close();
  }
}

/** Written by this app alone; an earlier version of it may have kept less. */
function asMemories(kept: unknown): Memories {
  return typeof kept === "object" && kept !== null ? { ...NOTHING, ...kept } : NOTHING;
}
