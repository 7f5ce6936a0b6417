import { type Cursor, formatCursors, parseCursors, type SyncRequest } from "@healthbridge/schema";
import type { SyncService } from "../../server/src/sync/sync-answer.ts";
import type { Person } from "./world.ts";

/** Somebody who follows feeds, and what she holds of each. */
export class Follower {
  readonly #service: SyncService;
  readonly #person: Person;
  readonly #names = new Map<number, string>();
  readonly #cursors = new Map<number, Cursor>();
  readonly #held = new Map<string, unknown>();

  constructor(service: SyncService, person: Person) {
    this.#service = service;
    this.#person = person;
  }

  /** Pulls what there is; `follow` begins with more feeds. */
  async pull(request: Partial<SyncRequest> = {}): Promise<this> {
    const cursors = formatCursors(this.#cursors);
    const { head, pages, tail } = await this.#service.answer(
      { protocol: 1, stream: this.#person.stream, from: 1, cursors, ...request },
      this.#person.submitter,
    );
    for (const { name, handle } of head.feeds ?? []) {
      this.#names.set(handle, name);
      this.#cursors.set(handle, { cursor: 0 });
    }
    for (const handle of head.reset ?? []) this.#forget(handle);
    for (const { feed, items, ...cursor } of pages) {
      for (const { kind, entity, gone } of items) {
        const key = `${this.#names.get(feed)} ${kind} ${entity?.id ?? gone}`;
        if (entity === undefined) this.#held.delete(key);
        else this.#held.set(key, entity);
      }
      this.#cursors.set(feed, cursor);
    }
    for (const [handle, cursor] of parseCursors(tail.cursors ?? "")) this.#cursors.set(handle, cursor);
    return this;
  }

  /** What a feed has shown is read anew. */
  #forget(handle: number): void {
    const prefix = `${this.#names.get(handle)} `;
    for (const key of this.#held.keys()) if (key.startsWith(prefix)) this.#held.delete(key);
    this.#cursors.set(handle, { cursor: 0 });
  }

  /** Her device keeps what it foresaw, where the feed is not said to show it no more. */
  foresees(feed: string, kind: string, entity: { readonly id: string }): void {
    this.#held.set(`${feed} ${kind} ${entity.id}`, entity);
  }

  /** An entity as a feed shows it to her. */
  held(feed: string, kind: string, id: string): unknown {
    return this.#held.get(`${feed} ${kind} ${id}`);
  }

  /** Everything of one kind that a feed shows her, by id. */
  all(feed: string, kind: string): readonly unknown[] {
    const prefix = `${feed} ${kind} `;
    return [...this.#held].flatMap(([key, entity]) => (key.startsWith(prefix) ? [entity] : []));
  }
}
