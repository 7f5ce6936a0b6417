import { type Change, type Entities, fits, isKind, type Kind } from "@healthbridge/schema/client";

/** Entities by `<kind>:<id>`. */
interface Shelved extends Map<string, Entities[Kind]> {
  get<K extends Kind>(key: `${K}:${string}`): Entities[K] | undefined;
}

/** Entities by kind and id, with the index decisions look up: a patient's appointments. */
export class Shelf {
  readonly #entities: Shelved = new Map();
  readonly #agenda = new Map<string, Set<string>>();

  /**
   * Puts what was read from a store or a server; what this version does not understand is left out. Fields it does not know are kept: they belong to a
   * newer version.
   */
  accept(kind: string, id: string, value: unknown): void {
    if (isKind(kind) && fits(kind, value)) this.put(kind, value);
    else if (kind === "") this.clear();
    else this.#entities.delete(`${kind}:${id}`);
  }

  put(kind: Kind, entity: Change["entity"]): void {
    this.#entities.set(`${kind}:${entity.id}`, entity);
    if ("patient" in entity)
      this.#agenda.set(entity.patient, new Set(this.#agenda.get(entity.patient)).add(entity.id));
  }

  get<K extends Kind>(kind: K, id: string): Entities[K] | undefined {
    return this.#entities.get(`${kind}:${id}`);
  }

  /** Keys of all that is held, as `<kind>:<id>`. */
  keys(): Iterable<string> {
    return this.#entities.keys();
  }

  /** Ids of appointments of a patient; some may be held no longer. */
  agenda(patient: string): Iterable<string> {
    return this.#agenda.get(patient) ?? [];
  }

  clear(): void {
    this.#entities.clear();
    this.#agenda.clear();
  }
}
