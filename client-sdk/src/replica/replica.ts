import { listen, tell } from "../tell.ts";
import type { Kind } from "@healthbridge/schema/client";
import type { Mirror } from "../mirror.ts";
import type { View } from "./view.ts";
import type { Filter, Held, Query } from "./query.ts";

/** Reading what the device holds, as its view shows it. */
export class Replica {
  readonly #mirror: Mirror;
  readonly #view: View;
  readonly #watchers = new Set<(nothing: undefined) => void>();
  #due = false;

  constructor(mirror: Mirror, view: View) {
    this.#mirror = mirror;
    this.#view = view;
  }

  get<K extends Kind>(kind: K, id: string): Held<K> | undefined {
    const entity = this.#view.held(kind, id);
    return entity && { ...entity, ...this.#view.mark?.(kind, id) };
  }

  list<K extends Kind>(kind: K, filter?: Filter<K>): ReadonlyArray<Held<K>> {
    const keys = new Set([...this.#mirror.base.keys(), ...this.#view.touched.keys()]);
    return [...keys]
      .filter((key) => key.startsWith(`${kind}:`))
      .toSorted()
      .flatMap((key) => this.get(kind, key.slice(kind.length + 1)) ?? [])
      .filter((held) => passes(held, filter));
  }

  watch<K extends Kind>(query: Query<K>, listener: (held: ReadonlyArray<Held<K>>) => void): () => void {
    let shown = "";
    const look = (): void => {
      const held = this.#answer(query);
      const text = JSON.stringify(held);
      if (text !== shown) listener(held);
      shown = text;
    };
    return listen(this.#watchers, look, undefined);
  }

  /** Lets every watcher look again, once for everything that changed in this turn. */
  changed(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      tell(this.#watchers, undefined);
    });
  }

  #answer<K extends Kind>(query: Query<K>): ReadonlyArray<Held<K>> {
    if (!("id" in query)) return this.list(query.kind, query.filter);
    const held = this.get(query.kind, query.id);
    return held ? [held] : [];
  }
}

function passes<K extends Kind>(held: Held<K>, filter: Filter<K> | undefined): boolean {
  if (typeof filter === "function") return filter(held);
  return Object.entries(filter ?? {}).every(
    ([name, value]) => JSON.stringify(Reflect.get(held, name)) === JSON.stringify(value),
  );
}
